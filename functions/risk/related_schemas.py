"""Related parties as the API shows them: fingerprints, never a code, a phone or an address."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, cast

from pydantic import Field

from puhui.contracts.common import Code, Contract, Identifier, Ppm, ShortText
from risk.domain.graph.circles import Circle
from risk.domain.graph.edges import EDGE_NAMES, Edge
from risk.domain.graph.graph import MARK_NAMES, MAX_HOPS, Mark
from risk.domain.graph.groups import TIE_NAMES
from risk.domain.graph.nodes import NODE_NAMES, NodeKind, kind_of
from risk.domain.graph.rings import Ring
from risk.usecases.find_related_parties import RelatedParties

CIRCLE_NAMES: Final = {"mutual": "互保", "circle": "担保圈"}
Node = Annotated[str, Field(pattern=r"^[a-z]+:[0-9A-Za-z_.-]{1,64}$")]


class RelatedQuery(Contract):
    """Whose related parties, and how many steps from party to party are followed."""

    customer_id: Identifier
    hops: Annotated[int, Field(ge=1, le=MAX_HOPS)] = MAX_HOPS


class TieView(Contract):
    """Why a party counts into the customer's group."""

    tie: Code
    name: ShortText


class MarkView(Contract):
    """Something grave that is known about a party."""

    kind: Code
    name: ShortText
    since: date

    @classmethod
    def of(cls, mark: Mark) -> MarkView:
        """With its Chinese name."""
        return cls(kind=mark.kind, name=MARK_NAMES[mark.kind], since=mark.since)


class PartyView(Contract):
    """A firm or a person by its fingerprint."""

    party: Node
    kind: Code
    kind_name: ShortText
    hops: int
    """Steps from the customer, who is 0."""
    in_group: bool
    """Whether it belongs to the group of connected customers (关联客户群)."""
    ties: tuple[TieView, ...]
    marks: tuple[MarkView, ...]


class RelationView(Contract):
    """A relation that stands; who uses a phone, address, device or account points at it."""

    source: Node
    target: Node
    kind: Code
    kind_name: ShortText
    since: date
    """Since when the bank has known of it without a gap."""
    share_bps: int | None

    @classmethod
    def of(cls, edge: Edge) -> RelationView:
        """With its Chinese name."""
        return cls(
            source=edge.source,
            target=edge.target,
            kind=edge.kind,
            kind_name=EDGE_NAMES[edge.kind],
            since=edge.since,
            share_bps=edge.share_bps,
        )


class SharedKeyView(Contract):
    """How many keys of a kind at least two members use."""

    kind: Code
    kind_name: ShortText
    count: int


class RingView(Contract):
    """The parties that hang together through keys that they share."""

    ring_id: str
    members: tuple[Node, ...]
    shared_keys: tuple[SharedKeyView, ...]
    density_ppm: Ppm

    @classmethod
    def of(cls, ring: Ring) -> RingView:
        """Members by name."""
        keys = tuple(
            SharedKeyView(kind=kind, kind_name=EDGE_NAMES[kind], count=count)
            for kind, count in ring.keys_by_kind
        )
        return cls(
            ring_id=ring.ring_id,
            members=ring.members,
            shared_keys=keys,
            density_ppm=ring.density_ppm,
        )


class CircleView(Contract):
    """Parties that guarantee each other round in a ring."""

    kind: Code
    kind_name: ShortText
    members: tuple[Node, ...]

    @classmethod
    def of(cls, circle: Circle) -> CircleView:
        """In the order of their guarantees."""
        return cls(kind=circle.kind, kind_name=CIRCLE_NAMES[circle.kind], members=circle.members)


class RelatedPartiesView(Contract):
    """Who belongs to a customer, as far as the bank knows it today."""

    customer_id: Identifier
    party: Node
    as_of: date
    hops: int
    parties: tuple[PartyView, ...]
    relations: tuple[RelationView, ...]
    ring: RingView | None
    guarantee_circles: tuple[CircleView, ...]
    circles_complete: bool
    group_complete: bool
    truncated: bool
    """Whether there is more within these hops than was read."""
    unexpanded: tuple[Node, ...]
    """Hubs and whatever was beyond the cap: their further relations were not read."""

    @classmethod
    def of(cls, customer_id: str, found: RelatedParties) -> RelatedPartiesView:
        """The nearest parties first."""
        return cls(
            customer_id=customer_id,
            party=found.party,
            as_of=found.as_of,
            hops=found.graph.hops,
            parties=_parties(found),
            relations=tuple(RelationView.of(edge) for edge in found.graph.edges),
            ring=None if found.ring is None else RingView.of(found.ring),
            guarantee_circles=tuple(CircleView.of(one) for one in found.circles.circles),
            circles_complete=found.circles.complete,
            group_complete=found.group.complete,
            truncated=found.graph.truncated,
            unexpanded=found.graph.unexpanded,
        )


def _parties(found: RelatedParties) -> tuple[PartyView, ...]:
    members = {one.node: one for one in found.group.members}
    marks: dict[str, list[MarkView]] = {}
    for mark in found.graph.marks:
        marks.setdefault(mark.node, []).append(MarkView.of(mark))
    return tuple(
        PartyView(
            party=node,
            kind=kind_of(node),
            kind_name=NODE_NAMES[cast(NodeKind, kind_of(node))],
            hops=hops,
            in_group=node in members,
            ties=tuple(
                TieView(tie=tie, name=TIE_NAMES[tie])
                for tie in (members[node].ties if node in members else ())
            ),
            marks=tuple(marks.get(node, ())),
        )
        for node, hops in sorted(found.hops.items(), key=lambda one: (one[1], one[0]))
    )
