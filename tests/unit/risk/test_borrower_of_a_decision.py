"""A decision tells the loan what its own labels say of the borrower."""

from __future__ import annotations

import pytest

from puhui.contracts.risk import DecisionResult
from puhui.strict_json import dumps, loads
from risk.domain.decision import SIZES, read_decision
from tests.support.risk import a_document, a_healthy_firm, decided

DECISION = decided(a_document(a_healthy_firm()))


def with_labels(**values: object) -> DecisionResult:
    """The answer of a record whose labels have these values."""
    record = loads(DECISION.record)
    for label in record["labels"]:
        label["value"] = values.get(label["label"], label["value"])
    body = dumps(record).encode()
    return read_decision(DECISION.result.decision_id, body).result


def test_without_the_documents_nothing_is_known_of_size_and_loans() -> None:
    borrower = DECISION.result.borrower

    assert (borrower.firm_size, borrower.has_loan_records) == (None, None)


@pytest.mark.parametrize("code", ["large", "medium", "small", "micro"])
def test_the_size_is_that_of_the_label(code: str) -> None:
    assert with_labels(firm_size=code).borrower.firm_size == SIZES[code]


@pytest.mark.parametrize(("first", "lent_before"), [(True, False), (False, True)])
def test_a_first_loan_has_no_loan_records(first: bool, lent_before: bool) -> None:
    told = with_labels(first_loan_anywhere=first)

    assert told.borrower.has_loan_records is lent_before


def test_an_answer_that_was_kept_before_says_nothing_of_the_borrower() -> None:
    kept = DECISION.result.model_dump(mode="json", exclude={"borrower"})

    assert DecisionResult.model_validate(kept).borrower.firm_size is None
