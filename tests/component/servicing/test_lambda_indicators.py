"""Indicators by call: documents asked for with their consent, gaps told as what they are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from puhui.contracts.extdata import ExternalDataQuery
from puhui.contracts.facts import FactReference
from puhui.contracts.risk import IndicatorQuestion
from puhui.errors import UpstreamUnavailable
from puhui.lambda_client import FunctionFailed
from servicing.adapters.lambda_indicators import LambdaIndicators
from servicing.domain.warning.observation import Observed
from servicing.warnings_wiring import watch_positions
from tests.support.servicing import TableWorld
from tests.support.warnings import (
    DECIDED,
    NORTH,
    RED_LETTER,
    SALES,
    TODAY,
    a_basis,
    a_position,
    a_watch,
)

NAMES = (SALES, RED_LETTER)
OK: dict[str, Any] = {
    "product": "invoice/1", "state": "ok", "bucket": "b", "key": "k", "sha256": "a" * 64,
}  # fmt: skip


class Functions:
    """Stands for the two published functions."""

    def __init__(self, values: dict[str, str | None], **answer: Any) -> None:
        self.values = values
        self.answer = {
            "query_id": "q-1", "status": "hit", "fact": OK, "cost_fen": 100, "age_days": 2,
        } | answer  # fmt: skip
        self.queries: list[ExternalDataQuery] = []
        self.questions: list[IndicatorQuestion] = []
        self.fails: dict[str, Exception] = {}

    def invoke(self, arn: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Answer as they would."""
        if arn in self.fails:
            raise self.fails[arn]
        if arn == "query":
            self.queries.append(ExternalDataQuery.model_validate(payload))
            return self.answer
        question = IndicatorQuestion.model_validate(payload)
        self.questions.append(question)
        readings = [
            {"name": name, "state": "ok", "value": value}
            if (value := self.values.get(name)) is not None
            else {"name": name, "state": "missing"}
            for name in question.names
        ]
        return {"as_of": payload["as_of"], "library_sha256": "b" * 64, "readings": readings}


def indicators(functions: Functions, **absent: None) -> LambdaIndicators:
    arns: dict[str, str | None] = {"query_arn": "query", "compute_arn": "compute"}
    return LambdaIndicators(functions, **arns | absent)  # type: ignore[arg-type]


def test_a_document_is_asked_for_once_a_day_after_the_loan() -> None:
    functions = Functions({SALES: "10.50"})

    found = indicators(functions).today(a_watch(), NAMES, TODAY)

    (query,) = functions.queries
    assert (query.request_id, query.purpose) == ("watch-loan-1-20260901-invoice-1", "post_loan")
    assert query.consent_ids == ("con-1",)
    on = TODAY - timedelta(days=2)
    assert found[SALES].observed == Observed(value=Decimal("10.50"), on=on)
    assert (found[RED_LETTER].state, found[RED_LETTER].observed) == ("missing", None)


def test_products_are_asked_at_once_and_answered_in_their_order() -> None:
    products = ("tax/1", "bureau/1", "invoice/1")
    functions = Functions({})
    with ThreadPoolExecutor(3) as threads:
        reading = LambdaIndicators(functions, "query", "compute", threads.map)  # type: ignore[arg-type]
        reading.today(a_watch(basis=a_basis(*products)), NAMES, TODAY)

    assert {one.product for one in functions.queries} == set(products)
    assert len(functions.questions[0].facts) == 3


def test_values_at_approval_come_from_the_decisions_own_documents() -> None:
    functions = Functions({SALES: "100"})

    found = indicators(functions).at_approval(a_watch(), NAMES)

    assert found == {SALES: Observed(value=Decimal(100), on=DECIDED)}
    assert (functions.queries, functions.questions[0].as_of) == ([], DECIDED)


@pytest.mark.parametrize("basis", [{"consent_ids": ()}, {"party_sealed": None}])
def test_without_a_consent_nobody_is_asked(basis: dict[str, Any]) -> None:
    functions = Functions({})

    indicators(functions).today(a_watch(basis=a_basis(**basis)), NAMES, TODAY)

    assert functions.queries == []
    assert [one.state for one in functions.questions[0].facts] == ["not_consented"]


def test_a_refused_query_is_the_fact_that_extdata_says() -> None:
    refused = {"product": "invoice/1", "state": "not_consented"}
    functions = Functions(
        {}, status="refused", reason="consent.expired", fact=refused, age_days=None
    )

    indicators(functions).today(a_watch(), NAMES, TODAY)

    assert functions.questions[0].facts == (FactReference(**refused),)  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [UpstreamUnavailable("down"), FunctionFailed("Broken")])
def test_an_outage_is_a_reading_and_no_error(error: Exception) -> None:
    asking, computing = Functions({}), Functions({})
    asking.fails["query"] = error
    computing.fails["compute"] = error

    indicators(asking).today(a_watch(), NAMES, TODAY)
    found = indicators(computing).today(a_watch(), NAMES, TODAY)

    assert [one.state for one in asking.questions[0].facts] == ["vendor_error"]
    assert {one.state for one in found.values()} == {"vendor_error"}
    assert indicators(computing).at_approval(a_watch(), NAMES) is None


def test_without_extdata_there_are_the_decisions_documents() -> None:
    functions = Functions({SALES: "1"})

    indicators(functions, query_arn=None).today(a_watch(), NAMES, TODAY)

    assert functions.questions[0].facts == a_basis().facts


def test_without_risk_every_reading_says_so() -> None:
    found = indicators(Functions({}), compute_arn=None).today(a_watch(), NAMES, TODAY)

    assert {one.state for one in found.values()} == {"no_risk"}


def test_a_loan_that_brought_nothing_has_nothing_to_read() -> None:
    found = indicators(Functions({})).today(a_watch(basis=None), NAMES, TODAY)

    assert {one.state for one in found.values()} == {"missing"}


def test_end_of_day_watches_loans_on_the_table(world: TableWorld) -> None:
    day = date(2026, 9, 1)
    overdue = a_position(days_overdue=31, instalments_overdue=1)

    first = watch_positions().watch(NORTH, day, [overdue])
    again = watch_positions().watch(NORTH, day, [overdue])

    assert (first, again) == (3, 0)
