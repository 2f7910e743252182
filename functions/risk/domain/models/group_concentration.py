"""M20 关联与集中度: what the bank lends to one customer and one group, against its capital.

The group itself is found by the graph part; here its members' exposures are given. Every ratio of
the table is tested with the loan asked for:

    used = (exposure + request) / capital        headroom = capital · cap − exposure

Shares are rounded up, headroom down. A member whose exposure is not known, or a capital that is not
known, leaves no headroom at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from risk.domain.models.answer import ModelReason, require
from risk.domain.models.exact import PPM, divided_up, part_down, part_up, require_not_negative

SUBJECTS: Final = ("single", "group", "related_single", "related_group")
"""The customer alone, its whole group, and the same for the bank's own related parties."""
MEASURES: Final = ("loan", "exposure")
BASES: Final = ("net_capital", "tier1")
STATUSES: Final = ("within", "warning", "breach", "undetermined")
"""Best first; what is undetermined is never better than a breach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of the group, the borrower included, before the loan asked for."""

    member_id: str
    loan_fen: int | None
    """Loans outstanding at this bank."""
    exposure_fen: int | None
    """All exposures: loans, unused commitments, guarantees, bills, bonds, investments."""
    deductible_fen: int | None
    """Cash margins and deposits pledged to this bank; unknown is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The borrower's group and the bank's capital. None: not known."""

    borrower_id: str
    requested_fen: int
    members: tuple[Member, ...] | None
    """The whole group with the borrower; a borrower without group stands alone in it."""
    net_capital_fen: int | None
    """资本净额 at the last quarter's end."""
    tier1_fen: int | None
    """一级资本净额."""
    is_related_party: bool | None
    """Whether the borrower is a related party of the bank itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One limit of law or of the bank."""

    code: str
    name_zh: str
    subject: str
    measure: str
    base: str
    cap_ppm: int
    warn_ppm: int
    """From this share of the base on the bank wants to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The limits, and what counts as large."""

    ratios: tuple[Ratio, ...]
    large_exposure_ppm: int
    """Share of tier-1 capital from which an exposure is a large one (大额风险暴露)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One ratio with the loan asked for."""

    code: str
    name_zh: str
    applies: bool
    used_fen: int | None
    used_ppm: int | None
    cap_ppm: int
    headroom_fen: int | None
    """What the limit leaves before the request; never negative."""
    is_breached: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Group exposure, every ratio, and what is left."""

    status: str
    """One of `STATUSES`."""
    group_exposure_fen: int | None
    """All members, without the request."""
    headroom_fen: int
    """The least headroom of the ratios that apply; zero where one is not known."""
    breaches: tuple[str, ...]
    """Codes of the ratios that the request would break."""
    is_large_exposure: bool | None
    ratios: tuple[Tested, ...]
    reasons: tuple[ModelReason, ...]


def answer(inputs: Inputs, parameters: Parameters) -> Answer:
    """Test every ratio that applies, with the loan asked for."""
    _check(inputs, parameters)
    tested = tuple(_tested(ratio, inputs) for ratio in parameters.ratios)
    applying = [one for one in tested if one.applies]
    warned = [
        ratio.code
        for ratio, one in zip(parameters.ratios, tested, strict=True)
        if one.applies and one.used_ppm is not None and one.used_ppm >= ratio.warn_ppm
    ]
    breaches = tuple(one.code for one in applying if one.is_breached)
    unknown = any(one.headroom_fen is None for one in applying)
    group = _amount(inputs, "group", "exposure")
    return Answer(
        status=(
            "undetermined"
            if unknown
            else "breach"
            if breaches
            else "warning"
            if warned
            else "within"
        ),
        group_exposure_fen=group,
        headroom_fen=min((one.headroom_fen or 0 for one in applying), default=0),
        breaches=breaches,
        is_large_exposure=_is_large(group, inputs, parameters),
        ratios=tested,
        reasons=(*_unknowns(inputs), *_told(tested, breaches, warned)),
    )


def _check(inputs: Inputs, parameters: Parameters) -> None:
    """Refuse a group without its borrower, twins, negative amounts and unheard-of ratios."""
    require(inputs.requested_fen > 0, "requested_fen", "must be positive")
    for name in ("net_capital_fen", "tier1_fen"):
        capital = getattr(inputs, name)
        require(capital is None or capital > 0, name, "must be positive")
    if inputs.members is not None:
        names = [member.member_id for member in inputs.members]
        require(inputs.borrower_id in names, "members", "must hold the borrower")
        require(len(names) == len(set(names)), "members", "must name each member once")
    for member in inputs.members or ():
        require_not_negative(member, "loan_fen", "exposure_fen", "deductible_fen")
    for ratio in parameters.ratios:
        known = ratio.subject in SUBJECTS and ratio.measure in MEASURES and ratio.base in BASES
        require(known, "ratios", "must name a known subject, measure and base")
        require(0 < ratio.warn_ppm <= ratio.cap_ppm, "ratios", "must warn before the cap")
    own = {ratio.subject for ratio in parameters.ratios}
    require({"single", "group"} <= own, "ratios", "must limit single customers and groups")


def _tested(ratio: Ratio, inputs: Inputs) -> Tested:
    """Ratios of related parties apply unless the borrower is known to be none."""
    applies = "related" not in ratio.subject or inputs.is_related_party is not False
    subject = ratio.subject.removeprefix("related_")
    before = _amount(inputs, subject, ratio.measure)
    capital = inputs.net_capital_fen if ratio.base == "net_capital" else inputs.tier1_fen
    used = None if before is None else before + inputs.requested_fen
    share = breached = left = None
    if used is not None and capital is not None:
        share = divided_up(used * PPM, capital)
        breached = used * PPM > capital * ratio.cap_ppm
        left = max(part_down(capital, ratio.cap_ppm) - (used - inputs.requested_fen), 0)
    return Tested(
        code=ratio.code,
        name_zh=ratio.name_zh,
        applies=applies,
        used_fen=used,
        used_ppm=share,
        cap_ppm=ratio.cap_ppm,
        headroom_fen=left,
        is_breached=breached,
    )


def _amount(inputs: Inputs, subject: str, measure: str) -> int | None:
    """What the borrower, or all members, owe before the request."""
    if inputs.members is None:
        return None
    total = 0
    for member in inputs.members:
        if subject == "single" and member.member_id != inputs.borrower_id:
            continue
        amount = member.loan_fen if measure == "loan" else member.exposure_fen
        if amount is None:
            return None
        deducted = (member.deductible_fen or 0) if measure == "exposure" else 0
        total += max(amount - deducted, 0)
    return total


def _is_large(group: int | None, inputs: Inputs, parameters: Parameters) -> bool | None:
    if group is None or inputs.tier1_fen is None:
        return None
    least = part_up(inputs.tier1_fen, parameters.large_exposure_ppm)
    return group + inputs.requested_fen >= least


def _unknowns(inputs: Inputs) -> tuple[ModelReason, ...]:
    members = inputs.members
    incomplete = any(None in (one.loan_fen, one.exposure_fen) for one in members or ())
    found = {
        "group_unknown": (members is None, "集团成员及敞口不明，余量按零处理"),
        "member_unknown": (incomplete, "部分成员敞口不明，余量按零处理"),
        "net_capital_unknown": (inputs.net_capital_fen is None, "资本净额不明，余量按零处理"),
        "tier1_unknown": (inputs.tier1_fen is None, "一级资本净额不明，余量按零处理"),
        "related_unknown": (
            inputs.is_related_party is None,
            "是否本行关联方不明，同时适用关联方限额",
        ),
    }
    return tuple(ModelReason(code, text) for code, (holds, text) in found.items() if holds)


def _told(
    tested: tuple[Tested, ...], breaches: tuple[str, ...], warned: list[str]
) -> tuple[ModelReason, ...]:
    names = {one.code: one.name_zh for one in tested}
    return (
        *(ModelReason(f"breach:{code}", f"{names[code]}超过限额") for code in breaches),
        *(
            ModelReason(f"warning:{code}", f"{names[code]}达到预警线")
            for code in warned
            if code not in breaches
        ),
    )
