"""Regulatory labels: each clause decides by itself, and what is missing never helps."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.china.firm_size import FirmSize
from puhui.contracts.borrower import BorrowerFacts
from puhui.money import Money
from servicing.domain.labels import LabelFacts, labels_of

SMALL_FIRM = LabelFacts(
    customer_kind="firm",
    firm_size=FirmSize.MICRO,
    credit_line=Money.of_yuan("10000000"),
    bureau_loan_records=0,
    loans_here_before=0,
)
FACTS = st.builds(
    LabelFacts,
    customer_kind=st.sampled_from(["firm", "sole_proprietor", "person", None]),
    firm_size=st.sampled_from([*FirmSize, None]),
    business_loan=st.booleans(),
    credit_line=st.one_of(st.none(), st.integers(1, 3 * 10**9).map(Money)),
    bureau_loan_records=st.one_of(st.none(), st.integers(0, 3)),
    has_loan_records=st.one_of(st.none(), st.booleans()),
    loans_here_before=st.one_of(st.none(), st.integers(0, 3)),
).filter(
    lambda facts: (
        None in (facts.bureau_loan_records, facts.has_loan_records)
        or facts.has_loan_records is bool(facts.bureau_loan_records)
    )
)


def value(facts: LabelFacts, code: str) -> bool | None:
    """One label's answer."""
    return next(label.value for label in labels_of(facts) if label.code == code)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"credit_line": Money.of_yuan("10000000.01")}, False),
        ({"firm_size": FirmSize.MEDIUM}, False),
        ({"firm_size": FirmSize.UNDETERMINED}, None),
        ({"firm_size": None, "credit_line": Money.of_yuan("10000001")}, False),
        ({"customer_kind": "sole_proprietor", "firm_size": None}, True),
        ({"customer_kind": "person"}, None),
        ({"business_loan": False}, False),
        ({"credit_line": None}, None),
    ],
)
def test_inclusive_is_a_small_borrower_for_business_within_the_line(
    changes: dict[str, object], expected: bool | None
) -> None:
    assert value(replace(SMALL_FIRM, **changes), "inclusive_nfra_1000") is expected


def test_the_two_lines_are_two_labels() -> None:
    facts = replace(SMALL_FIRM, credit_line=Money.of_yuan("15000000"))

    assert value(facts, "inclusive_nfra_1000") is False
    assert value(facts, "inclusive_pboc") is True


def test_first_loan_of_any_bank_and_first_loan_here_are_two_labels() -> None:
    facts = replace(SMALL_FIRM, bureau_loan_records=2)

    assert (value(facts, "first_loan"), value(facts, "first_at_bank")) == (False, True)


@pytest.mark.parametrize(
    ("count", "there", "expected"),
    [
        (None, False, True),
        (None, True, False),
        (None, None, None),
        (2, True, False),
        (0, None, True),
    ],
)
def test_whether_the_bureau_knows_any_loan_is_enough(
    count: int | None, there: bool | None, expected: bool | None
) -> None:
    facts = replace(SMALL_FIRM, bureau_loan_records=count, has_loan_records=there)

    assert value(facts, "first_loan") is expected


def test_a_count_and_an_answer_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="contradicts"):
        BorrowerFacts(bureau_loan_records=2, has_loan_records=False)


@given(FACTS)
def test_leaving_a_fact_out_never_makes_a_label_true(facts: LabelFacts) -> None:
    for field in fields(facts):
        if field.name == "business_loan":
            continue
        poorer = {one.code: one.value for one in labels_of(replace(facts, **{field.name: None}))}
        for label in labels_of(facts):
            assert poorer[label.code] is not True or label.value is True


@given(FACTS)
def test_every_label_says_its_clause_and_what_decided(facts: LabelFacts) -> None:
    assert all(label.clause and label.because and label.name for label in labels_of(facts))
