"""M05 团伙欺诈图谱模型: the ring in which an applicant is, and how grave it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np

from risk.domain.graph.columns import Columns, by_kind
from risk.domain.graph.graph import MAX_HOPS, PPM, Graph, Mark, MarkKind
from risk.domain.graph.nodes import (
    NODE_NAMES,
    KeyKind,
    checked_node,
    is_key_kind,
    is_party,
    kind_of,
)
from risk.domain.graph.propagation import Uses, combined_ppm, suspicion_ppm
from risk.domain.graph.rings import Ring, ring_of
from risk.domain.models.answer import ModelReason, require

Level = Literal["none", "low", "medium", "high", "unknown"]
MAX_CEILING_PPM: Final = 990_000
REFERRED: Final = frozenset({"high", "unknown"})
_UNKNOWN: Final = "无法判断是否涉及团伙，转人工核查"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Who applies, on which day, and the neighbourhood that was read."""

    subject: str
    """The applicant's node, `firm:…` or `person:…`."""
    as_of: date
    graph: Graph | None = None
    """None: the graph could not be read; no ring can then be ruled out."""
    keys_not_known: tuple[KeyKind, ...] = ()
    """The kind of each key of the applicant's that nobody told: it may be shared with anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyWeight:
    """How much may arrive through one key of a kind."""

    kind: KeyKind
    ceiling_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What a shared key means, and from where on a ring is grave."""

    keys: tuple[KeyWeight, ...]
    stranger_ppm: int
    """What one other party behind a key counts for, if nothing is known against it."""
    mark_kinds: tuple[MarkKind, ...]
    """Which marks count against a member."""
    max_hops: int
    low_ppm: int
    medium_ppm: int
    high_ppm: int

    def __post_init__(self) -> None:
        """Refuse what would make the score jump or shrink."""
        kinds = [one.kind for one in self.keys]
        require(bool(kinds) and len(kinds) == len(set(kinds)), "keys", "has each kind once")
        known = all(0 < one.ceiling_ppm <= MAX_CEILING_PPM for one in self.keys)
        require(known, "ceiling_ppm", "is above 0 and at most 990,000")
        require(0 < self.stranger_ppm < PPM, "stranger_ppm", "is between 0 and 1,000,000")
        require(1 <= self.max_hops <= MAX_HOPS, "max_hops", f"is between 1 and {MAX_HOPS}")
        rising = 0 < self.low_ppm <= self.medium_ppm <= self.high_ppm < PPM
        require(rising, "high_ppm", "the levels rise")


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedKey:
    """How many keys of a kind at least two members of the ring use."""

    kind: KeyKind
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The ring, its score and its level; grave or unknown goes to a person."""

    ring_id: str | None
    """None when the applicant shares no key with anybody who was read."""
    size: int
    """Members of the ring that were read, the applicant included; 0 without a ring."""
    density_ppm: int | None
    score_ppm: int | None
    """None when the level is unknown."""
    level: Level
    verdict: Literal["pass", "refer"]
    shared_keys: tuple[SharedKey, ...]
    marked_count: int
    """Other members against whom something is known."""
    truncated: bool
    reasons: tuple[ModelReason, ...]


def answer(inputs: Inputs, parameters: Parameters) -> Answer:
    """Unknown or grave refers; a shared address alone never does, however many share it."""
    subject, graph = checked_node(inputs.subject), inputs.graph
    require(is_party(subject), "subject", "is a firm or a person")
    if graph is None:
        return _unknown("RING_GRAPH_MISSING", f"关联图谱不可用，{_UNKNOWN}")
    if graph.hops < parameters.max_hops:
        return _unknown("RING_GRAPH_SHALLOW", f"关联图谱读取层数不足，{_UNKNOWN}")
    if subject in graph.unexpanded:
        return _unknown("RING_SUBJECT_NOT_READ", f"申请人关联过多未能展开，{_UNKNOWN}")
    uses = _uses(graph.columns, inputs.as_of, parameters)
    place = graph.columns.place(subject)
    if place is None or not (uses.party == place).any():
        return _unknown("RING_NO_KEYS", f"没有申请人的电话、地址、设备或账户记录，{_UNKNOWN}")
    marks = graph.marks_on(inputs.as_of, parameters.mark_kinds)
    return _found(graph, place, uses, marks, inputs.keys_not_known, parameters)


def _uses(columns: Columns, day: date, parameters: Parameters) -> Uses:
    edges = columns.edges_on(day, [one.kind for one in parameters.keys])
    party, key, kind = columns.source[edges], columns.target[edges], columns.kind[edges]
    order = np.lexsort((key, party))
    party, key, kind = party[order], key[order], kind[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (party[1:] != party[:-1]) | (key[1:] != key[:-1])
    party, key, kind = party[first], key[first], kind[first]
    ceilings = by_kind((one.kind, one.ceiling_ppm) for one in parameters.keys)
    return Uses(party=party, key=key, kind=kind, ceiling_ppm=ceilings[kind])


def _found(
    graph: Graph,
    subject: int,
    uses: Uses,
    marks: list[Mark],
    not_known: Collection[KeyKind],
    parameters: Parameters,
) -> Answer:
    columns, rounds = graph.columns, parameters.max_hops
    own = np.maximum(columns.gravity(marks), parameters.stranger_ppm)
    known = suspicion_ppm(uses, own, columns.unread, subject, rounds)
    score, level = _weighed(known, not_known, parameters)
    read = ~columns.unread[uses.key]
    ring = ring_of(columns.names, subject, uses.party[read], uses.key[read], uses.kind[read])
    others = set(ring.members) - {columns.names[subject]} if ring else set()
    marked = len(others & {mark.node for mark in marks})
    hubs = {columns.names[at] for at in uses.key[(uses.party == subject) & ~read]}
    reasons = (*_reasons(ring, marked, hubs, graph, level), *_gaps(not_known, level))
    return Answer(
        ring_id=None if ring is None else ring.ring_id,
        size=0 if ring is None else len(ring.members),
        density_ppm=None if ring is None else ring.density_ppm,
        score_ppm=score,
        level=level,
        verdict="refer" if level in REFERRED else "pass",
        shared_keys=_shared(ring),
        marked_count=marked,
        truncated=graph.truncated,
        reasons=reasons,
    )


def _weighed(
    known: int, not_known: Collection[KeyKind], parameters: Parameters
) -> tuple[int | None, Level]:
    """A key that nobody told counts its whole ceiling, as one that was not read does.

    Where only that would make the ring grave, nothing is known of it: neither score nor level.
    """
    ceiling_of = {one.kind: one.ceiling_ppm for one in parameters.keys}
    ceilings = [ceiling_of[kind] for kind in not_known if kind in ceiling_of]
    if not ceilings:
        return known, _level(known, parameters)
    worst = combined_ppm([known, *ceilings])
    if _level(worst, parameters) == "high" and _level(known, parameters) != "high":
        return None, "unknown"
    return worst, _level(worst, parameters)


def _shared(ring: Ring | None) -> tuple[SharedKey, ...]:
    counts = () if ring is None else ring.keys_by_kind
    return tuple(SharedKey(kind=kind, count=n) for kind, n in counts if is_key_kind(kind))


def _level(score: int, parameters: Parameters) -> Level:
    if score >= parameters.high_ppm:
        return "high"
    if score >= parameters.medium_ppm:
        return "medium"
    return "low" if score >= parameters.low_ppm else "none"


def _reasons(
    ring: Ring | None, marked: int, hubs: set[str], graph: Graph, level: Level
) -> Iterator[ModelReason]:
    if ring is None:
        scope = "在已展开范围内" if graph.truncated else ""
        yield ModelReason("RING_NONE", f"{scope}未发现与其他申请人共用电话、地址、设备或账户")
    else:
        yield ModelReason("RING_FOUND", f"处于 {len(ring.members)} 户的关联团体中")
    for one in _shared(ring):
        text = f"团体内共用{NODE_NAMES[one.kind]} {one.count} 个"
        yield ModelReason(f"RING_SHARED_{one.kind.upper()}", text)
    if marked:
        yield ModelReason("RING_MARKED_MEMBER", f"团体内 {marked} 户有欺诈或名单记录")
    for kind in filter(is_key_kind, sorted(set(map(kind_of, hubs)))):
        text = f"申请人的{NODE_NAMES[kind]}使用者过多，未展开，按最不利计"
        yield ModelReason(f"RING_HUB_{kind.upper()}", text)
    if graph.truncated:
        text = f"{len(graph.unexpanded)} 个节点未展开，团体可能更大"
        yield ModelReason("RING_TRUNCATED", text)
    if level == "high":
        yield ModelReason("RING_HIGH", "团伙欺诈风险高，转人工核查")


def _gaps(not_known: Collection[KeyKind], level: Level) -> Iterator[ModelReason]:
    for kind in sorted(set(not_known)):
        text = f"有来源未提供申请人的{NODE_NAMES[kind]}，按最不利计"
        yield ModelReason(f"RING_NOT_KNOWN_{kind.upper()}", text)
    if level == "unknown":
        yield ModelReason("RING_UNKNOWN", _UNKNOWN)


def _unknown(code: str, text: str) -> Answer:
    return Answer(
        ring_id=None,
        size=0,
        density_ppm=None,
        score_ppm=None,
        level="unknown",
        verdict="refer",
        shared_keys=(),
        marked_count=0,
        truncated=False,
        reasons=(ModelReason(code, text),),
    )
