"""What the graph of relations needs from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from puhui.contracts.risk import DecisionRequest
from puhui.errors import PuhuiError
from puhui.tenancy import BankId
from risk.domain.facts import Fact
from risk.domain.graph.edges import Statement
from risk.domain.graph.graph import Caps, Graph, Mark
from risk.domain.graph.learned import KnownParty
from risk.domain.graph.nodes import NodeKind


@dataclass(frozen=True, slots=True)
class CustomerParty:
    """The party that a customer is."""

    customer_id: str
    node: str


class Edges(Protocol):
    """What was stated about the parties of a bank."""

    def record(
        self,
        bank_id: BankId,
        statements: Sequence[Statement],
        marks: Sequence[Mark] = (),
        customer: CustomerParty | None = None,
    ) -> None:
        """Keep each on both of its ends, or on neither; the same again changes nothing.

        Of several parties that a customer was the last one stands.
        """
        ...

    def party_of(self, bank_id: BankId, customer_id: str) -> str:
        """The party that a customer last was, or `CustomerNotKnown`."""
        ...

    def neighbourhood(
        self, bank_id: BankId, node: str, as_of: date, *, hops: int, caps: Caps
    ) -> Graph:
        """What was known on a day about a party and everybody within some hops."""
        ...


class NodeNames(Protocol):
    """Names under which nodes are kept: a phone, an address or a code is never kept in clear."""

    def of(self, kind: NodeKind, value: str) -> str:
        """The same node for every spelling of the value."""
        ...


class KnownParties(Protocol):
    """Who applies, out of the sealed party."""

    def known(self, request: DecisionRequest) -> KnownParty | None:
        """The applicant; nobody when there is no seal or it does not open."""
        ...


class GraphSignals(Protocol):
    """Tells operators of decisions without a graph."""

    def lost(self, bank_id: BankId, decision_id: str, error: PuhuiError) -> None:
        """The graph's store failed; the decision goes on, and its relations are not recorded."""
        ...


class Relations(Protocol):
    """What a decision asks of the graph. (`usecases.trace_relations`)"""

    def __call__(
        self, request: DecisionRequest, decision_id: str, facts: Sequence[Fact]
    ) -> Mapping[str, Any] | None:
        """The neighbourhood as a decision's record keeps it; None when nobody knows it."""
        ...
