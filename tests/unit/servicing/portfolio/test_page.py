"""The portfolio's page: what it says is what the API's documents say, and a person can read it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
import typer

from infra.book_charts import _curves, moves_of
from infra.cli.portfolio_month import read_months
from infra.portfolio_page import page
from infra.portfolio_page_words import (
    headline,
    money,
    of_inclusion,
    of_migration,
    of_overdue,
    of_size,
    of_vintages,
)
from puhui.money import Money
from servicing.domain.portfolio.month_end import LoanLabels, MonthEndLoan
from servicing.domain.portfolio.report import report_of
from servicing.domain.portfolio.tables import as_document
from servicing.portfolio_schemas import PortfolioView
from tests.support.month_ends import APRIL, MARCH, a_month_end_loan

UNKNOWN = LoanLabels()
Document = dict[str, Any]


def as_the_api_says(
    loans: list[MonthEndLoan], as_of: date, before: list[MonthEndLoan] | None = None
) -> Document:
    """The body of `GET /servicing/portfolio/{as_of}`."""
    since = None if before is None else MARCH
    document = dict(as_document(report_of(loans, as_of, before or (), since)))
    return PortfolioView.of(document).model_dump(mode="json")


def two_months() -> list[Document]:
    """Two loans in March; in April one is late and non-performing, and a third one is new."""
    march = [
        a_month_end_loan(loan_id="loan-1", as_of=MARCH),
        a_month_end_loan("attention", loan_id="loan-2", as_of=MARCH),
    ]
    april = [
        a_month_end_loan(loan_id="loan-1"),
        a_month_end_loan("substandard", loan_id="loan-2", days_overdue=95),
        a_month_end_loan(
            loan_id="loan-3", labels=UNKNOWN, disbursed_on=date(2026, 4, 2),
            disbursed=Money(20_000_000), principal_outstanding=Money(20_000_000),
        ),
    ]  # fmt: skip
    return [as_the_api_says(march, MARCH), as_the_api_says(april, APRIL, march)]


MONTHS = two_months()


def test_the_figures_on_top_are_those_of_the_last_month_with_their_change() -> None:
    told = {name: (value, change) for name, value, change in headline(MONTHS)}

    assert told["贷款余额"] == ("40.00万元", "较上月 +20.00万元（+100.0%）")
    assert told["笔数"] == ("3", "较上月 +1")
    assert told["不良率"] == ("25.00%", "较上月 +25.00个百分点")
    assert told["普惠型小微占比"] == ("50.00%", "另有 50.00% 依据不全")


def test_each_chart_says_what_it_shows() -> None:
    april = MONTHS[-1]

    assert "不良率 25.00%" in of_size(MONTHS)
    assert of_overdue(MONTHS).startswith("逾期贷款占余额 25.00%，其中90天以上 25.00%")
    assert "100.00% 成为不良" in of_migration(april, moves_of(april))
    assert "放款 3 笔 44.00万元" in of_vintages(MONTHS)
    assert "不计入占比" in of_inclusion(MONTHS)


def test_the_first_month_has_nothing_to_migrate_from() -> None:
    assert of_migration(MONTHS[0], {}).startswith("2026-03-31 是首个月末")
    assert {change for _, _, change in headline(MONTHS[:1])} >= {"无上期"}


def test_a_quarter_begins_its_curve_when_it_is_over_and_counts_months_from_there() -> None:
    assert _curves(MONTHS) == {"2026Q1": {0: 0.0, 1: pytest.approx(100 * 10 / 24)}}


@pytest.mark.parametrize(
    ("fen", "said"), [(0, "0.00万元"), (10**12, "100.00亿元"), (-50_000_00, "-5.00万元")]
)
def test_amounts_are_said_as_bankers_say_them(fen: int, said: str) -> None:
    assert money(fen) == said


@pytest.fixture(scope="module")
def html() -> str:
    return page(MONTHS, bank="黄山<示范>银行", label="模拟 SIMULATION")


def test_the_page_holds_six_pictures_and_names_no_other_place(html: str) -> None:
    images = re.findall(r'<img alt="([^"]+)" src="data:image/svg\+xml;base64,', html)

    assert len(images) == 6
    assert all("：" in text for text in images)
    assert re.findall(r'(?:src|href)="(?!data:)', html) == []


def test_the_page_says_whose_it_is_and_what_it_is_not(html: str) -> None:
    assert "黄山&lt;示范&gt;银行" in html
    assert "截至 2026-04-30" in html
    assert "非监管报送文件" in html
    assert "模拟 SIMULATION" in html


@pytest.mark.full
def test_the_same_documents_give_the_same_bytes(html: str) -> None:
    assert page(two_months(), bank="黄山<示范>银行", label="模拟 SIMULATION") == html


class Api:
    """A bank with reports of these months."""

    def __init__(self, *days: str) -> None:
        self.days = days

    def get(self, path: str, **query: str) -> Document:
        """The list, or one report."""
        day = path.removeprefix("/servicing/portfolio").removeprefix("/")
        return {"as_of": day} if day else {"items": list(self.days)}


def read(api: Api, month: str | None, count: int = 12) -> list[str]:
    """The days that a page would show."""
    return [one["as_of"] for one in read_months(api, month, count)]  # type: ignore[arg-type]


def test_a_month_is_shown_with_those_before_it() -> None:
    api = Api("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30")

    assert read(api, "2026-03", 2) == ["2026-02-28", "2026-03-31"]
    assert read(api, None, 1) == ["2026-04-30"]


@pytest.mark.parametrize("month", ["2026-06", "2025-12", "March"])
def test_a_month_without_a_report_is_refused_by_name(
    month: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit):
        read(Api("2026-01-31", "2026-04-30"), month)

    assert f"--month: rule month: no report of {month}" in capsys.readouterr().err


def test_a_bank_that_closed_no_month_is_told_what_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(typer.Exit):
        read(Api(), None)

    assert "puhui eod run" in capsys.readouterr().err
