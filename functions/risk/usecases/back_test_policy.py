"""Back-test policy (策略回测): ask two policies about everybody in a population, and compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from risk.domain.backtest import Applicant, Basis, Trial, back_test_of, population_sha256
from risk.domain.backtest_report import report_document
from risk.domain.evaluation import Parameters, TableEngine
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.values import State, Values
from risk.domain.inputs import inputs_of
from risk.domain.policy import Policy
from risk.domain.policy.walk import evaluate
from risk.domain.shadow import Answer
from risk.ports import Models, ParameterTables
from risk.usecases.compute_decision import indicators_of, scores_of

NOBODY_LISTED: Final = {"state": State.OK, "hits": ()}
"""A back-test is about rules: the population is taken to stand on no list."""


@dataclass(frozen=True)
class BackTestPolicy:
    """Indicators once for each applicant, then both policies; no list and no waiver counts."""

    models: Models
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
            trials.append(
                Trial(
                    defaulted=applicant.defaulted,
                    old=self._answer(old, applicant, values, parameters),
                    new=self._answer(new, applicant, values, parameters),
                )
            )
            hashes.append(applicant.sha256)
        basis = Basis(
            old=old,
            new=new,
            cards=tuple(self.models.card(one) for one in sorted({*old.models, *new.models})),
            parameters=parameters,
            population_sha256=population_sha256(hashes),
        )
        return report_document(back_test_of(trials), basis, as_of)

    def _answer(
        self, policy: Policy, applicant: Applicant, values: Values, parameters: Parameters
    ) -> Answer:
        inputs = inputs_of(
            applicant.request,
            applicant.facts,
            values,
            screening=NOBODY_LISTED,
        )
        evaluation = evaluate(
            policy,
            inputs,
            scores=scores_of(self.models, policy, values),
            parameters=parameters,
            engine=self.engine,
        )
        return Answer.of(evaluation)
