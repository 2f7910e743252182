"""The business day and its reports over the API: who reads them, of which bank, of which day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from puhui.identity import ROLES
from servicing.adapters.dynamo_end_of_day import DynamoBusinessDays
from servicing.api import app
from servicing.domain.end_of_day.business_day import BusinessDay, Failure
from servicing.domain.end_of_day.report import EndOfDay
from servicing.domain.end_of_day.tally import DayTally
from servicing.end_of_day_wiring import end_of_day
from tests.support.api import Answer, a_customer, a_principal, call
from tests.support.servicing import NOON, NORTH, TODAY, TableWorld

READERS = {"operator", "finance", "auditor", "admin"}
NEXT = TODAY + timedelta(days=1)
ENDED = EndOfDay(
    bank_id=NORTH,
    day=TODAY,
    run_id="run-1",
    attempts=1,
    closed_at=NOON,
    tally=DayTally(loans=4, principal_fen=400, non_performing=1, non_performing_fen=100),
    ended=None,
)


@pytest.fixture(autouse=True)
def days(world: TableWorld) -> Iterator[DynamoBusinessDays]:
    """Where business days are kept; a fresh wiring finds it."""
    end_of_day.cache_clear()
    end_of_day()
    yield DynamoBusinessDays(world.clock)
    end_of_day.cache_clear()


def closed(days: DynamoBusinessDays) -> None:
    """North has closed its first day."""
    days.save(BusinessDay(bank_id=NORTH, day=TODAY).begin(TODAY, "run-1", NOON))
    days.close(days.get(NORTH).close(TODAY), ENDED)


def business_day(role: str = "operator", bank: str = "north") -> Answer:
    """Somebody asks which day it is."""
    who = a_customer("cus-1", bank) if role == "customer" else a_principal(role, bank=bank)
    return call(app, "GET", "/business-day", principal=who)


def report(day: str, role: str = "operator", bank: str = "north") -> Answer:
    """Somebody asks for a day's report."""
    who = a_customer("cus-1", bank) if role == "customer" else a_principal(role, bank=bank)
    path = "/end-of-days/{business_date}"
    return call(app, "GET", path, principal=who, values={"business_date": day})


def test_a_bank_without_loans_has_the_configured_day() -> None:
    answer = business_day()

    assert answer.status == 200
    assert answer.body == {
        "bank_id": "north",
        "business_date": TODAY.isoformat(),
        "state": "open",
        "state_name": "营业中",
        "run_id": None,
        "attempt": 0,
        "closing_since": None,
        "failures": [],
    }


def test_a_day_whose_closing_stopped_says_where_in_chinese(days: DynamoBusinessDays) -> None:
    begun = BusinessDay(bank_id=NORTH, day=TODAY).begin(TODAY, "run-1", NOON)
    stop = Failure(station="classify_loans", partition=7, error="States.Timeout")
    days.save(begun.fail(TODAY, "run-1", (stop,)))

    body = business_day().body

    assert (body["state_name"], body["attempt"], body["run_id"]) == ("日终处理中", 1, "run-1")
    assert body["failures"] == [
        {
            "station": "classify_loans",
            "station_name": "五级分类与计提",
            "partition": 7,
            "error": "States.Timeout",
            "error_name": "超时",
        }
    ]


def test_after_its_end_the_next_day_is_the_business_day(days: DynamoBusinessDays) -> None:
    closed(days)

    body = business_day().body

    assert (body["business_date"], body["state"]) == (NEXT.isoformat(), "open")


def test_a_closed_day_is_read_with_its_figures(days: DynamoBusinessDays) -> None:
    closed(days)

    answer = report(TODAY.isoformat())

    figures = answer.body["figures"]
    assert (answer.status, answer.body["attempts"], answer.body["ended"]) == (200, 1, None)
    assert (figures["loans"], figures["principal_fen"], figures["npl_ppm"]) == (4, 400, 250_000)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_only_who_runs_books_or_audits_reads_days(days: DynamoBusinessDays, role: str) -> None:
    closed(days)

    statuses = (business_day(role).status, report(TODAY.isoformat(), role).status)

    assert statuses == ((200, 200) if role in READERS else (403, 403))


def test_another_bank_sees_its_own_day_alone(days: DynamoBusinessDays) -> None:
    closed(days)

    day, ended = business_day(bank="south"), report(TODAY.isoformat(), bank="south")

    assert (day.body["bank_id"], day.body["business_date"]) == ("south", TODAY.isoformat())
    assert (ended.status, ended.error["code"]) == (404, "not_found")
    assert "run-1" not in str(ended.body)


@pytest.mark.parametrize("day", [NEXT, date(1999, 1, 1)])
def test_a_day_that_was_not_closed_is_not_found(days: DynamoBusinessDays, day: date) -> None:
    closed(days)

    answer = report(day.isoformat())

    assert (answer.status, answer.error["code"]) == (404, "not_found")
    assert day.isoformat() in answer.error["message"]


@pytest.mark.parametrize("text", ["today", "2020-02-30", "20200301", "2020-W10-1", "1"])
def test_what_is_no_date_is_refused_by_its_field(text: str) -> None:
    answer = report(text)

    assert answer.status == 422
    assert (answer.error["field"], answer.error["rule"]) == ("business_date", "date.iso")
