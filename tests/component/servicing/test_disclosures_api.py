"""POST /disclosures: any product's terms and fees become table, plan and page for the phone."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from puhui.contracts.disclosure import CostDisclosure
from servicing.api import app
from tests.support.api import Answer, a_customer, a_principal, call

TERMS: dict[str, Any] = {
    "principal_fen": 30_000_000,
    "annual_rate_bps": 435,
    "term_months": 12,
    "method": "EQUAL_INSTALLMENT",
    "disbursement_date": "2026-11-02",
}
GUARANTEE = {
    "name": "担保费<b>",
    "kind": "guarantee",
    "payee": "合成担保有限公司",
    "rate_bps": 100,
}


@pytest.fixture(autouse=True)
def _table(world: object) -> None:
    """The API's own wiring over an empty table."""


def disclose(**changes: Any) -> Answer:
    """What the relationship manager's phone shows."""
    who = a_principal("relationship_manager", branch="b1")
    return call(app, "POST", "/disclosures", body={**TERMS, **changes}, principal=who)


class Texts(HTMLParser):
    """A page as a reader sees it: its texts, and the tags that make them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, _: Any) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_table_comes_with_its_plan_its_hash_and_its_page() -> None:
    answer = disclose(lender="黄山示范村镇银行").body

    quote, page = answer["quote"], "".join(Texts(answer["page_html"]).texts)
    table = CostDisclosure.model_validate(quote["disclosure"])
    assert (quote["apr_pct"], quote["disclosure_sha256"]) == ("4.3500", table.sha256)
    for told in (
        "综合融资成本明示表",
        "黄山示范村镇银行",
        "300,000.00元",
        "4.35%",
        "7,115.64元",
        "逾期罚息",
        "复利",
        "不收取担保费、保险费、服务费等任何费用",
        quote["instalments"][11]["due_date"],
        table.sha256,
    ):
        assert told in page


def test_a_guarantors_fee_is_in_the_cost_and_on_the_page_as_text() -> None:
    answer = disclose(fees=[GUARANTEE]).body

    page = Texts(answer["page_html"])
    assert float(answer["quote"]["apr_pct"]) > 6
    assert "担保费<b>" in page.texts
    assert page.tags.count("b") == 2  # the all-in cost and the statement, no tag of the fee's name
    assert not {"script", "img", "link", "iframe"} & set(page.tags)


def test_a_fixed_due_day_and_daily_interest_are_drawn() -> None:
    settlement = {
        "interest_calc": "DAILY",
        "month_days": "ACTUAL",
        "due_day": "FIXED",
        "due_day_of_month": 20,
    }

    quote = disclose(settlement=settlement).body["quote"]

    dues = [line["due_date"] for line in quote["instalments"]]
    assert (dues[0], dues[-1]) == ("2026-12-20", "2027-11-02")
    assert quote["settlement"]["due_day_of_month"] == 20


@pytest.mark.parametrize(
    ("settlement", "method", "told"),
    [
        ({"holiday_shift": "NEXT"}, "INTEREST_FIRST", ["2027-05-03", "顺延至下一工作日"]),
        (
            {"segment_interest": False, "repricing": "ANNIVERSARY"},
            "EQUAL_PRINCIPAL",
            ["新利率自当日起的首个还款日起执行"],
        ),
        ({"prepay_interest": "NONE"}, "EQUAL_INSTALLMENT", ["还款时不收取利息"]),
        (
            {"first_instalment": "ACTUAL_DAYS", "due_day": "FIXED", "due_day_of_month": 20},
            "EQUAL_INSTALLMENT",
            ["1,740.00", "26,245.47", "首期利息按实际天数计收"],
        ),
        ({"amortisation_months": 120}, "EQUAL_PRINCIPAL", ["272,500.00", "按120个月摊还"]),
        ({"principal_share_bps": 500}, "FIXED_PRINCIPAL_PERCENT", ["135,000.00", "5.00%"]),
        ({"instalment_period": "QUARTER"}, "INTEREST_FIRST", ["按季付息", "季收益率×4"]),
        ({"principal_grace": 3}, "EQUAL_PRINCIPAL", ["33,333.36", "前3期只付息不还本"]),
    ],
)
def test_every_way_to_repay_is_shown_with_its_plan_and_in_words(
    settlement: dict[str, Any], method: str, told: list[str]
) -> None:
    page = "".join(Texts(disclose(settlement=settlement, method=method).body["page_html"]).texts)

    assert [text for text in told if text not in page] == []


@pytest.mark.parametrize(
    ("settlement", "method", "field", "rule"),
    [
        ({}, "FIXED_PRINCIPAL_PERCENT", "principal_share_bps", "settlement.required"),
        (
            {"amortisation_months": 6},
            "EQUAL_PRINCIPAL",
            "amortisation_months",
            "settlement.amortisation",
        ),
        ({"principal_grace": 12}, "FLAT", "principal_grace", "settlement.grace"),
    ],
)
def test_what_cannot_be_repaid_is_refused_by_name(
    settlement: dict[str, Any], method: str, field: str, rule: str
) -> None:
    answer = disclose(settlement=settlement, method=method)

    assert (answer.status, answer.error["field"], answer.error["rule"]) == (
        422,
        f"settlement.{field}",
        rule,
    )


def test_a_customer_may_ask_too_and_the_page_repeats_to_the_byte() -> None:
    first = call(app, "POST", "/disclosures", body=TERMS, principal=a_customer("cus-1"))

    assert first.status == 200
    assert first.body["page_html"] == disclose().body["page_html"]
