"""Missing never helps (ARCHITECTURE §8.2): nothing that becomes unavailable improves a decision.

Order: approve > refer > decline. Limit and price are compared between approvals only.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from puhui.columns import read_columns
from puhui.contracts.facts import INVOICE_SCHEMA
from puhui.contracts.risk import DecisionRequest
from risk.domain.evaluation import Evaluation
from risk.domain.facts import Fact
from risk.domain.indicators.library import DEFINITIONS
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.values import IndicatorValue, State, Values
from risk.domain.inputs import inputs_of
from risk.domain.policy import SEVERITY
from risk.domain.policy.walk import evaluate
from risk.domain.scorecard import score
from risk.usecases.compute_decision import indicators_of
from tests.support.asked_models import screened
from tests.support.risk import (
    AS_OF,
    MODELS,
    PARAMETERS,
    POLICIES,
    Row,
    a_document,
    a_healthy_firm,
    a_request,
    numbered,
)
from tests.unit.risk.strategies import invoices

POLICY = POLICIES.in_force(AS_OF)
NOBODY = {"state": "ok", "hits": []}
CARD = MODELS.card("sme_application_score")
NOT_OK = st.sampled_from([state for state in State if state is not State.OK])
USED = sorted(POLICY.inputs & set(DEFINITIONS) | {one.indicator for one in CARD.inputs})
REQUESTS = st.builds(
    lambda amount, born, term: a_request(
        amount_fen=amount * 1_000_000, established_on=born, term_months=term
    ),
    st.integers(10, 100),
    st.sampled_from([None, date(2026, 1, 1), date(2015, 3, 9)]),
    st.sampled_from([12, 12, 12, 24]),
)


@st.composite
def firms(draw: st.DrawFn) -> list[Row]:
    """Healthy firms of every size, more or less disturbed by random invoices."""
    monthly = draw(st.integers(3, 3_000)) * 1_000
    rows = a_healthy_firm(monthly_yuan=monthly)
    silent = draw(st.sampled_from(["2026-08-01", "2026-08-01", "2026-06-01", "2026-01-01"]))
    kept = [row for row in rows if row["issued_on"] < silent]
    return numbered([*kept, *draw(invoices(max_size=8))])


def evaluated(request: DecisionRequest, invoices: Fact, values: Values) -> Evaluation:
    points = MODELS.contributions_e4(CARD.id, [values[one.indicator].number for one in CARD.inputs])
    return evaluate(
        POLICY,
        inputs_of(
            request,
            [invoices],
            values,
            screening=NOBODY,
            told=[screened(NOBODY)],
        ),
        scores={CARD.id: score(CARD, points)},
        parameters=PARAMETERS.on(AS_OF),
    )


def fact(rows: list[Row], **changes: Any) -> Fact:
    columns = read_columns(INVOICE_SCHEMA, a_document(rows, **changes))
    return Fact(product=INVOICE_SCHEMA, state=State.OK, columns=columns)


def better(one: Evaluation, other: Evaluation) -> bool:
    """Whether the customer would rather have the first."""
    if SEVERITY[one.verdict] != SEVERITY[other.verdict]:
        return SEVERITY[one.verdict] < SEVERITY[other.verdict]
    if one.verdict != "approve":
        return False
    return one.limit_fen > other.limit_fen or one.rate_bps < other.rate_bps


def without(values: Values, names: Set[str], state: State) -> dict[str, IndicatorValue]:
    return {
        name: IndicatorValue(state) if name in names else value for name, value in values.items()
    }


@settings(max_examples=150, deadline=None)
@given(
    rows=firms(), request=REQUESTS, names=st.sets(st.sampled_from(USED), min_size=1), state=NOT_OK
)
def test_an_indicator_that_becomes_unavailable_never_helps(
    rows: list[Row], request: DecisionRequest, names: set[str], state: State
) -> None:
    invoices = fact(rows)
    values = indicators_of([invoices], AsOf(AS_OF))

    poorer = evaluated(request, invoices, without(values, names, state))

    assert not better(poorer, evaluated(request, invoices, values))


@settings(max_examples=80, deadline=None)
@given(rows=firms(), request=REQUESTS, state=NOT_OK)
def test_a_document_that_becomes_unavailable_never_helps(
    rows: list[Row], request: DecisionRequest, state: State
) -> None:
    whole, gone = fact(rows), Fact(product=INVOICE_SCHEMA, state=state)

    before = evaluated(request, whole, indicators_of([whole], AsOf(AS_OF)))
    after = evaluated(request, gone, indicators_of([gone], AsOf(AS_OF)))

    assert not better(after, before)
    assert after.verdict == "decline"


@settings(max_examples=80, deadline=None)
@given(rows=firms(), request=REQUESTS, begins=st.dates(date(2023, 8, 1), date(2026, 7, 1)))
def test_a_document_that_reaches_back_less_never_helps_by_its_gaps(
    rows: list[Row], request: DecisionRequest, begins: date
) -> None:
    """The same invoices under a shorter declared period: what is not covered is missing."""
    recent = [row for row in rows if row["issued_on"] >= begins.isoformat()]
    whole, shorter = fact(recent), fact(recent, period_from=begins.isoformat())

    before = evaluated(request, whole, indicators_of([whole], AsOf(AS_OF)))
    after = evaluated(request, shorter, indicators_of([shorter], AsOf(AS_OF)))

    assert not better(after, before)


@settings(max_examples=60, deadline=None)
@given(rows=firms(), request=REQUESTS)
def test_an_unknown_founding_day_never_helps(rows: list[Row], request: DecisionRequest) -> None:
    invoices = fact(rows)
    values = indicators_of([invoices], AsOf(AS_OF))
    unknown = request.model_copy(update={"established_on": None})

    assert not better(evaluated(unknown, invoices, values), evaluated(request, invoices, values))


def test_some_of_these_firms_are_approved_some_referred_some_declined() -> None:
    """Otherwise the properties above would hold for nothing."""
    seen = {
        evaluated(
            a_request(amount_fen=30_000_000), fact(rows), indicators_of([fact(rows)], AsOf(AS_OF))
        ).verdict
        for rows in (
            a_healthy_firm(600_000),
            [row for row in a_healthy_firm(600_000) if row["issued_on"] < "2026-03-20"],
            a_healthy_firm(3_000),
        )
    }

    assert seen == {"approve", "refer", "decline"}
