"""Compute decision (计算决策): from a question to an answer; deciding and replaying share it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

from puhui.contracts.common import Reason
from puhui.contracts.risk import DecisionRequest
from puhui.tenancy import bank_id
from risk.domain.decision import Decision, make_decision
from risk.domain.evaluation import Evaluation, TableEngine
from risk.domain.facts import Fact
from risk.domain.indicators.engine import compute
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.values import Values
from risk.domain.inputs import inputs_of
from risk.domain.labels.derive import labels_of
from risk.domain.labels.gather import evidence_of
from risk.domain.labels.rules import LabelRules
from risk.domain.listing import Listing
from risk.domain.model_inputs.known import Known
from risk.domain.model_told import Told
from risk.domain.policy import Policy
from risk.domain.policy.waivable import waivable_codes
from risk.domain.policy.walk import evaluate
from risk.domain.record import Found, Given, Manifest, Pin, RefusedModel, ServedModel
from risk.domain.scorecard import ModelCard, Score, score
from risk.domain.statistical import StatisticalAnswer
from risk.ports import Models, ParameterTables
from risk.usecases.ask_models import AskModels, segment_of
from risk.usecases.read_facts import ReadFacts

MODEL_REFUSED: Final = Reason(
    code="MODEL_REFUSED",
    text="风险模型文件与模型卡不符，已停用，转人工审批",
    customer_text="您的申请需人工审核",
)


@dataclass(frozen=True)
class Computed:
    """A decision that nobody has kept yet, and the artefacts that it was made with."""

    decision: Decision
    pins: tuple[Pin, ...]
    evaluation: Evaluation
    evaluated_by: Callable[[Policy], Evaluation]
    """What another policy would have answered to the same question, facts and lists."""


@dataclass(frozen=True)
class ComputeDecision:
    """Read the facts, evaluate, label and write the record; the same inputs, the same bytes."""

    read_facts: ReadFacts
    models: Models
    ask_models: AskModels
    parameters: ParameterTables
    labels: LabelRules
    listing: Listing
    engine: TableEngine | None = None
    """Evaluates tables that cannot be compiled; the shipped policies have none."""

    def facts_of(self, request: DecisionRequest) -> Sequence[Fact]:
        """What the referenced documents say."""
        return self.read_facts(bank_id(request.bank_id), request.facts)

    def __call__(
        self,
        request: DecisionRequest,
        policy: Policy,
        given: Given,
        facts: Sequence[Fact] | None = None,
    ) -> Computed:
        """Whoever has read the facts already hands them in."""
        facts = self.facts_of(request) if facts is None else facts
        values = indicators_of(facts, AsOf(request.as_of))
        parameters = self.parameters.on(request.as_of)
        answers = self.models.listen(
            segment_of(request), lambda name: number_of(values, name), given.refused_ids
        )

        known = self.ask_models.known(request, facts, values, given, parameters, answers)
        told = self.ask_models.before_the_policy(known)
        evaluated_by = self._evaluator(known, facts, policy, answers, told)
        evaluation = evaluated_by(policy)
        told = self.ask_models.after_the_policy(known, told, evaluation.grade)
        evidence = evidence_of(request, facts, evaluation.limit_fen)
        manifest = Manifest(
            policies=(policy,),
            models=self._models_of(policy, answers, told, given),
            parameters=parameters,
            labels_sha256=self.labels.sha256,
            listing=self.listing,
        )
        found = Found(
            facts=facts,
            values=values,
            evaluation=evaluation,
            labels=labels_of(evidence, self.labels, request.as_of),
            answers=answers,
            told=told,
        )
        decision = make_decision(request, given, found, manifest)
        return Computed(decision, manifest.pins, evaluation, evaluated_by)

    def refused(self) -> tuple[RefusedModel, ...]:
        """The models before a loan that may not be trusted, statistical or code."""
        return (*self.models.refused(), *self.ask_models.formulas.refused())

    def _evaluator(
        self,
        known: Known,
        facts: Sequence[Fact],
        policy: Policy,
        answers: Sequence[StatisticalAnswer],
        told: Sequence[Told],
    ) -> Callable[[Policy], Evaluation]:
        given, values = known.given, known.values

        def evaluated_by(other: Policy) -> Evaluation:
            found = evaluate(
                other,
                inputs_of(known.request, facts, values, screening=given.screening, told=told),
                scores=scores_of(self.models, other, values, answers, given.refused_ids),
                parameters=known.parameters,
                waived=given.waivers if other is policy else _allowed(other, given),
                engine=self.engine,
            )
            return found.left_to_a_person(MODEL_REFUSED) if given.models_refused else found

        return evaluated_by

    def _models_of(
        self,
        policy: Policy,
        answers: Sequence[StatisticalAnswer],
        told: Sequence[Told],
        given: Given,
    ) -> tuple[ServedModel, ...]:
        """Each once: those that the policy calls, those listened to, and those that are code."""
        called = [self.models.card(one) for one in policy.models if one not in given.refused_ids]
        heard = [one.model for one in answers if one.model.id not in policy.models]
        asked = [one.model for one in told if one.model is not None]
        return (*called, *heard, *asked)


def _allowed(policy: Policy, given: Given) -> dict[str, str]:
    """The approved exceptions that another policy than the deciding one lets count."""
    may = waivable_codes(policy) if given.waivers_approved else frozenset()
    return {code: by for code, by in given.waivers_approved.items() if code in may}


def indicators_of(facts: Sequence[Fact], as_of: AsOf) -> Values:
    """All indicators as of a day, from whatever documents there are."""
    return compute({fact.product: fact for fact in facts}, as_of)


def number_of(values: Values, name: str) -> float | None:
    """An indicator's number; None for a missing one and for what is no indicator."""
    found = values.get(name)
    return None if found is None else found.number


def scores_of(
    models: Models,
    policy: Policy,
    values: Values,
    answers: Sequence[StatisticalAnswer] = (),
    refused: Collection[str] = (),
) -> dict[str, Score]:
    """What every model that the policy calls says; one that may not be trusted says nothing."""
    heard = {one.model.id: one for one in answers}
    return {
        model: _score(models, models.card(model), values, heard.get(model))
        for model in policy.models
        if model not in refused
    }


def _score(
    models: Models, card: ModelCard, values: Values, heard: StatisticalAnswer | None
) -> Score:
    if heard is not None:
        return score(card, heard.contributions_e4)
    numbers = [values[one.indicator].number for one in card.inputs]
    return score(card, models.contributions_e4(card.id, numbers))
