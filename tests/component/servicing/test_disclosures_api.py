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


def test_what_cannot_be_serviced_is_refused_by_name() -> None:
    answer = disclose(settlement={"prepay_interest": "NONE"})

    assert (answer.status, answer.error["field"], answer.error["rule"]) == (
        422,
        "settlement.prepay_interest",
        "settlement.serviced",
    )


def test_a_customer_may_ask_too_and_the_page_repeats_to_the_byte() -> None:
    first = call(app, "POST", "/disclosures", body=TERMS, principal=a_customer("cus-1"))

    assert first.status == 200
    assert first.body["page_html"] == disclose().body["page_html"]
