"""M02 黑白灰名单模型: which list somebody stands on, by exact code or by name.

The matching is that of the bank's list book (`risk.domain.name_lists`): a code is exact, a firm's
name may be alike, a person's name must be the same, a white entry counts by its code only. The
level is that of the gravest hit; white counts only when nothing else was hit. Somebody whose code
or name is not known, or whose code is none, cannot be screened: `unidentified` stops like black.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Literal

from puhui.china import resident_id, uscc
from puhui.errors import Unprocessable
from puhui.tenancy import BankId
from risk.domain.approval import Act
from risk.domain.matching import PPM, SubjectKind, core_name
from risk.domain.models.answer import ModelReason, require
from risk.domain.name_lists import (
    LIST_NAMES,
    EntryStatus,
    Hit,
    ListBook,
    ListEntry,
    ListKind,
    Subject,
)

Level = Literal["white", "none", "grey", "black", "unidentified"]
ORDER: Final[tuple[Level, ...]] = ("white", "none", "grey", "black", "unidentified")
"""From best to worst; black and unidentified stop alike, and a known black hit is told first."""
_BANK: Final = BankId("bank")
_ACT: Final = Act("", datetime(1970, 1, 1, tzinfo=UTC))
"""Who proposed an entry matters to the book that keeps it, not to a match."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody to look for: the firm, its legal representative, its actual controller."""

    kind: SubjectKind
    name: str | None
    code: str | None
    """The firm's USCC or the person's identity number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An approved entry of a list."""

    entry_id: str
    list: ListKind
    kind: SubjectKind
    name: str
    code: str | None = None
    expires_on: date | None = None
    """The last day on which it counts; None: it has no end."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Who is looked for in which entries on which day."""

    as_of: date
    subjects: tuple[Person, ...]
    entries: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """How alike a firm's name must be to count; the book shows nothing below its own bound."""

    name_from_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An entry that somebody matches."""

    entry_id: str
    list: ListKind
    match: Literal["code", "name"]
    score_ppm: int
    counts_as: ListKind | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The hit level and every hit that makes it."""

    level: Level
    hits: tuple[Found, ...]
    """By entry; a white entry hit by its name counts as nothing."""
    reasons: tuple[ModelReason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """What a search has already found: a decision screens once, and keeps no name."""

    hits: tuple[Found, ...]
    gaps: tuple[ModelReason, ...] = ()
    """Why somebody could not be looked for."""


def answer(inputs: Inputs, parameters: Parameters) -> Answer:
    """The gravest hit; without any, white if a code stands there; unidentified if one cannot be."""
    require(bool(inputs.subjects), "subjects", "must name somebody")
    ids = {one.entry_id for one in inputs.entries}
    require(len(ids) == len(inputs.entries), "entries", "must have different ids")
    book = ListBook.of(_entry(one) for one in inputs.entries)
    subjects = [_subject(one) for one in inputs.subjects]
    screened = Screened(
        hits=tuple(_found(hit) for hit in book.hits(subjects, inputs.as_of)),
        gaps=tuple(reason for one in inputs.subjects for reason in _gaps(one)),
    )
    return _judged(screened, parameters, {one.entry_id: one.reason for one in inputs.entries})


def judged(screened: Screened, parameters: Parameters) -> Answer:
    """The same of a search that was made before; why an entry stands on its list is not told."""
    return _judged(screened, parameters, {})


def _judged(screened: Screened, parameters: Parameters, because: Mapping[str, str]) -> Answer:
    require(0 < parameters.name_from_ppm <= PPM, "name_from_ppm", "must be a share")
    hits = tuple(
        hit
        for hit in screened.hits
        if hit.match == "code" or hit.score_ppm >= parameters.name_from_ppm
    )
    told = tuple(
        _told(hit, because.get(hit.entry_id, "")) for hit in hits if hit.counts_as is not None
    )
    return Answer(
        level=_level(hits, identified=not screened.gaps),
        hits=hits,
        reasons=(*screened.gaps, *told) or (ModelReason("NO_LIST_HIT", "未命中任何名单"),),
    )


def _level(hits: tuple[Found, ...], *, identified: bool) -> Level:
    counted = {hit.counts_as for hit in hits}
    if "black" in counted:
        return "black"
    if not identified:
        return "unidentified"
    if "grey" in counted:
        return "grey"
    return "white" if "white" in counted else "none"


def _entry(line: Line) -> ListEntry:
    return ListEntry(
        bank_id=_BANK,
        entry_id=line.entry_id,
        list=line.list,
        kind=line.kind,
        name=line.name,
        code=line.code,
        code_index=_plain(line.code),
        source="",
        reason=line.reason,
        expires_on=line.expires_on,
        proposed=_ACT,
        approved=_ACT,
        status=EntryStatus.LIVE,
    )


def _subject(person: Person) -> Subject:
    return Subject(kind=person.kind, name=person.name or "", code_index=_plain(person.code))


def _plain(code: str | None) -> str | None:
    """A code as everybody writes it: no blanks, upper case."""
    return "".join(code.split()).upper() if code else None


def _gaps(person: Person) -> list[ModelReason]:
    """Why somebody cannot be screened."""
    who = "企业" if person.kind == "firm" else "个人"
    gaps = []
    if not core_name(person.name or "", person.kind):
        gaps.append(ModelReason("NAME_UNKNOWN", f"{who}名称未知，无法筛查"))
    code = _plain(person.code)
    if code is None:
        gaps.append(ModelReason("CODE_UNKNOWN", f"{who}证件号码未知，无法筛查"))
    elif not _is_valid(person.kind, code):
        gaps.append(ModelReason("CODE_NOT_VALID", f"{who}证件号码校验不通过，无法筛查"))
    return gaps


def _is_valid(kind: SubjectKind, code: str) -> bool:
    try:
        if kind == "firm":
            uscc.validate(code)
        else:
            resident_id.validate(code)
    except Unprocessable:
        return False
    return True


def _found(hit: Hit) -> Found:
    return Found(
        entry_id=hit.entry_id,
        list=hit.list,
        match=hit.match,
        score_ppm=hit.score_ppm,
        counts_as=hit.counts_as,
    )


def _told(hit: Found, reason: str) -> ModelReason:
    by = "证件号码一致" if hit.match == "code" else f"名称相似度{hit.score_ppm // 10_000}%"
    because = f"：{reason}" if reason else ""
    counts = LIST_NAMES[hit.counts_as] if hit.counts_as else ""
    return ModelReason(
        f"{str(hit.counts_as).upper()}_BY_{hit.match.upper()}",
        f"命中{LIST_NAMES[hit.list]}（{by}，按{counts}处理）{because}",
    )
