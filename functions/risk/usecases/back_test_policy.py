"""Back-test policy (策略回测): ask two policies about everybody in a population, and compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from risk.domain.backtest import Applicant, Basis, Trial, back_test_of, population_sha256
from risk.domain.backtest_report import report_document
from risk.domain.evaluation import Parameters, TableEngine
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.values import State, Values
from risk.domain.inputs import Inputs, inputs_of
from risk.domain.model_fields import models_of
from risk.domain.policy import Policy
from risk.domain.policy.walk import evaluate
from risk.domain.record import Given, ServedModel
from risk.domain.shadow import Answer
from risk.ports import Models, ParameterTables
from risk.usecases.ask_models import AskModels, segment_of
from risk.usecases.compute_decision import indicators_of, number_of, scores_of

NOBODY_LISTED: Final = {"state": State.OK, "hits": ()}
"""A back-test is about rules: the population is taken to stand on no list."""
NOTHING_KEPT: Final = "back-test"
"""What stands for the version of the code: nothing is kept under it."""


@dataclass(frozen=True)
class BackTestPolicy:
    """Indicators once for each applicant, then both policies; no list and no waiver counts."""

    models: Models
    ask_models: AskModels
    parameters: ParameterTables
    engine: TableEngine | None = None

    def __call__(
        self, population: Iterable[Applicant], as_of: date, *, old: Policy, new: Policy
    ) -> Mapping[str, Any]:
        """Answer the report."""
        parameters = self.parameters.on(as_of)
        trials, hashes = [], []
        for applicant in population:
            values = indicators_of(applicant.facts, AsOf(as_of))
            inputs = inputs_of_trial(self.models, self.ask_models, applicant, values, parameters)
            trials.append(
                Trial(
                    defaulted=applicant.defaulted,
                    old=self._answer(old, inputs, values, parameters),
                    new=self._answer(new, inputs, values, parameters),
                )
            )
            hashes.append(applicant.sha256)
        basis = Basis(
            old=old,
            new=new,
            models=self._models_of(old, new),
            parameters=parameters,
            population_sha256=population_sha256(hashes),
        )
        return report_document(back_test_of(trials), basis, as_of)

    def _models_of(self, *policies: Policy) -> tuple[ServedModel, ...]:
        """The models that either policy calls, and those whose answers it reads."""
        called = sorted({one for policy in policies for one in policy.models})
        read = models_of(name for policy in policies for name in policy.inputs)
        formulas = self.ask_models.formulas
        return (*map(self.models.card, called), *map(formulas.served, read))

    def _answer(
        self, policy: Policy, inputs: Inputs, values: Values, parameters: Parameters
    ) -> Answer:
        evaluation = evaluate(
            policy,
            inputs,
            scores=scores_of(self.models, policy, values),
            parameters=parameters,
            engine=self.engine,
        )
        return Answer.of(evaluation)


def inputs_of_trial(
    models: Models,
    ask_models: AskModels,
    applicant: Applicant,
    values: Values,
    parameters: Parameters,
) -> Inputs:
    """What a policy may read of somebody who does not really ask and stands on no list."""
    request, facts = applicant.request, applicant.facts
    refused = (*models.refused(), *ask_models.formulas.refused())
    given = Given(
        decided_at=datetime.combine(request.as_of, time(), UTC),
        code_version=NOTHING_KEPT,
        screening=NOBODY_LISTED,
        models_refused=refused,
    )
    answers = models.listen(
        segment_of(request), lambda name: number_of(values, name), given.refused_ids
    )
    known = ask_models.known(request, facts, values, given, parameters, answers)
    told = ask_models.before_the_policy(known)
    return inputs_of(request, facts, values, screening=NOBODY_LISTED, told=told)
