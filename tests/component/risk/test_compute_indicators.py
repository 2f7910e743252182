"""The published function that computes indicators for whoever watches a loan."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import boto3
import pytest
from pydantic import ValidationError

from puhui.contracts.facts import FactReference
from puhui.contracts.risk import IndicatorAnswer, IndicatorQuestion
from risk.domain.errors import IndicatorNotFound
from risk.handlers.compute_indicators import handler
from risk.indicators_wiring import compute_indicators
from tests.support.risk import AS_OF, a_document, a_healthy_firm, a_reference
from tests.support.risk_stores import BUCKET

SALES = "ent.inv.out_valid_amt.all.l3m.sum"
ARREARS = "ent.tax.arrears.all.l12m.amt"


class Context:
    """All that `instrument` reads of Lambda's context."""

    aws_request_id = "req-1"
    function_name = "compute-indicators"


@pytest.fixture(autouse=True)
def _function(risk_account: None) -> Iterator[None]:
    compute_indicators.cache_clear()
    yield
    compute_indicators.cache_clear()


def asked(*names: str, facts: tuple[FactReference, ...] = (), bank: str = "north") -> Any:
    question = IndicatorQuestion(
        bank_id=bank, correlation_id="loan-1", as_of=AS_OF, facts=facts, names=names
    )
    answer = handler(question.model_dump(mode="json"), Context())
    return IndicatorAnswer.model_validate(answer)


def kept() -> FactReference:
    body = a_document(a_healthy_firm())
    boto3.client("s3").put_object(Bucket=BUCKET, Key="intake/north/doc-1", Body=body)
    return a_reference(body)


def test_the_indicators_come_in_the_order_in_which_they_were_asked() -> None:
    first, second = asked(ARREARS, SALES, facts=(kept(),)).readings

    assert (first.name, first.state, first.value) == (ARREARS, "missing", None)
    assert (second.name, second.state, second.value) == (SALES, "ok", Decimal("1800000.00"))


def test_what_a_source_may_not_tell_is_said_so_and_is_no_zero() -> None:
    withheld = FactReference(product="tax/1", state="not_consented")

    (reading,) = asked(ARREARS, facts=(withheld,)).readings

    assert (reading.state, reading.value) == ("not_consented", None)


def test_another_banks_document_is_not_read() -> None:
    (reading,) = asked(SALES, facts=(kept(),), bank="south").readings

    assert (reading.state, reading.value) == ("missing", None)


def test_a_name_that_the_catalogue_does_not_have_is_refused() -> None:
    with pytest.raises(IndicatorNotFound, match=r"ent\.inv\.none\.all\.l3m\.sum must be in"):
        asked("ent.inv.none.all.l3m.sum")


def test_a_question_names_at_least_one_indicator() -> None:
    with pytest.raises(ValidationError, match="names"):
        asked()
