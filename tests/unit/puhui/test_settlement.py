"""Settlement parameters: every one has its source code and its names; contradictions are named."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.contracts.settlement import CN_DEFAULT, SettlementParameters
from puhui.settlement import (
    BY_SHARE,
    SettlementNotValid,
    check_loan,
    check_product,
    check_settlement,
    penalty_bounds,
)
from puhui.settlement_names import SETTLEMENT_DICTIONARY, value_name

ON = date(2026, 11, 2)
DOCUMENT = (Path(__file__).parents[3] / "docs/settlement.md").read_text(encoding="utf-8")
SOURCE_CODES = {
    "INT_MOD_FLG",
    "YEAR_BASE_FLG",
    "INT_DAYS_FLG",
    "SEG_FLG",
    "HEAD_TAIL_FLG",
    "INT_RND_FLG",
    "PEN_MOD",
    "IN_PEN_FLG",
    "PEN_TYP",
    "PAY_CHG_FLG",
    "CUR_INT_FLG",
    "BRH_MOD",
    "OVD_PRI_FLG",
    "RES_MOD",
    "RES_HOL_FLG",
    "REPAY_DT_FLG",
    "FST_TM_FLG",
    "FST_PAY_FLG",
    "TNSC_FLG",
}
"""The parameter table of the settlement system that the dictionary follows, less TERM_STS, which
is a state and no parameter."""


def test_the_dictionary_describes_every_parameter_in_order() -> None:
    assert list(SETTLEMENT_DICTIONARY) == list(SettlementParameters.model_fields)


def test_the_dictionary_has_every_code_of_its_source() -> None:
    codes = {one.source_code for one in SETTLEMENT_DICTIONARY.values()} - {None}

    assert codes == SOURCE_CODES


@pytest.mark.parametrize("name", list(SettlementParameters.model_fields))
def test_every_listed_value_has_a_chinese_name(name: str) -> None:
    listed = {
        value
        for value in get_args(SettlementParameters.model_fields[name].annotation)
        if isinstance(value, str)
    }

    assert set(SETTLEMENT_DICTIONARY[name].values) == listed


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rounding", "四舍五入"),
        ("penalty_uplift_pct", "50%"),
        ("compound_interest", "是"),
        ("repricing_day", "无"),
        ("non_accrual_after_days", "90天"),
        ("month_days", "对年对月对日（每月30天）"),
    ],
)
def test_a_value_is_read_in_words(name: str, text: str) -> None:
    assert value_name(name, CN_DEFAULT) == text


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"penalty_type": "FIXED"}, "penalty_rate_bps", "settlement.required"),
        ({"penalty_rate_bps": 600}, "penalty_rate_bps", "settlement.not_used"),
        ({"due_day": "FIXED"}, "due_day_of_month", "settlement.required"),
        ({"due_day_of_month": 20}, "due_day_of_month", "settlement.not_used"),
        ({"repricing": "FIXED_DATE"}, "repricing_day", "settlement.required"),
        ({"repricing_day": "01-01"}, "repricing_day", "settlement.not_used"),
        ({"grace_interest": "NORMAL"}, "grace_interest", "settlement.grace"),
        (
            {"instalment_period": "QUARTER", "due_day": "FIXED", "due_day_of_month": 21},
            "interest_calc",
            "settlement.instalment_period",
        ),
        ({"penalty_uplift_pct": 29}, "penalty_uplift_pct", "settlement.overdue_bounds"),
        ({"penalty_uplift_pct": 51}, "penalty_uplift_pct", "settlement.overdue_bounds"),
        ({"misuse_uplift_pct": 49}, "misuse_uplift_pct", "settlement.misuse_bounds"),
        ({"misuse_uplift_pct": 101}, "misuse_uplift_pct", "settlement.misuse_bounds"),
    ],
)
def test_what_does_not_go_together_is_refused_by_field_and_rule(
    changes: dict[str, Any], field: str, rule: str
) -> None:
    with pytest.raises(SettlementNotValid) as refused:
        check_settlement(SettlementParameters(**changes), ON)

    assert (refused.value.field, refused.value.rule) == (f"settlement.{field}", rule)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"penalty_type": "FIXED", "penalty_rate_bps": 600},
        {"penalty_mode": "NONE", "penalty_uplift_pct": 0},
        {"grace_days": 3, "grace_interest": "PENALTY"},
        {"due_day": "FIXED", "due_day_of_month": 20},
    ],
)
def test_what_goes_together_is_accepted(changes: dict[str, Any]) -> None:
    check_settlement(SettlementParameters(**changes), ON)


@pytest.mark.parametrize(
    ("changes", "methods", "terms", "field", "rule"),
    [
        ({}, [BY_SHARE], [12], "principal_share_bps", "settlement.required"),
        (
            {"principal_share_bps": 500},
            ["EQUAL_PRINCIPAL"],
            [12],
            "principal_share_bps",
            "settlement.not_used",
        ),
        (
            {"amortisation_months": 24},
            ["EQUAL_INSTALLMENT"],
            [12, 36],
            "amortisation_months",
            "settlement.amortisation",
        ),
        (
            {"amortisation_months": 24},
            ["INTEREST_FIRST"],
            [12],
            "amortisation_months",
            "settlement.not_used",
        ),
        (
            {"first_instalment": "ACTUAL_DAYS"},
            ["EQUAL_PRINCIPAL"],
            [12],
            "first_instalment",
            "settlement.not_used",
        ),
        (
            {"amortisation_months": 25, "instalment_period": "QUARTER"},
            ["EQUAL_PRINCIPAL"],
            [12],
            "amortisation_months",
            "settlement.amortisation",
        ),
        ({"principal_grace": 6}, ["FLAT"], [6], "principal_grace", "settlement.grace"),
        ({"principal_grace": 1}, ["BULLET"], [6], "principal_grace", "settlement.not_used"),
    ],
)
def test_what_does_not_fit_a_products_methods_and_terms_is_refused(
    changes: dict[str, Any], methods: list[str], terms: list[int], field: str, rule: str
) -> None:
    with pytest.raises(SettlementNotValid) as refused:
        check_product(SettlementParameters(**changes), methods, terms)

    assert (refused.value.field, refused.value.rule) == (f"settlement.{field}", rule)


@pytest.mark.parametrize(
    ("changes", "methods", "terms"),
    [
        ({"principal_share_bps": 500}, [BY_SHARE, "INTEREST_FIRST"], [12]),
        ({"amortisation_months": 24}, ["EQUAL_PRINCIPAL", "BULLET"], [12, 24]),
        ({"first_instalment": "ACTUAL_DAYS"}, ["EQUAL_INSTALLMENT", "FLAT"], [12]),
        ({"principal_grace": 5}, ["EQUAL_INSTALLMENT", "BULLET"], [6]),
    ],
)
def test_what_one_method_of_a_product_uses_is_accepted(
    changes: dict[str, Any], methods: list[str], terms: list[int]
) -> None:
    check_product(SettlementParameters(**changes), methods, terms)


def test_a_loan_that_does_not_use_a_parameter_is_not_bound_by_it() -> None:
    check_loan(SettlementParameters(principal_grace=6, amortisation_months=6), "BULLET", 12)


@given(st.integers(0, 200), st.integers(0, 200))
def test_penalties_keep_to_the_central_banks_bounds(overdue: int, misuse: int) -> None:
    settlement = SettlementParameters(penalty_uplift_pct=overdue, misuse_uplift_pct=misuse)
    lawful = 30 <= overdue <= 50 and 50 <= misuse <= 100

    try:
        check_settlement(settlement, ON)
    except SettlementNotValid:
        assert not lawful
    else:
        assert lawful


def test_before_the_notice_there_were_no_bounds_to_keep_to() -> None:
    with pytest.raises(SettlementNotValid, match="no penalty rule"):
        penalty_bounds(date(2003, 12, 31))


def test_the_document_tells_every_parameter_as_it_is() -> None:
    lines = {line.split("|")[1].strip(): line for line in DOCUMENT.splitlines() if "|" in line}

    for name, parameter in SETTLEMENT_DICTIONARY.items():
        told = lines[f"`{name}`"]
        for text in (
            parameter.name,
            parameter.source_code or "–",
            value_name(name, CN_DEFAULT),
            *(f"`{value}` {known.name}" for value, known in parameter.values.items()),
        ):
            assert text in told
