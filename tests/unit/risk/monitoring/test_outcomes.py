"""What became of loans, beside the scores of the decisions that made them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from puhui.contracts.risk import RecordLoanOutcome
from risk.domain.errors import (
    DecisionNotFound,
    OutcomeRefused,
)
from risk.usecases.record_outcome import RecordOutcome
from tests.support.monitoring import (
    LISTENED,
    REAL_CARDS,
    REAL_MODEL,
    InMemoryOutcomes,
    TodaysListings,
)
from tests.support.risk import NOON, a_document, a_healthy_firm, decided
from tests.support.risk_stores import InMemoryDecisions

DECISION = decided(a_document(a_healthy_firm()))


def recording() -> tuple[RecordOutcome, InMemoryOutcomes]:
    decisions, outcomes = InMemoryDecisions(), InMemoryOutcomes()
    decisions.add(DECISION, "app-1")
    return RecordOutcome(decisions, TodaysListings(), REAL_CARDS, outcomes), outcomes


def told(
    result: str = "good", known_on: date = date(2027, 8, 1), bank: str = "north"
) -> RecordLoanOutcome:
    return RecordLoanOutcome.model_validate(
        {
            "bank_id": bank,
            "correlation_id": "loan-1",
            "application_id": "app-1",
            "result": result,
            "known_on": known_on,
        }
    )


def test_an_outcome_stands_beside_the_scores_of_its_decision() -> None:
    record, _ = recording()

    outcome = record(told("bad"))

    version = REAL_CARDS.all()[REAL_MODEL].model_version
    assert outcome.pd_of(REAL_MODEL, version) == DECISION.result.pd_ppm
    assert outcome.pd_of(REAL_MODEL, "0.9.0") is None
    assert [one.model_id for one in outcome.scores] == [REAL_MODEL, LISTENED]
    assert (outcome.vintage, outcome.bad) == ("2026-08", True)


def test_an_outcome_that_is_told_twice_is_one() -> None:
    record, outcomes = recording()

    first, second = record(told()), record(told())

    assert (first, len(outcomes.kept)) == (second, 1)


@pytest.mark.parametrize("order", [("good", "bad"), ("bad", "good")])
def test_bad_stays_bad_in_whatever_order_it_is_told(order: tuple[str, str]) -> None:
    record, outcomes = recording()
    days = {"bad": date(2027, 3, 1), "good": date(2027, 8, 1)}

    for result in order:
        record(told(result, days[result]))

    (kept,) = outcomes.kept.values()
    assert (kept.result, kept.known_on) == ("bad", date(2027, 3, 1))


def test_an_outcome_before_the_decision_is_refused() -> None:
    record, _ = recording()

    with pytest.raises(OutcomeRefused):
        record(told(known_on=NOON.date() - timedelta(days=1)))


def test_an_outcome_of_an_unknown_application_is_refused() -> None:
    record, _ = recording()

    with pytest.raises(DecisionNotFound):
        record(told(bank="south"))
