"""Decide (风控决策)."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import Clock
from puhui.contracts.risk import DecisionRequest
from puhui.tenancy import bank_id
from risk.domain.decision import Decision, decision_id_of
from risk.domain.errors import DecisionExists
from risk.domain.record import Given
from risk.ports import Decisions
from risk.record_ports import Artefacts
from risk.usecases.compute_decision import ComputeDecision


@dataclass(frozen=True)
class Decide:
    """Answer whether, how much and at what rate to lend; the same question has one answer."""

    compute: ComputeDecision
    artefacts: Artefacts
    decisions: Decisions
    clock: Clock
    code_version: str

    def __call__(self, request: DecisionRequest) -> Decision:
        bank, decision_id = bank_id(request.bank_id), decision_id_of(request)
        known = self.decisions.find(bank, decision_id)
        if known is not None:
            return known
        given = Given(decided_at=self.clock.now(), code_version=self.code_version)
        computed = self.compute(request, given)
        # What a decision was made with is kept before the decision, or it could not be replayed.
        self.artefacts.keep(computed.pins)
        try:
            self.decisions.add(computed.decision, request.correlation_id)
        except DecisionExists:
            return self.decisions.find(bank, decision_id) or computed.decision
        return computed.decision
