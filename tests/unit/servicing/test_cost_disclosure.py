"""综合融资成本明示表: the table adds up with the plan, and every charge makes the loan dearer."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.china.amounts import figures, percent
from puhui.contracts.disclosure import CostDisclosure, LoanFee
from puhui.contracts.settlement import SettlementParameters
from puhui.errors import Unprocessable
from puhui.money import Money
from servicing.domain.disclosure.table import CostTerms, cost_disclosure
from servicing.domain.plan import draw_plan
from servicing.domain.schedule import LoanTerms, Schedule, repayment_plan, schedule_of
from tests.support.servicing import TODAY, some_terms

METHODS = [
    "EQUAL_INSTALLMENT",
    "EQUAL_PRINCIPAL",
    "INTEREST_FIRST",
    "BULLET",
    "REVOLVING",
    "FLAT",
]
GUARANTEE = LoanFee(name="担保费", kind="guarantee", payee="合成担保有限公司", rate_bps=100)
DAY_ONE = LoanFee(name="评估费", payee="合成评估有限公司", amount_fen=30_000)
MONTHLY = LoanFee(
    name="服务费", kind="partner", payee="合成科技公司", amount_fen=1_000, charged="EACH_INSTALMENT"
)


def table_of(
    *fees: LoanFee, settlement: dict[str, Any] | None = None, **terms: Any
) -> CostDisclosure:
    """The table of 300,000 yuan at 4.35 % for a year."""
    cost = CostTerms(fees=fees, settlement=SettlementParameters(**settlement or {}))
    return disclosed(some_terms(**terms), cost)


def disclosed(terms: LoanTerms, cost: CostTerms) -> CostDisclosure:
    """The table of any loan."""
    plan = draw_plan(terms.plan_terms())
    return cost_disclosure(plan, schedule_of(terms, plan), cost)


def contingent(table: CostDisclosure, code: str) -> tuple[str, Decimal | None, str]:
    """Standard, yearly rate and collector of one contingent cost."""
    found = next(cost for cost in table.contingent if cost.code == code)
    return found.standard, found.annual_pct, found.collector


def test_a_loan_without_fees_has_one_item_and_costs_its_contract_rate() -> None:
    table = table_of()

    assert [(item.kind, item.annual_pct, item.amount_fen) for item in table.items] == [
        ("interest", Decimal("4.3500"), 711_564)
    ]
    assert (table.apr_pct, table.total_cost_fen) == (Decimal("4.3500"), 711_564)


def test_every_fee_is_an_item_with_how_how_much_and_by_whom() -> None:
    table = table_of(GUARANTEE, MONTHLY)

    assert [
        (item.name, item.amount_fen, item.collector, item.charged_how) for item in table.items[1:]
    ] == [
        (
            "担保费",
            300_000,
            "合成担保有限公司",
            "担保费，2020年3月1日一次性收取贷款本金的1.00%，3,000.00元",
        ),
        ("服务费", 12_000, "合成科技公司", "合作机构服务费，每个还款日收取10.00元"),
    ]
    assert table.total_cost_fen == 711_564 + 300_000 + 12_000


def test_a_fee_held_back_on_the_first_day_is_worked_out_by_hand() -> None:
    """1,000 yuan for one month at 12 %, 10 yuan kept: (1,010 / 990 − 1) × 12 = 24.2424 %."""
    table = table_of(
        LoanFee(name="手续费", payee="贷款人", amount_fen=1_000),
        principal=Money(100_000),
        annual_rate_bps=1_200,
        term_months=1,
    )

    assert table.apr_pct == Decimal("24.2424")
    assert table.items[1].annual_pct == (Decimal(1_000 * 365 * 100) / (100_000 * 31)).quantize(
        Decimal("0.0001")
    )


def test_the_later_a_fee_the_less_it_costs() -> None:
    days = [TODAY + timedelta(days=days) for days in (0, 20, 31, 60, 365)]
    costs = [table_of(DAY_ONE.model_copy(update={"charged_on": day})).apr_pct for day in days]

    assert costs == sorted(costs, reverse=True)
    assert len(set(costs)) == len(costs)


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"amount_fen": None}, "fees.0.amount_fen", "fee.one_amount"),
        ({"rate_bps": 100}, "fees.0.amount_fen", "fee.one_amount"),
        ({"charged_on": date(2020, 2, 29)}, "fees.0.charged_on", "fee.within_term"),
        ({"charged_on": date(2021, 3, 2)}, "fees.0.charged_on", "fee.within_term"),
        (
            {"charged": "EACH_INSTALMENT", "charged_on": TODAY},
            "fees.0.charged_on",
            "fee.timing",
        ),
        ({"amount_fen": 30_000_000}, "fees", "fees.below_principal"),
        (
            {"amount_fen": 10**13, "charged": "EACH_INSTALMENT"},
            "fees",
            "amount.max",
        ),
    ],
)
def test_a_fee_that_cannot_be_is_refused_by_field_and_rule(
    changes: dict[str, Any], field: str, rule: str
) -> None:
    with pytest.raises(Unprocessable) as refused:
        table_of(DAY_ONE.model_copy(update=changes))

    assert (refused.value.field, refused.value.rule) == (field, rule)


def test_default_costs_are_named_with_standard_and_collector() -> None:
    table = table_of()

    assert contingent(table, "overdue") == (
        "合同利率加收50%，即年利率6.525%",
        Decimal("6.5250"),
        "贷款人",
    )
    assert contingent(table, "misuse")[1] == Decimal("8.7000")
    assert contingent(table, "compound")[1] == Decimal("6.5250")
    assert contingent(table, "prepayment") == ("不收取", None, "无")


@pytest.mark.parametrize(
    ("settlement", "code", "expected"),
    [
        (
            {"penalty_type": "FIXED", "penalty_rate_bps": 600},
            "overdue",
            ("年利率6.00%", Decimal("6.0000"), "贷款人"),
        ),
        ({"penalty_mode": "NONE"}, "overdue", ("不收取", None, "无")),
        ({"penalty_mode": "NONE"}, "compound", ("不收取", None, "无")),
        ({"compound_interest": False}, "compound", ("不收取", None, "无")),
        (
            {"prepay_fee_months": 1},
            "prepayment",
            ("按提前归还的本金计收1个月的合同利息", None, "贷款人"),
        ),
    ],
)
def test_default_costs_follow_the_products_settlement(
    settlement: dict[str, Any], code: str, expected: tuple[str, Decimal | None, str]
) -> None:
    assert contingent(table_of(settlement=settlement), code) == expected


def test_grace_days_are_told() -> None:
    table = table_of(settlement={"grace_days": 3})

    assert table.contingent[0].charged_when.endswith("（宽限期3天）")


@pytest.mark.parametrize(
    ("settlement", "told"),
    [
        ({}, "固定利率，借款期限内利率不作调整"),
        ({"repricing": "ANNIVERSARY"}, "每年的放款对应日按当日适用的LPR重定价"),
        ({"repricing": "FIXED_DATE", "repricing_day": "01-01"}, "每年01-01按当日"),
        ({"repricing": "EACH_PERIOD"}, "每个还款日按当日"),
    ],
)
def test_whether_the_rate_is_fixed_is_told(settlement: dict[str, Any], told: str) -> None:
    assert told in table_of(settlement=settlement).rate_basis


def test_nothing_else_is_charged_says_the_table() -> None:
    assert "不向借款人收取任何其他利息、费用" in table_of().statement


FEES = st.builds(
    LoanFee,
    name=st.just("费用"),
    kind=st.sampled_from(["fee", "guarantee", "insurance", "partner"]),
    payee=st.just("合成公司"),
    amount_fen=st.integers(1, 50_000),
    charged=st.sampled_from(["ON_A_DAY", "EACH_INSTALMENT"]),
)


@given(
    st.integers(1_000_000, 10**11),
    st.integers(0, 3_600),
    st.integers(1, 60),
    st.sampled_from(METHODS),
    st.lists(FEES, max_size=4),
)
def test_the_parts_add_up_to_the_plan_and_fees_never_make_it_cheaper(
    principal: int, rate_bps: int, months: int, method: str, fees: list[LoanFee]
) -> None:
    terms = some_terms(
        principal=Money(principal), annual_rate_bps=rate_bps, term_months=months, method=method
    )
    plan = repayment_plan(terms)

    table = disclosed(terms, CostTerms(fees=fees))
    bare = disclosed(terms, CostTerms())

    assert table.items[0].amount_fen == plan.total_interest.minor
    assert table.total_cost_fen == sum(item.amount_fen for item in table.items)
    assert table.principal_fen + table.total_cost_fen == paid_by_hand(plan, fees)
    assert table.apr_pct >= bare.apr_pct
    if fees:
        assert table.apr_pct > bare.apr_pct or sum(f.amount_fen or 0 for f in fees) * 10**5 < (
            principal
        )


def paid_by_hand(plan: Schedule, fees: list[LoanFee]) -> int:
    """Every 分 that leaves the borrower, counted without the table's code."""
    times = {"ON_A_DAY": 1, "EACH_INSTALMENT": len(plan.lines)}
    return sum(line.principal.minor + line.interest.minor for line in plan.lines) + sum(
        (fee.amount_fen or 0) * times[fee.charged] for fee in fees
    )


@given(st.integers(10_000_00, 10**11), st.integers(0, 3_600), st.integers(1, 60))
def test_without_fees_the_cost_is_the_contract_rate(
    principal: int, rate_bps: int, months: int
) -> None:
    """Half a 分 a line on 10,000 yuan or more moves the rate by less than 0.01 percent point."""
    table = table_of(principal=Money(principal), annual_rate_bps=rate_bps, term_months=months)

    assert abs(table.apr_pct - Decimal(rate_bps) / 100) < Decimal("0.01")


@pytest.mark.parametrize(
    "change",
    [
        {"lender": "另一家银行"},
        {"fees": (DAY_ONE,)},
        {"settlement": SettlementParameters(prepay_fee_months=1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_changes_the_cost_changes_the_hash(change: dict[str, Any]) -> None:
    assert disclosed(some_terms(), CostTerms(**change)).sha256 != table_of().sha256


def test_equal_loans_have_equal_tables_whose_hash_survives_the_wire() -> None:
    table = table_of(GUARANTEE)

    assert table == table_of(GUARANTEE)
    assert CostDisclosure.model_validate_json(table.model_dump_json()).sha256 == table.sha256


def test_the_hash_is_frozen() -> None:
    """A change of what is hashed needs another format, not another hash of the same format."""
    assert table_of().sha256 == ("25e253b97fad5922e3851ffb526c65ba45a8ff5902a53685e61c4fd87be5910a")


def test_the_table_in_the_document_is_drawn_again() -> None:
    document = (Path(__file__).parents[3] / "docs/disclosure.md").read_text(encoding="utf-8")
    fee = GUARANTEE.model_copy(update={"payee": "合成担保有限公司"})
    cost = CostTerms(lender="黄山示范村镇银行", fees=(fee,))

    table = disclosed(some_terms(disbursement_date=date(2026, 11, 2)), cost)

    for told in (
        f"`{table.sha256}`",
        f"**{percent(table.apr_pct)}**",
        table.statement,
        *(
            f"| {item.name} | {item.charged_how} | {percent(item.annual_pct)} |"
            f" {figures(Money(item.amount_fen))} | {item.collector} |"
            for item in table.items
        ),
        *(
            f"| {cost.name} | {cost.charged_when} | {cost.standard} | {cost.collector} |"
            for cost in table.contingent
        ),
    ):
        assert told in document
