"""Portfolio reports from month ends in S3 to the API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import boto3
import pytest

from puhui.identity import ROLES
from puhui.money import Money
from servicing.api import app
from servicing.domain.account.position import LoanStatus
from servicing.portfolio_wiring import Portfolio, portfolio
from tests.support.api import Answer, a_principal, call
from tests.support.aws import aws
from tests.support.month_ends import APRIL, MARCH, a_month_end_loan
from tests.support.servicing import NORTH, SOUTH

BUCKET = "reports"
MAY = date(2026, 5, 31)


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> Iterator[Portfolio]:
    """An empty bucket and a fresh wiring that finds it."""
    monkeypatch.setenv("REPORTS_BUCKET", BUCKET)
    portfolio.cache_clear()
    with aws():
        boto3.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "cn-north-1"}
        )
        yield portfolio()
    portfolio.cache_clear()


def drawn_up(as_of: date) -> None:
    """Drawn up from what was kept."""
    portfolio().draw_up(NORTH, as_of)


def read(resource: str, role: str = "risk_manager", bank: str = "north", **values: str) -> Answer:
    """Read something as staff of a bank."""
    return call(app, "GET", resource, principal=a_principal(role, bank=bank), values=values)


def test_a_month_end_is_drawn_up_from_its_parts_and_the_one_before(reports: Portfolio) -> None:
    reports.keep_month_end(NORTH, MARCH, 3, [a_month_end_loan(loan_id="1")])
    reports.keep_month_end(NORTH, APRIL, 3, [a_month_end_loan("substandard", loan_id="1")])
    reports.keep_month_end(NORTH, APRIL, 9, [a_month_end_loan(loan_id="2")])

    drawn_up(APRIL)

    body = read("/portfolio/{as_of}", as_of="2026-04-30").body
    assert (body["outstanding"]["loans"], body["npl_ppm"]) == (2, 500_000)
    assert body["before"] == "2026-03-31"
    assert {(m["source"], m["target"], m["loans"]) for m in body["migration"]} == {
        ("normal", "substandard", 1),
        ("new", "normal", 1),
    }


def test_keeping_and_drawing_up_again_changes_nothing(reports: Portfolio) -> None:
    for _ in range(2):
        reports.keep_month_end(NORTH, APRIL, 3, [a_month_end_loan()])
        drawn_up(APRIL)

    assert read("/portfolio/{as_of}", as_of="2026-04-30").body["outstanding"]["loans"] == 1
    assert read("/portfolio").body["items"] == ["2026-04-30"]


def test_a_loan_that_left_the_books_stays_in_its_vintage_and_moves_once(
    reports: Portfolio,
) -> None:
    gone = a_month_end_loan(status=LoanStatus.SETTLED, principal_outstanding=Money(0))
    reports.keep_month_end(NORTH, MARCH, 3, [a_month_end_loan()])
    reports.keep_month_end(NORTH, APRIL, 3, [gone])
    reports.keep_month_end(NORTH, MAY, 3, [])

    drawn_up(APRIL)
    drawn_up(MAY)

    april, may = (
        read("/portfolio/{as_of}", as_of=day).body for day in ("2026-04-30", "2026-05-31")
    )
    assert [m["target"] for m in april["migration"]] == ["settled"]
    assert may["migration"] == []
    assert may["vintages"]["2026-01"]["disbursed_fen"] == 12_000_000


@pytest.mark.parametrize(
    "name", ["quality.csv", "migration.csv", "vintages.csv", "loans-503-view.csv"]
)
def test_each_table_can_be_downloaded(reports: Portfolio, name: str) -> None:
    reports.keep_month_end(NORTH, APRIL, 3, [a_month_end_loan()])
    drawn_up(APRIL)

    answer = read("/portfolio/{as_of}/files/{name}", as_of="2026-04-30", name=name)

    assert answer.status == 200
    key = f"portfolio/north/2026-04-30/{name}"
    assert key in answer.body["url"]
    kept = boto3.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read().decode()
    assert kept.startswith("\ufeff")
    assert ("NOT A FILING" in kept) is (name == "loans-503-view.csv")


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"as_of": "2026-02-28", "name": "quality.csv"}, 404),
        ({"as_of": "2026-04-30", "name": "../secret"}, 404),
        ({"as_of": "April", "name": "quality.csv"}, 422),
    ],
)
def test_what_is_not_there_is_said(reports: Portfolio, values: dict[str, str], status: int) -> None:
    reports.keep_month_end(NORTH, APRIL, 3, [a_month_end_loan()])
    drawn_up(APRIL)

    assert read("/portfolio/{as_of}/files/{name}", **values).status == status


def test_another_bank_sees_nothing(reports: Portfolio) -> None:
    reports.keep_month_end(NORTH, APRIL, 3, [a_month_end_loan()])
    drawn_up(APRIL)

    assert read("/portfolio", bank="south").body["items"] == []
    assert read("/portfolio/{as_of}", bank="south", as_of="2026-04-30").status == 404
    assert reports.files.days(SOUTH) == []


@pytest.mark.parametrize("role", sorted(ROLES - {"customer"}))
def test_only_who_answers_for_the_book_reads_it(reports: Portfolio, role: str) -> None:
    answer = read("/portfolio", role=role)

    allowed = role in {"risk_manager", "finance", "auditor", "admin"}
    assert answer.status == (200 if allowed else 403)
