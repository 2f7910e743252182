"""Working days and rest days (工作日、节假日): weekends and the State Council's yearly notices.

    calendar = known_on(date(2026, 1, 5))
    calendar.is_rest_day(date(2026, 2, 20))    # True: a Friday of 春节
    calendar.is_rest_day(date(2026, 2, 28))    # False: a Saturday that is worked instead (调休)
    calendar.is_published(2027)                # False: nobody knows that year's holidays yet

A row of the table is one notice; `valid_from` is the first day on which plans are drawn by it. What
is drawn on a day asks for the calendar of that day, so that a later notice never moves a due day
that was signed. Hence a notice that is supplied late counts from a day to come, not from its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

from puhui.china.rule_tables import RuleTable

SATURDAY: Final = 5
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HolidayNotice:
    """One year's holidays, weekends among them included, and the weekend days that are worked."""

    year: int
    rest: frozenset[date]
    work: frozenset[date]


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """What is known of rest days on some day; of a year without notice, its weekends."""

    notices: tuple[HolidayNotice, ...]

    def is_rest_day(self, day: date) -> bool:
        """Whether nobody works on a day: a holiday, or a weekend day that is not worked."""
        for notice in self.notices:
            if day in notice.rest:
                return True
            if day in notice.work:
                return False
        return day.weekday() >= SATURDAY

    def is_published(self, year: int) -> bool:
        """Whether the notice of a year is known."""
        return any(notice.year == year for notice in self.notices)


@cache
def table() -> RuleTable[HolidayNotice]:
    """The notices, oldest first; one that amends a year holds all of that year again."""
    text = files("puhui.china").joinpath("data/holidays.json").read_bytes()
    return RuleTable.from_json(text, _notice)


def known_on(day: date) -> WorkCalendar:
    """The calendar by which a plan of this day is drawn."""
    return _calendar(sum(row.valid_from <= day for row in table()))


@cache
def _calendar(rows: int) -> WorkCalendar:
    """The first rows of the table; of one year only the newest counts."""
    newest = {row.value.year: row.value for _, row in zip(range(rows), table(), strict=False)}
    return WorkCalendar(tuple(newest.values()))


def _notice(value: dict[str, Any]) -> HolidayNotice:
    return HolidayNotice(
        year=value["year"],
        rest=frozenset(_days(value["rest"])),
        work=frozenset(date.fromisoformat(day) for day in value["work"]),
    )


def _days(intervals: Iterable[tuple[str, str]]) -> Iterator[date]:
    for first, last in intervals:
        day, end = date.fromisoformat(first), date.fromisoformat(last)
        while day <= end:
            yield day
            day += ONE_DAY
