"""Regulatory labels: each with the clause that decided, and undetermined without evidence."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.adapters.packaged_labels import PACKAGED, packaged_labels
from risk.domain.labels.derive import labels_of
from risk.domain.labels.evidence import BureauHistory, LabelEvidence
from risk.domain.labels.label import NOT_APPLICABLE, UNDETERMINED, Label
from risk.domain.labels.rules import LABELS, LabelRules, LabelRulesNotValid

DAY = date(2026, 8, 1)
WAN = 1_000_000
"""10,000 yuan in 分."""


def known(**changes: Any) -> LabelEvidence:
    """A small retailer in a city of whom everything is known."""
    found: dict[str, Any] = {
        "customer_kind": "firm",
        "industry_section": "F",
        "region_code": "340102",
        "industry_code": "5211",
        "headcount": 20,
        "revenue_fen": 300 * WAN,
        "assets_fen": 100 * WAN,
        "granted_fen": 50 * WAN,
        "total_line_fen": 500 * WAN,
        "business_purpose": True,
        "owns_small_firm": False,
        "is_farmer": False,
        "bureau": BureauHistory(loans=False, accounts=False, anything=False),
        "loans_here": False,
    }
    return LabelEvidence(**found | changes)


def label_of(name: str, evidence: LabelEvidence, day: date = DAY) -> Label:
    return next(one for one in labels_of(evidence, packaged_labels(), day) if one.label == name)


@pytest.mark.parametrize(
    ("changes", "size"),
    [
        ({}, "small"),
        ({"headcount": 9}, "micro"),
        ({"revenue_fen": 99 * WAN}, "micro"),
        ({"headcount": 50, "revenue_fen": 500 * WAN}, "medium"),
        ({"headcount": 300, "revenue_fen": 20_000 * WAN}, "large"),
        ({"headcount": 300, "revenue_fen": 19_999 * WAN}, "medium"),
        ({"headcount": None}, None),
        ({"revenue_fen": None}, None),
        ({"assets_fen": None}, "small"),
        ({"industry_code": None, "headcount": 4}, "micro"),
        ({"industry_code": None}, None),
        ({"industry_code": "99xx", "industry_section": "E"}, "micro"),
    ],
)
def test_firm_size(changes: dict[str, Any], size: str | None) -> None:
    assert label_of("firm_size", known(**changes)).value == size


def test_a_missing_number_is_named_and_makes_no_firm_micro() -> None:
    label = label_of("firm_size", known(headcount=None))

    assert (label.value, label.clause, label.missing) == (None, UNDETERMINED, ("headcount",))


@pytest.mark.parametrize(
    "changes",
    [
        {"customer_kind": "person"},
        {"industry_section": "J", "industry_code": None},
        {"industry_code": "5310"},
    ],
)
def test_the_standard_does_not_apply_to_everybody(changes: dict[str, Any]) -> None:
    label = label_of("firm_size", known(**changes))

    assert (label.value, label.clause, label.missing) == (None, NOT_APPLICABLE, ())


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({}, True),
        ({"total_line_fen": 1_000 * WAN}, True),
        ({"total_line_fen": 1_000 * WAN + 1}, False),
        ({"total_line_fen": None}, None),
        ({"total_line_fen": None, "granted_fen": 1_001 * WAN}, False),
        ({"total_line_fen": None, "granted_fen": 900 * WAN, "lines_here_fen": 101 * WAN}, False),
        ({"headcount": 60, "revenue_fen": 600 * WAN}, False),
        ({"headcount": None}, None),
        ({"headcount": None, "total_line_fen": 1_001 * WAN}, False),
        ({"industry_code": None, "headcount": 12, "revenue_fen": 400 * WAN}, True),
        ({"customer_kind": "sole_proprietor", "headcount": None}, True),
        ({"customer_kind": "sole_proprietor", "business_purpose": None}, None),
        ({"customer_kind": "sole_proprietor", "business_purpose": False}, False),
        ({"customer_kind": "person"}, False),
        ({"customer_kind": "person", "owns_small_firm": True}, True),
        ({"customer_kind": "person", "owns_small_firm": None}, None),
    ],
)
def test_inclusive_by_the_financial_regulator(changes: dict[str, Any], value: bool | None) -> None:
    assert label_of("inclusive_nfra_1000", known(**changes)).value is value


@pytest.mark.parametrize(
    ("day", "line", "value"),
    [
        (DAY, 2_000, True),
        (DAY, 2_001, False),
        (date(2023, 12, 31), 1_000, True),
        (date(2023, 12, 31), 1_001, False),
        (date(2018, 12, 31), 501, False),
    ],
)
def test_inclusive_by_the_central_bank_follows_the_day(day: date, line: int, value: bool) -> None:
    evidence = known(total_line_fen=line * WAN)

    label = label_of("inclusive_pboc", evidence, day)

    assert (label.value, label.confidence) == (value, "✎")


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({}, None),
        ({"region_code": "340122"}, True),
        ({"region_code": "340181"}, True),
        ({"region_code": "340100"}, None),
        ({"industry_section": "A"}, True),
        ({"customer_kind": "person"}, False),
        ({"customer_kind": "person", "is_farmer": True}, True),
        ({"customer_kind": "person", "is_farmer": None}, None),
        ({"customer_kind": "sole_proprietor", "is_farmer": True}, True),
    ],
)
def test_agriculture_related(changes: dict[str, Any], value: bool | None) -> None:
    """A city district has rural townships too, so it decides nothing."""
    assert label_of("agriculture_related", known(**changes)).value is value


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({"region_code": "340122"}, True),
        ({"region_code": "340122", "total_line_fen": 1_001 * WAN}, False),
        ({"region_code": "340122", "total_line_fen": None}, None),
        ({"customer_kind": "person", "is_farmer": True}, True),
        ({"customer_kind": "person", "is_farmer": True, "total_line_fen": 501 * WAN}, False),
        ({"customer_kind": "person", "is_farmer": True, "business_purpose": None}, None),
        ({"customer_kind": "person"}, False),
        ({"customer_kind": "sole_proprietor", "region_code": "340122"}, False),
    ],
)
def test_inclusive_agriculture(changes: dict[str, Any], value: bool | None) -> None:
    assert label_of("inclusive_agriculture", known(**changes)).value is value


NO_LOANS = BureauHistory(loans=False, accounts=True, anything=True)
LOANS = BureauHistory(loans=True, accounts=True, anything=True)
QUERIED = BureauHistory(loans=False, accounts=False, anything=True)


@pytest.mark.parametrize(
    ("bureau", "first_loan", "thin", "empty"),
    [
        (LOANS, False, False, False),
        (NO_LOANS, True, False, False),
        (QUERIED, True, True, False),
        (BureauHistory(loans=False, accounts=False, anything=False), True, True, True),
        (BureauHistory(), None, None, None),
    ],
)
def test_first_loan_and_thin_files_follow_the_bureau(
    bureau: BureauHistory, first_loan: bool | None, thin: bool | None, empty: bool | None
) -> None:
    evidence = known(bureau=bureau)

    values = [label_of(name, evidence).value for name in ("first_loan_anywhere", "thin_file")]

    assert (*values, label_of("no_file", evidence).value) == (first_loan, thin, empty)


def test_the_two_first_loan_flags_are_two_questions() -> None:
    evidence = known(bureau=LOANS, loans_here=False)

    assert label_of("first_loan_anywhere", evidence).value is False
    assert label_of("first_loan_here", evidence).value is True


def test_every_label_says_what_decided_and_how_sure_that_is() -> None:
    for label in labels_of(known(), packaged_labels(), DAY):
        assert label.name
        assert label.clause
        assert label.source
        assert label.confidence in "✔◐✎"


OPTIONAL = [
    field.name
    for field in fields(LabelEvidence)
    if field.name not in ("customer_kind", "industry_section", "region_code", "granted_fen")
]
EVIDENCE = st.builds(
    LabelEvidence,
    customer_kind=st.sampled_from(["firm", "sole_proprietor", "person"]),
    industry_section=st.sampled_from(list("ABCEFGHIJKLMOPQRST")),
    region_code=st.sampled_from(["340100", "340102", "340122", "341282"]),
    industry_code=st.none() | st.sampled_from(["5211", "5111", "0111", "7010", "5310", "66"]),
    headcount=st.none() | st.integers(0, 2_000),
    revenue_fen=st.none() | st.integers(0, 10**13),
    assets_fen=st.none() | st.integers(0, 10**13),
    granted_fen=st.integers(0, 3_000 * WAN),
    lines_here_fen=st.none() | st.integers(0, 3_000 * WAN),
    business_purpose=st.none() | st.booleans(),
    owns_small_firm=st.none() | st.booleans(),
    is_farmer=st.none() | st.booleans(),
    bureau=st.builds(
        BureauHistory,
        loans=st.none() | st.booleans(),
        accounts=st.none() | st.booleans(),
        anything=st.none() | st.booleans(),
    ),
    loans_here=st.none() | st.booleans(),
)


@given(evidence=EVIDENCE, name=st.sampled_from(OPTIONAL))
def test_taking_evidence_away_never_turns_a_value_into_another(
    evidence: LabelEvidence, name: str
) -> None:
    """It leaves the value or makes it undetermined; a firm's industry may fall back to others."""
    nothing: Any = BureauHistory() if name == "bureau" else None
    less = replace(evidence, **{name: nothing})

    for before, after in zip(
        labels_of(evidence, packaged_labels(), DAY),
        labels_of(less, packaged_labels(), DAY),
        strict=True,
    ):
        if name == "industry_code":
            continue
        assert after.value in (before.value, None)


@given(evidence=EVIDENCE)
def test_what_is_undetermined_says_what_is_missing(evidence: LabelEvidence) -> None:
    for label in labels_of(evidence, packaged_labels(), DAY):
        assert bool(label.missing) == (label.value is None and label.clause != NOT_APPLICABLE)


@pytest.mark.parametrize("label", LABELS)
def test_rules_without_a_label_are_refused(label: str) -> None:
    body = PACKAGED.read_bytes().replace(f'"{label}"'.encode(), b'"another"', 1)

    with pytest.raises(LabelRulesNotValid, match=label):
        LabelRules.read(body)


def test_a_document_of_another_schema_is_refused() -> None:
    with pytest.raises(LabelRulesNotValid):
        LabelRules.read(b'{"schema": "other/1", "tables": []}')
