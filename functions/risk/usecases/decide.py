"""Decide (风控决策)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from puhui.clock import Clock
from puhui.contracts.facts import INVOICE_SCHEMA
from puhui.contracts.risk import DecisionRequest
from puhui.tenancy import bank_id
from risk.domain.decision import Decision, Manifest, decision_id_of, make_decision
from risk.domain.errors import DecisionExists
from risk.domain.evaluation import evaluate_application
from risk.domain.facts import Fact
from risk.domain.indicators.engine import compute
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.values import Values
from risk.ports import Decisions, Models, ParameterTables, Policies
from risk.usecases.read_facts import ReadFacts


@dataclass(frozen=True)
class Decide:
    """Answer whether, how much and at what rate to lend; the same question has one answer."""

    read_facts: ReadFacts
    models: Models
    policies: Policies
    parameters: ParameterTables
    decisions: Decisions
    clock: Clock
    code_version: str

    def __call__(self, request: DecisionRequest) -> Decision:
        bank, decision_id = bank_id(request.bank_id), decision_id_of(request)
        known = self.decisions.find(bank, decision_id)
        if known is not None:
            return known
        decision = self._decide(request)
        try:
            self.decisions.add(decision, request.correlation_id)
        except DecisionExists:
            return self.decisions.find(bank, decision_id) or decision
        return decision

    def _decide(self, request: DecisionRequest) -> Decision:
        facts = self.read_facts(bank_id(request.bank_id), request.facts)
        invoices = next(fact for fact in facts if fact.product == INVOICE_SCHEMA)
        values = indicators_of(facts, AsOf(request.as_of))
        policy = self.policies.in_force(request.as_of)
        parameters = self.parameters.on(request.as_of)
        card = self.models.card(policy.model)
        evaluation = evaluate_application(
            request,
            invoices=invoices,
            values=values,
            card=card,
            contributions_e4=self.models.contributions_e4(
                card.id, [values[one.indicator].number for one in card.inputs]
            ),
            policy=policy,
            parameters=parameters,
        )
        manifest = Manifest(
            policy=policy,
            card=card,
            parameters=parameters,
            code_version=self.code_version,
            decided_at=self.clock.now(),
        )
        return make_decision(request, facts, values, evaluation, manifest)


def indicators_of(facts: Sequence[Fact], as_of: AsOf) -> Values:
    """All indicators as of a day, from whatever documents there are."""
    return compute({fact.product: fact for fact in facts}, as_of)
