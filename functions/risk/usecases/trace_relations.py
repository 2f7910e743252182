"""Trace relations (关联追溯): keep what an application tells, then read around the applicant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from puhui.contracts.risk import DecisionRequest
from puhui.errors import StaleVersion, UpstreamUnavailable
from puhui.tenancy import bank_id
from risk.domain.facts import Fact
from risk.domain.graph.graph import MAX_HOPS, Caps
from risk.domain.graph.learned import Learned, learned_from
from risk.domain.graph.snapshot import snapshot_of
from risk.graph_ports import Edges, GraphSignals, KnownParties, NodeNames
from risk.usecases.record_relations import KnownCustomer, RecordRelations, RecordRelationsCommand

DECISION_CAPS: Final = Caps(max_nodes=500)
"""At most a quarter of what can be read: a decision waits for it, and its record keeps it."""


@dataclass(frozen=True)
class TraceRelations:
    """`risk.graph_ports.Relations`: what is told first, so that the reading finds it."""

    parties: KnownParties
    edges: Edges
    names: NodeNames
    signals: GraphSignals
    caps: Caps = DECISION_CAPS

    def __call__(
        self, request: DecisionRequest, decision_id: str, facts: Sequence[Fact]
    ) -> Mapping[str, Any] | None:
        """None without a party, and when the store fails: a decision is not lost for a graph."""
        party = self.parties.known(request)
        learned = None if party is None else learned_from(party, facts, request.as_of)
        if learned is None:
            return None
        try:
            return self._traced(request, learned)
        except (UpstreamUnavailable, StaleVersion) as error:
            self.signals.lost(bank_id(request.bank_id), decision_id, error)
            return None

    def _traced(self, request: DecisionRequest, learned: Learned) -> Mapping[str, Any]:
        bank, as_of = bank_id(request.bank_id), request.as_of
        customer = KnownCustomer(customer_id=request.customer_id, party=learned.subject)
        RecordRelations(self.edges, self.names)(
            RecordRelationsCommand(
                bank_id=bank, on=as_of, relations=learned.relations, customer=customer
            )
        )
        subject = self.names.of(learned.subject.kind, learned.subject.value)
        graph = self.edges.neighbourhood(bank, subject, as_of, hops=MAX_HOPS, caps=self.caps)
        return snapshot_of(graph, subject, as_of, keys_not_known=learned.keys_not_known)
