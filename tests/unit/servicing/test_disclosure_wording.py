"""What a product adds to a method, an instalment's day or a rate is told to the borrower."""

from __future__ import annotations

from typing import Any

import pytest

from puhui.contracts.disclosure import CostDisclosure
from puhui.contracts.settlement import CN_DEFAULT, SettlementParameters
from servicing.domain.disclosure.table import CostTerms
from servicing.usecases.quote_loan import QuoteLoan
from tests.support.servicing import some_terms

REST = "（休息日以放款时已公布的放假安排为准，未公布的年份以周六、周日为准）"


def table_of(settlement: dict[str, Any], **terms: Any) -> CostDisclosure:
    """The table of 300,000 yuan at 4.35 % for a year."""
    cost = CostTerms(settlement=SettlementParameters.model_validate(settlement))
    return QuoteLoan()(some_terms(**terms), cost).disclosure


@pytest.mark.parametrize(
    ("settlement", "method", "name"),
    [
        ({}, "EQUAL_INSTALLMENT", "等额本息"),
        (
            {"amortisation_months": 120},
            "EQUAL_PRINCIPAL",
            "等额本金（按月还款，按120个月摊还，到期归还剩余本金）",
        ),
        (
            {"principal_share_bps": 250},
            "FIXED_PRINCIPAL_PERCENT",
            "按比例还本（按月还款，每期归还本金的2.50%，到期归还剩余本金）",
        ),
        (
            {"amortisation_months": 60, "principal_grace": 3},
            "EQUAL_INSTALLMENT",
            "等额本息（按月还款，按60个月摊还，到期归还剩余本金，前3期只付息不还本）",
        ),
        ({"amortisation_months": 12}, "EQUAL_INSTALLMENT", "等额本息"),
        ({"instalment_period": "QUARTER"}, "INTEREST_FIRST", "先息后本（按季付息）"),
        ({"instalment_period": "YEAR"}, "EQUAL_PRINCIPAL", "等额本金（按年还款）"),
        ({"instalment_period": "QUARTER"}, "BULLET", "一次性还本付息"),
        ({"amortisation_months": 120, "principal_grace": 3}, "BULLET", "一次性还本付息"),
    ],
)
def test_the_methods_name_says_how_principal_is_repaid(
    settlement: dict[str, Any], method: str, name: str
) -> None:
    assert table_of(settlement, method=method).method_name == name


@pytest.mark.parametrize(
    ("settlement", "told"),
    [
        ({}, ""),
        ({"holiday_shift": "NEXT"}, f"；还款日遇休息日的，顺延至下一工作日{REST}"),
        ({"holiday_shift": "PREVIOUS"}, f"；还款日遇休息日的，提前至上一工作日{REST}"),
        ({"first_instalment": "ACTUAL_DAYS"}, "；首期利息按实际天数计收"),
    ],
)
def test_how_interest_is_charged_says_what_moves_a_day_or_the_first_instalment(
    settlement: dict[str, Any], told: str
) -> None:
    assert table_of(settlement).items[0].charged_how == f"等额本息，按还款计划逐期收取{told}"


def test_an_undivided_period_is_told_with_its_floating_rate() -> None:
    yearly = {"repricing": "ANNIVERSARY", "segment_interest": False}

    assert "LPR重定价，新利率自当日起的首个还款日起执行，" in table_of(yearly).rate_basis
    assert "首个还款日" not in table_of({"segment_interest": False}).rate_basis


@pytest.mark.parametrize(
    ("rule", "method", "told"),
    [
        ("ON_PREPAID", "EQUAL_INSTALLMENT", "利息计收至还款之日"),
        ("FULL_PERIOD", "EQUAL_INSTALLMENT", "当期利息按整期计收"),
        ("NONE", "EQUAL_INSTALLMENT", "还款时不收取利息，已计利息于下一还款日收取"),
        ("FULL_PERIOD", "REVOLVING", "下一还款日收取；全部结清的，当期利息按整期计收"),
        ("ON_PREPAID", "BULLET", "还款时不收取利息，已计利息于下一还款日收取"),
    ],
)
def test_what_interest_a_prepayment_pays_is_told_as_it_is_booked(
    rule: str, method: str, told: str
) -> None:
    table = table_of({"prepay_interest": rule}, method=method)

    prepayment = next(cost for cost in table.contingent if cost.code == "prepayment")
    assert told in prepayment.charged_when


def test_the_longest_texts_have_room() -> None:
    settlement = CN_DEFAULT.model_dump() | {
        "holiday_shift": "PREVIOUS",
        "first_instalment": "ACTUAL_DAYS",
        "amortisation_months": 360,
        "principal_grace": 11,
        "repricing": "FIXED_DATE",
        "repricing_day": "12-28",
        "segment_interest": False,
    }

    table = table_of(settlement)

    assert max(map(len, (table.method_name, table.rate_basis, table.items[0].charged_how))) < 200
