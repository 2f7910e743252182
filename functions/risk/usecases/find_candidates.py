"""Find candidates (授信候选): what the policy in force says of every firm of a population."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from risk.domain.backtest import Applicant
from risk.domain.evaluation import Evaluation, TableEngine
from risk.domain.indicators.months import AsOf
from risk.domain.policy import Policy
from risk.domain.policy.walk import evaluate
from risk.domain.portfolio.candidate import Candidate, TradeBasis
from risk.ports import Models, ParameterTables
from risk.usecases.ask_models import AskModels
from risk.usecases.back_test_policy import inputs_of_trial
from risk.usecases.compute_decision import indicators_of, scores_of


@dataclass(frozen=True)
class FindCandidates:
    """Grade, probability of default and capacity as a single decision finds them."""

    models: Models
    ask_models: AskModels
    parameters: ParameterTables
    engine: TableEngine | None = None
    trades: Mapping[str, TradeBasis] = field(default_factory=dict)
    """Where each firm's trade is known from."""

    def __call__(
        self, population: Iterable[Applicant], as_of: date, policy: Policy
    ) -> tuple[tuple[Candidate, ...], list[str]]:
        """The candidates whose outcome is not known yet, and the hash of each applicant."""
        candidates, hashes = [], []
        for applicant in population:
            if applicant.defaulted is None:
                found = self._evaluated(applicant, as_of, policy)
                candidates.append(self._candidate(applicant, found))
                hashes.append(applicant.sha256)
        return tuple(candidates), hashes

    def _evaluated(self, applicant: Applicant, as_of: date, policy: Policy) -> Evaluation:
        values = indicators_of(applicant.facts, AsOf(as_of))
        parameters = self.parameters.on(as_of)
        return evaluate(
            policy,
            inputs_of_trial(self.models, self.ask_models, applicant, values, parameters),
            scores=scores_of(self.models, policy, values),
            parameters=parameters,
            engine=self.engine,
        )

    def _candidate(self, applicant: Applicant, found: Evaluation) -> Candidate:
        return Candidate(
            enterprise=applicant.subject,
            verdict=found.verdict,
            codes=tuple(sorted({one.rule.code for one in found.outcomes})),
            grade=found.grade,
            pd_ppm=None if found.score is None else found.score.pd_ppm,
            capacity_fen=None if found.limit is None else found.limit.capacity_fen,
            sector=applicant.request.industry_section,
            trade_basis=self.trades.get(applicant.subject, "none"),
        )
