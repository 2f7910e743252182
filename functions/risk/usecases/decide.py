"""Decide (风控决策)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from puhui.clock import Clock
from puhui.contracts.risk import DecisionRequest
from puhui.tenancy import bank_id
from risk.domain.decision import Decision, decision_id_of
from risk.domain.facts import Fact
from risk.domain.policy import Policy
from risk.domain.policy.waivable import waivable_codes
from risk.domain.record import Given
from risk.domain.shadow import Answer
from risk.graph_ports import Relations
from risk.lists_ports import NameLists
from risk.policy_ports import BankPolicies, ShadowRunner
from risk.ports import Decisions
from risk.record_ports import Artefacts
from risk.usecases.compute_decision import ComputeDecision
from risk.waiver_ports import Waivers


@dataclass(frozen=True)
class Decide:
    """Answer whether, how much and at what rate to lend; the same question has one answer."""

    compute: ComputeDecision
    policies: BankPolicies
    name_lists: NameLists
    relations: Relations
    waivers: Waivers
    run_shadow: ShadowRunner
    artefacts: Artefacts
    decisions: Decisions
    clock: Clock
    code_version: str

    def __call__(self, request: DecisionRequest) -> Decision:
        bank, decision_id = bank_id(request.bank_id), decision_id_of(request)
        known = self.decisions.find(bank, decision_id)
        if known is not None:
            return known
        policy = self.policies.in_force(bank, request.as_of)
        facts = self.compute.facts_of(request)
        given = self._given(request, decision_id, policy, facts)
        computed = self.compute(request, policy, given, facts)
        # What a decision was made with is kept before the decision, or it could not be replayed.
        self.artefacts.keep(computed.pins, {policy.sha256: policy.source})
        accepted = self.decisions.add(computed.decision, request.correlation_id)
        if accepted.record == computed.decision.record:
            self.run_shadow(
                bank,
                decision_id,
                request.as_of,
                Answer.of(computed.evaluation),
                lambda other: Answer.of(computed.evaluated_by(other)),
            )
        return accepted

    def _given(
        self, request: DecisionRequest, decision_id: str, policy: Policy, facts: Sequence[Fact]
    ) -> Given:
        bank = bank_id(request.bank_id)
        found = self.waivers(bank, request.application_id, request.customer_id, request.as_of)
        may = waivable_codes(policy) if found else frozenset()
        return Given(
            decided_at=self.clock.now(),
            code_version=self.code_version,
            screening=self.name_lists(request, decision_id).to_record(),
            waivers={code: by for code, by in found.items() if code in may},
            waivers_refused={code: by for code, by in found.items() if code not in may},
            models_refused=self.compute.refused(),
            graph=self.relations(request, decision_id, facts),
        )
