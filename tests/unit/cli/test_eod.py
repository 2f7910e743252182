"""`puhui eod`: which days it closes, in which order, and what it says."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from infra.cli import eod
from infra.cli.eod import EndOfDayDesk
from puhui.clock import FixedClock

MACHINE = "arn:aws-cn:states:cn-north-1:123456789012:stateMachine:puhui-dev-servicing-end-of-day"
FIRST = date(2026, 8, 3)
AT = datetime(2026, 8, 3, 16, 30, tzinfo=UTC)
RUN = "eod-north-2026-08-03-1-20260804T003000"
AGAIN = "  排除原因后重新发起 mend it and start again: .venv/bin/puhui eod run --bank north"
CAUSE = "The day is still open. It stopped at open_closing (DayNotBegun). Start it again."
FIGURES = {
    "loans": 3,
    "booked": 1,
    "due_today": 2,
    "newly_overdue": 0,
    "overdue": 1,
    "non_performing": 0,
    "principal_fen": 123_456_78,
    "accrued_interest_fen": 1_00,
    "npl_ppm": 12_345,
}


class Bank:
    """A bank whose days close when they are started, but for those that stop."""

    def __init__(self, stops_on: date | None = None) -> None:
        self.day, self.attempt, self.stops_on = FIRST, 0, stops_on
        self.started: list[tuple[str, dict[str, Any]]] = []
        self.running: str | None = None
        """The name of an execution that somebody else has started."""
        self.looks = 0
        self.told = True
        """Whether the day says where it stopped."""

    def get(self, path: str, **_: str) -> dict[str, Any]:
        """The API."""
        if path == "/servicing/business-day":
            return self._business_day()
        on = path.removeprefix("/servicing/end-of-days/")
        basis = "仅按逾期天数（分类未部署）"
        return {"business_date": on, "attempts": 1, "figures": FIGURES, "basis_name": basis}

    def start_execution(self, **asked: Any) -> dict[str, str]:
        """The state machine."""
        self.started.append((asked["name"], json.loads(asked["input"])))
        if self.day == self.stops_on:
            self.attempt += 1
            return {"executionArn": "FAILED"}
        self.day, self.attempt = self.day + timedelta(days=1), 0
        return {"executionArn": "SUCCEEDED"}

    def describe_execution(self, *, executionArn: str) -> dict[str, str]:  # noqa: N803 (AWS)
        """It runs for a while."""
        if self.running and executionArn.endswith(self.running):
            return self._of_somebody_else()
        self.looks += 1
        status = executionArn.split(":")[-1] if self.looks % 2 == 0 else "RUNNING"
        return {"status": "ABORTED" if status.startswith("eod-") else status, "cause": CAUSE}

    def _of_somebody_else(self) -> dict[str, str]:
        if self.day == FIRST:
            self.day, self.attempt = self.day + timedelta(days=1), 0
            return {"status": "RUNNING"}
        return {"status": "SUCCEEDED"}

    def _business_day(self) -> dict[str, Any]:
        failure = {
            "station": "close_loans",
            "station_name": "贷款日终",
            "partition": 7,
            "error": "States.Timeout",
            "error_name": "超时",
        }
        stopped = self.attempt and not self.running
        return {
            "bank_id": "north",
            "business_date": self.day.isoformat(),
            "state_name": "日终处理中" if self.attempt else "营业中",
            "attempt": self.attempt,
            "run_id": RUN if self.attempt else None,
            "closing_since": "2026-08-03T16:30:00Z" if self.attempt else None,
            "failures": [failure] if stopped and self.told else [],
        }


def a_desk(bank: Bank) -> EndOfDayDesk:
    """A desk at that bank."""
    return EndOfDayDesk(bank, bank, MACHINE, FixedClock(AT), lambda _: None)


def test_without_a_date_one_day_is_closed() -> None:
    bank = Bank()

    closed = list(a_desk(bank).close_all(None))

    assert [one["business_date"] for one in closed] == ["2026-08-03"]
    assert bank.started == [(RUN, {"bank_id": "north", "business_date": "2026-08-03"})]


def test_missed_days_are_closed_one_by_one() -> None:
    closed = list(a_desk(Bank()).close_all(FIRST + timedelta(days=2)))

    assert [one["business_date"] for one in closed] == ["2026-08-03", "2026-08-04", "2026-08-05"]


def test_a_day_that_is_closed_is_left_alone() -> None:
    bank = Bank()

    assert list(a_desk(bank).close_all(FIRST - timedelta(days=1))) == []
    assert bank.started == []


def test_a_day_that_stops_ends_the_run_and_the_next_attempt_has_another_name() -> None:
    bank = Bank(stops_on=FIRST + timedelta(days=1))

    first = list(a_desk(bank).close_all(FIRST + timedelta(days=9)))
    second = list(a_desk(bank).close_all(None))

    assert [one["status"] for one in first] == ["SUCCEEDED", "FAILED"]
    assert [one["status"] for one in second] == ["FAILED"]
    assert [name for name, _ in bank.started[1:]] == [
        "eod-north-2026-08-04-1-20260804T003000",
        "eod-north-2026-08-04-2-20260804T003000",
    ]


def test_an_attempt_that_runs_is_followed_and_no_second_is_started() -> None:
    bank = Bank()
    bank.attempt, bank.running = 1, RUN

    (closed,) = a_desk(bank).close_all(None)

    assert (closed["status"], closed["business_date"]) == ("SUCCEEDED", "2026-08-03")
    assert bank.started == []


def test_an_attempt_that_died_without_a_word_is_taken_over() -> None:
    bank = Bank()
    bank.attempt, bank.told, bank.looks = 1, False, 1

    list(a_desk(bank).close_all(None))

    assert [name for name, _ in bank.started] == ["eod-north-2026-08-03-2-20260804T003000"]


def test_a_closed_day_says_its_figures() -> None:
    (closed,) = a_desk(Bank()).close_all(None)

    text = "\n".join(eod._closed(closed))

    assert "2026-08-03 日终完成" in text
    assert "123,456.78 元" in text
    assert "1.23%（仅按逾期天数（分类未部署））" in text


def test_a_day_that_stopped_says_where() -> None:
    (stopped,) = a_desk(Bank(stops_on=FIRST)).close_all(None)

    assert list(eod._stopped(stopped)) == [
        "2026-08-03 日终未完成 not closed: 失败 FAILED",
        "  贷款日终 close_loans，分区 partition 7: 超时 States.Timeout",
        AGAIN,
    ]


def test_a_day_that_could_not_even_be_opened_says_what_the_execution_said() -> None:
    bank = Bank(stops_on=FIRST)
    bank.told = False

    (stopped,) = a_desk(bank).close_all(None)

    assert list(eod._stopped(stopped))[1:] == [f"  {CAUSE}", AGAIN]


def test_days_that_are_closed_already_are_told() -> None:
    found = a_desk(Bank()).business_day()

    (line,) = eod._nothing_to_close(FIRST - timedelta(days=1), found)

    assert line == (
        "2026-08-02 及以前均已日终 is closed already; 会计日期 business day 2026-08-03 营业中"
    )


def test_the_status_names_the_attempt() -> None:
    bank = Bank()
    bank.attempt = 1

    assert list(eod._standing(bank.get("/servicing/business-day"))) == [
        "north 会计日期 business day 2026-08-03 日终处理中",
        f"  第 1 次 attempt {RUN}，自 since 2026-08-04 00:30:00 北京时间",
        "  贷款日终 close_loans，分区 partition 7: 超时 States.Timeout",
        AGAIN,
    ]


def test_a_date_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(BaseException) as ended:  # noqa: PT011 (typer's Exit is no error)
        eod._day("yesterday")

    assert getattr(ended.value, "exit_code", None) == 2
    assert "不是日期" in capsys.readouterr().err
