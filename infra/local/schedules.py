"""Fires schedules: `rate(…)` and `cron(…)` in UTC, as EventBridge reads them."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from infra.local.deployed import Schedule

RATE = re.compile(r"^rate\((\d+) (minute|hour|day)s?\)$")
CRON = re.compile(r"^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$")
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
HORIZON = timedelta(days=366 * 5)
MAX_SLEEP_SECONDS = 3600.0
log = logging.getLogger(__name__)


class UnreadableSchedule(ValueError):
    """The expression is neither a rate nor a cron expression that we support."""


def next_time(expression: str, after: datetime) -> datetime:
    """The first moment after `after` at which the schedule fires."""
    if found := RATE.match(expression):
        return after + timedelta(**{f"{found[2]}s": int(found[1])})
    if found := CRON.match(expression):
        return _next_cron(found.groups(), after)
    raise UnreadableSchedule(expression)


def _next_cron(fields: Sequence[str | None], after: datetime) -> datetime:
    minutes, hours, days, months, weekdays, years = (str(field) for field in fields)
    allowed_minutes = _numbers(minutes, 0, 59)
    allowed_hours = _numbers(hours, 0, 23)
    day = after.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for _ in range(HORIZON.days):
        if _fits(day, days, months, weekdays, years):
            for hour in sorted(allowed_hours):
                for minute in sorted(allowed_minutes):
                    moment = day.replace(hour=hour, minute=minute)
                    if moment > after:
                        return moment
        day += timedelta(days=1)
    raise UnreadableSchedule("never fires within five years")


def _fits(day: datetime, days: str, months: str, weekdays: str, years: str) -> bool:
    weekday = day.isoweekday() % 7 + 1
    last = (day + timedelta(days=1)).month != day.month
    day_fits = last if days == "L" else day.day in _numbers(days, 1, 31)
    return (
        day_fits
        and day.month in _numbers(months, 1, 12, MONTHS)
        and weekday in _numbers(weekdays, 1, 7, WEEKDAYS)
        and day.year in _numbers(years, 1970, 2199)
    )


def _numbers(field: str, first: int, last: int, names: Sequence[str] = ()) -> set[int]:
    """`*`, `?`, `5`, `1-5`, `*/15`, `MON-FRI` and lists of them."""
    for index, name in enumerate(names):
        field = field.replace(name, str(first + index))
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        if span in ("*", "?"):
            low, high = first, last
        elif "-" in span:
            low, high = (int(number) for number in span.split("-"))
        else:
            low = int(span)
            high = last if step else low
        found.update(range(low, high + 1, int(step or 1)))
    return found


class Clockwork:
    """One thread that fires every schedule; tests fire them by name instead."""

    def __init__(self, schedules: Iterable[Schedule], fire: Callable[[str, str], None]) -> None:
        self._schedules = list(schedules)
        self._fire = fire
        self._stopping = threading.Event()

    def fire(self, name: str) -> int:
        """Fire a schedule now, whatever the clock says; return how many targets it had."""
        targets = [one for one in self._schedules if one.name == name]
        for one in targets:
            self._fire(one.target_arn, one.payload)
        return len(targets)

    def start(self) -> None:
        """Follow the clock in the background."""
        threading.Thread(target=self._run, name="schedules", daemon=True).start()

    def stop(self) -> None:
        """Stop following it."""
        self._stopping.set()

    def _run(self) -> None:
        now = datetime.now(UTC)
        due = [(next_time(one.expression, now), one) for one in self._schedules]
        while due and not self._stopping.is_set():
            due.sort(key=lambda pair: pair[0])
            moment, schedule = due[0]
            seconds = (moment - datetime.now(UTC)).total_seconds()
            if self._stopping.wait(min(max(seconds, 0.0), MAX_SLEEP_SECONDS)):
                return
            if datetime.now(UTC) < moment:
                continue
            try:
                self._fire(schedule.target_arn, schedule.payload)
            except Exception:
                log.exception("schedule %s", schedule.name)
            due[0] = (next_time(schedule.expression, moment), schedule)
