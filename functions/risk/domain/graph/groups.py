"""The group of a customer (关联客户群): who belongs to whom by control, person, family, guarantee.

商业银行大额风险暴露管理办法 (2018): a group is connected by control or by economic dependence;
control is more than half of the votes, held alone or together with whom one controls.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

from risk.domain.graph.circles import Circle, guarantee_circles
from risk.domain.graph.edges import WHOLE_BPS, Edge
from risk.domain.graph.graph import MAX_HOPS, Graph
from risk.domain.graph.nodes import checked_node
from risk.domain.models.answer import ModelReason, require

Tie = Literal["control", "legal_person", "family", "guarantee"]
TIES: Final[tuple[Tie, ...]] = get_args(Tie)
TIE_NAMES: Final[dict[Tie, str]] = {
    "control": "控制关系",
    "legal_person": "同一法定代表人",
    "family": "亲属关系",
    "guarantee": "担保关系",
}
HALF_BPS: Final = 5_000
"""More than this is control. Source: 大额风险暴露管理办法, 附件 on groups; ✎."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A party of the group, how far from the customer, and the ties on the shortest ways."""

    node: str
    hops: int
    ties: tuple[Tie, ...]
    """What the last step to it is made of; empty for the customer itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedGroup:
    """The customer and everybody connected; `complete` when nothing within reach was left out."""

    customer: str
    members: tuple[Member, ...]
    circles: tuple[Circle, ...]
    """The guarantee circles that the customer is in."""
    complete: bool
    reasons: tuple[ModelReason, ...]

    @property
    def nodes(self) -> tuple[str, ...]:
        """Members by name, the customer included."""
        return tuple(sorted(one.node for one in self.members))


def related_group(
    graph: Graph,
    customer: str,
    as_of: date,
    *,
    ties: tuple[Tie, ...] = TIES,
    hops: int = MAX_HOPS,
) -> RelatedGroup:
    """Everybody within some hops of ties; an unknown share counts as control."""
    require(1 <= hops <= graph.hops, "hops", "is at least 1 and no more than was read")
    links = _links(graph.as_of(as_of), ties)
    distance = {checked_node(customer): 0}
    reached: dict[str, set[Tie]] = {customer: set()}
    frontier = [customer]
    for hop in range(1, hops + 1):
        following: dict[str, set[Tie]] = defaultdict(set)
        for node in frontier:
            for other, tie in links.get(node, ()):
                if other not in distance:
                    following[other].add(tie)
        distance |= dict.fromkeys(following, hop)
        reached |= following
        frontier = sorted(following)
    members = tuple(
        Member(node=node, hops=distance[node], ties=tuple(sorted(reached[node])))
        for node in sorted(distance, key=lambda one: (distance[one], one))
    )
    complete = not any(node in graph.unexpanded for node in distance)
    circles = guarantee_circles(graph, as_of).of(customer)
    return RelatedGroup(
        customer=customer,
        members=members,
        circles=circles,
        complete=complete,
        reasons=_reasons(members, circles, complete),
    )


@dataclass(frozen=True, slots=True)
class Holdings:
    """Who holds and who actually controls which firms, by holder."""

    shares: dict[str, dict[str, int]]
    actual: dict[str, set[str]]

    @classmethod
    def of(cls, edges: Iterable[Edge]) -> Holdings:
        """The largest stated share counts, and an unknown one as the whole."""
        shares: dict[str, dict[str, int]] = defaultdict(dict)
        actual: dict[str, set[str]] = defaultdict(set)
        for edge in edges:
            if edge.kind == "ownership":
                share = WHOLE_BPS if edge.share_bps is None else edge.share_bps
                of_holder = shares[edge.source]
                of_holder[edge.target] = max(share, of_holder.get(edge.target, 0))
            elif edge.kind == "controller":
                actual[edge.source].add(edge.target)
        return cls(shares, actual)

    def controlled_by(self, owner: str) -> frozenset[str]:
        """Whom a party controls, alone or together with whom it controls.

        A holds 30 % of C itself and controls B, which holds 25 % of C: A controls C.
        """
        controlled: set[str] = set()
        together: Counter[str] = Counter()
        waiting = [owner]
        while waiting:
            holder = waiting.pop()
            together.update(self.shares.get(holder, {}))
            won = {firm for firm in self.shares.get(holder, ()) if together[firm] > HALF_BPS}
            new = (won | self.actual.get(holder, set())) - controlled - {owner}
            controlled |= new
            waiting.extend(new)
        return frozenset(controlled)


def _links(graph: Graph, ties: tuple[Tie, ...]) -> dict[str, set[tuple[str, Tie]]]:
    links: dict[str, set[tuple[str, Tie]]] = defaultdict(set)

    def tie(one: str, other: str, kind: Tie) -> None:
        links[one].add((other, kind))
        links[other].add((one, kind))

    for edge in graph.edges:
        if edge.kind in {"legal_person", "family", "guarantee"} and edge.kind in ties:
            tie(edge.source, edge.target, edge.kind)
    if "control" in ties:
        holdings = Holdings.of(graph.edges)
        for owner in {*holdings.shares, *holdings.actual}:
            for firm in holdings.controlled_by(owner):
                tie(owner, firm, "control")
    return links


def _reasons(
    members: tuple[Member, ...], circles: tuple[Circle, ...], complete: bool
) -> tuple[ModelReason, ...]:
    found = []
    for tie in TIES:
        count = sum(1 for one in members if tie in one.ties)
        if count:
            text = f"{count} 户因{TIE_NAMES[tie]}计入关联客户群"
            found.append(ModelReason(f"GROUP_{tie.upper()}", text))
    if circles:
        text = f"客户处于 {len(circles)} 个互保或担保圈中"
        found.append(ModelReason("GROUP_GUARANTEE_CIRCLE", text))
    if not complete:
        text = "部分关联方未展开，关联客户群可能更大，转人工核查"
        found.append(ModelReason("GROUP_INCOMPLETE", text))
    return tuple(found)
