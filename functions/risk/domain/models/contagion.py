"""M25 关联风险传导模型: how much distress reaches a party along guarantees and relations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

import numpy as np

from risk.domain.graph import propagation
from risk.domain.graph.columns import EDGE_KINDS, Columns, Ints, by_kind
from risk.domain.graph.edges import EDGE_NAMES, WHOLE_BPS, EdgeKind
from risk.domain.graph.graph import MARK_NAMES, MAX_HOPS, PPM, Graph, Mark, MarkKind
from risk.domain.graph.nodes import checked_node, is_key_kind, is_party
from risk.domain.models.answer import ModelReason, require

Level = Literal["none", "low", "medium", "high", "unknown"]
MAX_ASKED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Whose exposure is asked, on which day, and the neighbourhood that was read."""

    nodes: tuple[str, ...]
    """Parties of interest, each once; the neighbourhood is that of each of them."""
    as_of: date
    graph: Graph | None = None
    """None: the graph could not be read; no contagion can then be ruled out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What a relation of a kind lets through in each direction, in parts per million."""

    kind: EdgeKind
    forward_ppm: int
    """From the source (owner, legal person, controller, guarantor) to the target."""
    backward_ppm: int
    """From the target (firm, debtor) to the source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What passes, what is lost a hop, and from where on the exposure is grave."""

    passages: tuple[Passage, ...]
    decay_ppm: int
    """What is left after each hop besides."""
    mark_kinds: tuple[MarkKind, ...]
    """Which marks are distress that spreads."""
    max_hops: int
    low_ppm: int
    medium_ppm: int
    high_ppm: int

    def __post_init__(self) -> None:
        """Refuse what would make distress grow on its way."""
        kinds = [one.kind for one in self.passages]
        require(bool(kinds) and len(kinds) == len(set(kinds)), "passages", "has each kind once")
        for one in self.passages:
            require(not is_key_kind(one.kind), "passages", "is about relations between parties")
            require(0 <= one.forward_ppm <= PPM, "forward_ppm", "is between 0 and 1,000,000")
            require(0 <= one.backward_ppm <= PPM, "backward_ppm", "is between 0 and 1,000,000")
        require(0 < self.decay_ppm <= PPM, "decay_ppm", "is above 0 and at most 1,000,000")
        require(1 <= self.max_hops <= MAX_HOPS, "max_hops", f"is between 1 and {MAX_HOPS}")
        rising = 0 < self.low_ppm <= self.medium_ppm <= self.high_ppm < PPM
        require(rising, "high_ppm", "the levels rise")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What reaches one party of interest."""

    node: str
    score_ppm: int | None
    """None when it is not known."""
    level: Level
    path: tuple[str, ...]
    """The way that carries most, from where the distress is to this party."""
    path_kinds: tuple[EdgeKind, ...]
    """The relations along the way."""
    path_ppm: int
    """What this way alone brings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The exposure of each party of interest; grave or unknown goes to a person."""

    exposures: tuple[Exposure, ...]
    verdict: Literal["pass", "refer"]
    truncated: bool
    reasons: tuple[ModelReason, ...]


def answer(inputs: Inputs, parameters: Parameters) -> Answer:
    """What is known to be grave stays grave; what is not known is referred, never passed."""
    for node in inputs.nodes:
        require(is_party(checked_node(node)), "nodes", "are firms or persons")
    once = len(set(inputs.nodes)) == len(inputs.nodes)
    require(once and 0 < len(inputs.nodes) <= MAX_ASKED, "nodes", f"are 1 to {MAX_ASKED}, once")
    if inputs.graph is None:
        return _unknown(inputs, "CONTAGION_GRAPH_MISSING", "关联图谱不可用，无法判断风险传导")
    if inputs.graph.hops < parameters.max_hops:
        text = "关联图谱读取层数不足，无法判断风险传导"
        return _unknown(inputs, "CONTAGION_GRAPH_SHALLOW", text)
    world = _World.of(inputs.graph, inputs.as_of, parameters)
    exposures = tuple(world.exposure(node) for node in inputs.nodes)
    grave = any(one.level in {"high", "unknown"} for one in exposures)
    return Answer(
        exposures=exposures,
        verdict="refer" if grave else "pass",
        truncated=inputs.graph.truncated,
        reasons=tuple(_reasons(world, exposures, inputs.graph)),
    )


@dataclass(frozen=True, slots=True)
class _World:
    columns: Columns
    channels: propagation.Channels
    kinds: Ints
    """Of the channels, as positions in `EDGE_KINDS`."""
    gravity: Ints
    worst: Ints
    marks: list[Mark]
    parameters: Parameters

    @classmethod
    def of(cls, graph: Graph, day: date, parameters: Parameters) -> _World:
        """Both directions of every relation that holds on the day."""
        columns, passages = graph.columns, parameters.passages
        edges = columns.edges_on(day, [one.kind for one in passages])
        source, target, kind = columns.source[edges], columns.target[edges], columns.kind[edges]
        forward = by_kind((one.kind, one.forward_ppm) for one in passages)[kind]
        backward = by_kind((one.kind, one.backward_ppm) for one in passages)[kind]
        share, decay = columns.share_bps[edges], parameters.decay_ppm
        marks = graph.marks_on(day, parameters.mark_kinds)
        gravity = columns.gravity(marks)
        most = max(max(one.forward_ppm, one.backward_ppm) for one in passages) * decay // PPM
        passes = np.concatenate((forward, backward)) * np.concatenate((share, share))
        return cls(
            columns,
            propagation.Channels(
                source=np.concatenate((source, target)),
                target=np.concatenate((target, source)),
                passes_ppm=passes // WHOLE_BPS * decay // PPM,
            ),
            np.concatenate((kind, kind)),
            gravity,
            np.where(columns.unread, np.maximum(gravity, most), gravity),
            marks,
            parameters,
        )

    def exposure(self, node: str) -> Exposure:
        """Several neighbours that bring distress count as independent of each other."""
        place = self.columns.place(node)
        hops = self.parameters.max_hops
        found = [] if place is None else propagation.arrivals(
            self.channels, self.gravity, self.worst, place, hops
        )  # fmt: skip
        score = propagation.combined_ppm([one.score_ppm for one in found])
        level = _level(score, self.parameters)
        unread = place is not None and bool(self.columns.unread[place]) and level != "high"
        way = found[0].path if found else ()
        return Exposure(
            node=node,
            score_ppm=None if unread else score,
            level="unknown" if unread else level,
            path=tuple(self.columns.names[at] for at in way),
            path_kinds=tuple(self._kind(*step) for step in pairwise(way)),
            path_ppm=found[0].score_ppm if found else 0,
        )

    def _kind(self, here: int, there: int) -> EdgeKind:
        """The relation that lets most through; of equals the first in the order of kinds."""
        ways = (self.channels.source == here) & (self.channels.target == there)
        passes = self.channels.passes_ppm
        best = min((-int(passes[at]), int(self.kinds[at])) for at in np.flatnonzero(ways))
        return EDGE_KINDS[best[1]]

    def mark_of(self, node: str) -> Mark | None:
        """The gravest mark of a node; of equals the first by kind."""
        own = [mark for mark in self.marks if mark.node == node]
        return min(own, key=lambda one: (-one.gravity_ppm, one.kind), default=None)


def _level(score: int, parameters: Parameters) -> Level:
    if score >= parameters.high_ppm:
        return "high"
    if score >= parameters.medium_ppm:
        return "medium"
    return "low" if score >= parameters.low_ppm else "none"


def _reasons(world: _World, exposures: tuple[Exposure, ...], graph: Graph) -> Iterator[ModelReason]:
    for one in exposures:
        if one.level == "unknown":
            text = f"{one.node} 关联过多未能展开，无法判断风险传导，转人工核查"
            yield ModelReason("CONTAGION_NODE_NOT_READ", text)
        elif not one.path:
            yield ModelReason("CONTAGION_NONE", f"{one.node} 未受关联方风险传导")
        else:
            yield _carried(world, one)
    if graph.truncated:
        text = f"{len(graph.unexpanded)} 个节点未展开，其后的风险按最不利计"
        yield ModelReason("CONTAGION_TRUNCATED", text)


def _carried(world: _World, one: Exposure) -> ModelReason:
    mark = world.mark_of(one.path[0])
    trouble = "未展开节点" if mark is None else MARK_NAMES[mark.kind]
    steps = "、".join(EDGE_NAMES[kind] for kind in one.path_kinds)
    text = f"{one.node} 受 {one.path[0]}（{trouble}）经{steps}传导的风险"
    strength = "SLIGHT" if one.level == "none" else one.level.upper()
    return ModelReason(f"CONTAGION_{strength}", text)


def _unknown(inputs: Inputs, code: str, text: str) -> Answer:
    exposures = tuple(
        Exposure(node=node, score_ppm=None, level="unknown", path=(), path_kinds=(), path_ppm=0)
        for node in inputs.nodes
    )
    return Answer(
        exposures=exposures,
        verdict="refer",
        truncated=False,
        reasons=(ModelReason(code, f"{text}，转人工核查"),),
    )
