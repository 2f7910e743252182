"""Compute decision (计算决策): from a question to an answer; deciding and replaying share it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from puhui.contracts.facts import INVOICE_SCHEMA
from puhui.contracts.risk import DecisionRequest
from puhui.tenancy import bank_id
from risk.domain.decision import Decision, make_decision
from risk.domain.evaluation import evaluate_application
from risk.domain.facts import Fact
from risk.domain.indicators.engine import compute
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.values import Values
from risk.domain.labels.derive import labels_of
from risk.domain.labels.gather import evidence_of
from risk.domain.labels.rules import LabelRules
from risk.domain.listing import Listing
from risk.domain.record import Found, Given, Manifest, Pin
from risk.ports import Models, ParameterTables, Policies
from risk.usecases.read_facts import ReadFacts


@dataclass(frozen=True)
class Computed:
    """A decision that nobody has kept yet, and the artefacts that it was made with."""

    decision: Decision
    pins: tuple[Pin, ...]


@dataclass(frozen=True)
class ComputeDecision:
    """Read the facts, evaluate, label and write the record; the same inputs, the same bytes."""

    read_facts: ReadFacts
    models: Models
    policies: Policies
    parameters: ParameterTables
    labels: LabelRules
    listing: Listing

    def __call__(self, request: DecisionRequest, given: Given) -> Computed:
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
        evidence = evidence_of(request, facts, evaluation.limit_fen)
        manifest = Manifest(
            policies=(policy,),
            cards=(card,),
            parameters=parameters,
            labels_sha256=self.labels.sha256,
            listing=self.listing,
        )
        found = Found(
            facts=facts,
            values=values,
            evaluation=evaluation,
            labels=labels_of(evidence, self.labels, request.as_of),
        )
        return Computed(make_decision(request, given, found, manifest), manifest.pins)


def indicators_of(facts: Sequence[Fact], as_of: AsOf) -> Values:
    """All indicators as of a day, from whatever documents there are."""
    return compute({fact.product: fact for fact in facts}, as_of)
