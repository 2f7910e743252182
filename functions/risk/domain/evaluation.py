"""One application, evaluated: indicators → score → grade → limit → price → policy → verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from puhui.contracts.common import Reason
from puhui.contracts.risk import DecisionRequest, Verdict
from risk.domain.facts import Fact
from risk.domain.indicators.months import month_index
from risk.domain.indicators.values import Values
from risk.domain.inputs import Input
from risk.domain.limit import Limit, LimitParameters, limit_of
from risk.domain.policy import Policy, RuleOutcome, evaluate, verdict_of
from risk.domain.pricing import Price, PricingParameters, best_price
from risk.domain.reasons import reasons_of
from risk.domain.scorecard import ModelCard, Score, score

YEARLY_SALES = "ent.inv.out_valid_amt.all.l12m.sum"
"""Recognised yearly net sales: its scaled value is in 分."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The rows of the parameter tables in force on a day, and the hash of the tables."""

    sha256: str
    pricing: PricingParameters
    limit: LimitParameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Everything that was found, in the order in which it was found."""

    score: Score
    grade: str
    limit: Limit
    price: Price
    inputs: Mapping[str, Input]
    outcomes: tuple[RuleOutcome, ...]
    verdict: Verdict
    reasons: tuple[Reason, ...]

    @property
    def limit_fen(self) -> int:
        """The limit that goes with the verdict: none with a decline."""
        if self.verdict == "decline" or self.limit.fen is None:
            return 0
        return self.limit.fen

    @property
    def rate_bps(self) -> int:
        """The rate that goes with the verdict: none with a decline."""
        return 0 if self.verdict == "decline" else self.price.rate_bps


def evaluate_application(
    request: DecisionRequest,
    *,
    invoices: Fact,
    values: Values,
    card: ModelCard,
    contributions_e4: Sequence[int],
    policy: Policy,
    parameters: Parameters,
) -> Evaluation:
    """Evaluate completely: every rule, also those that a fired one has made superfluous."""
    found = score(card, contributions_e4)
    grade = policy.grade_of(found.points)
    limit = limit_of(
        parameters.limit,
        yearly_sales_fen=values[YEARLY_SALES].scaled,
        grade=grade,
        requested_fen=request.amount_fen,
        product_max_fen=request.max_amount_fen,
    )
    price = best_price(
        parameters.pricing,
        grades=policy.grades_down_to(grade),
        pd_ppm=found.pd_ppm,
        min_bps=request.min_rate_bps,
        max_bps=request.max_rate_bps,
    )
    inputs = _inputs(request, invoices, values, found, limit, price)
    outcomes = evaluate(policy, inputs)
    verdict = verdict_of(outcomes)
    return Evaluation(
        score=found,
        grade=grade,
        limit=limit,
        price=price,
        inputs=inputs,
        outcomes=outcomes,
        verdict=verdict,
        reasons=reasons_of(policy, outcomes, inputs, verdict, found),
    )


def _inputs(
    request: DecisionRequest,
    invoices: Fact,
    values: Values,
    found: Score,
    limit: Limit,
    price: Price,
) -> dict[str, Input]:
    derived = {
        "fact.invoice.rows": invoices.rows,
        "score.points": found.points,
        "score.pd_ppm": found.pd_ppm,
        "limit.capacity_fen": limit.capacity_fen,
        "limit.fen": limit.fen,
        "price.profit_ppm": price.profit_ppm,
        "request.amount_fen": request.amount_fen,
        "request.min_amount_fen": request.min_amount_fen,
        "request.term_months": request.term_months,
        "firm.age_months": age_months(request.established_on, request.as_of),
    }
    return {
        **{name: Input.of_indicator(value) for name, value in values.items()},
        **{name: Input.of_number(number) for name, number in derived.items()},
    }


def age_months(established_on: date | None, as_of: date) -> int | None:
    """Full months since the firm was established; a day in the future is not believed."""
    if established_on is None or established_on > as_of:
        return None
    months = month_index(as_of) - month_index(established_on)
    return months - (as_of.day < established_on.day)
