"""Record relations (登记关联关系): what an event says about who shares, owns or guarantees what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from puhui.tenancy import BankId
from risk.domain.errors import GraphRefused
from risk.domain.graph.edges import Statement
from risk.domain.graph.graph import Mark, MarkKind
from risk.domain.graph.relations import Named, Relation, plain_value
from risk.graph_ports import CustomerParty, Edges, NodeNames

MAX_RELATIONS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMark:
    """Something grave about a party."""

    party: Named
    kind: MarkKind
    since: date
    until: date | None = None
    risk_ppm: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCustomer:
    """Under which code the bank knows a customer."""

    customer_id: str
    party: Named


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRelationsCommand:
    """What a bank learned on a day."""

    bank_id: BankId
    on: date
    relations: tuple[Relation, ...]
    marks: tuple[KnownMark, ...] = ()
    customer: KnownCustomer | None = None


@dataclass(frozen=True)
class RecordRelations:
    """Name the nodes blindly and keep what was said; the same event again changes nothing."""

    edges: Edges
    names: NodeNames

    def __call__(self, command: RecordRelationsCommand) -> None:
        """Everything is checked before anything is kept."""
        if len(command.relations) + len(command.marks) > MAX_RELATIONS:
            raise GraphRefused(
                f"an event has at most {MAX_RELATIONS} relations", rule="graph.too_many_relations"
            )
        said = [self._statement(one, command.on) for one in command.relations]
        marks = [self._mark(one) for one in command.marks]
        self.edges.record(command.bank_id, said, marks, self._customer(command.customer))

    def _statement(self, one: Relation, on: date) -> Statement:
        return Statement(
            source=self._node(one.source),
            target=self._node(one.target),
            kind=one.kind,
            on=on,
            holds=one.holds,
            share_bps=one.share_bps,
        )

    def _mark(self, one: KnownMark) -> Mark:
        return Mark(
            node=self._node(one.party),
            kind=one.kind,
            since=one.since,
            until=one.until,
            risk_ppm=one.risk_ppm,
        )

    def _customer(self, one: KnownCustomer | None) -> CustomerParty | None:
        return None if one is None else CustomerParty(one.customer_id, self._node(one.party))

    def _node(self, named: Named) -> str:
        return self.names.of(named.kind, plain_value(named))
