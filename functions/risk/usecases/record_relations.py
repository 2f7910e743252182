"""Record relations (登记关联关系): what an event says about who shares, owns or guarantees what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from puhui.china import resident_id, uscc
from puhui.tenancy import BankId
from risk.domain.errors import GraphRefused
from risk.domain.graph.edges import EdgeKind, Statement
from risk.domain.graph.graph import Mark, MarkKind
from risk.domain.graph.nodes import NodeKind
from risk.graph_ports import Edges, NodeNames

MAX_RELATIONS: Final = 500
_COUNTRY: Final = ("+86", "0086")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A party by its code, or a key by its value, as an application has it."""

    kind: NodeKind
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One relation, which holds or has ended."""

    source: Named
    target: Named
    kind: EdgeKind
    holds: bool = True
    share_bps: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMark:
    """Something grave about a party."""

    party: Named
    kind: MarkKind
    since: date
    until: date | None = None
    risk_ppm: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRelationsCommand:
    """What a bank learned on a day."""

    bank_id: BankId
    on: date
    relations: tuple[Relation, ...]
    marks: tuple[KnownMark, ...] = ()


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
        self.edges.record(command.bank_id, said, marks)

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

    def _node(self, named: Named) -> str:
        return self.names.of(named.kind, plain_value(named))


def plain_value(named: Named) -> str:
    """One spelling: codes with their check characters, phones without the country's number."""
    if named.kind == "firm":
        return uscc.validate(named.value, field="firm").value
    if named.kind == "person":
        return resident_id.validate(named.value, field="person").value
    value = "".join(named.value.split())
    if named.kind == "phone":
        for prefix in _COUNTRY:
            value = value.removeprefix(prefix)
    if not value:
        raise GraphRefused("a shared key is empty", field=named.kind, rule="graph.empty_key")
    return value
