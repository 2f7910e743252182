"""Working days: the published notices day by day, and what is known of a year before its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar
import pytest

from puhui.china import holidays
from puhui.china.rule_tables import Confidence

PUBLISHED = range(2019, 2027)
TODAY = date(2026, 11, 2)


def days_of(year: int) -> Iterator[date]:
    """Every day of a year."""
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


@pytest.mark.parametrize("year", PUBLISHED)
def test_every_day_of_a_published_year_is_as_another_calendar_has_it(year: int) -> None:
    calendar = holidays.known_on(TODAY)

    differs = [
        day
        for day in days_of(year)
        if calendar.is_rest_day(day) == chinese_calendar.is_workday(day)
    ]

    assert differs == []


@pytest.mark.parametrize(
    ("day", "rests"),
    [
        (date(2026, 2, 20), True),  # Friday of 春节
        (date(2026, 2, 28), False),  # a Saturday that is worked
        (date(2026, 10, 1), True),  # 国庆节
        (date(2026, 11, 7), True),  # a plain Saturday
        (date(2026, 11, 9), False),  # a plain Monday
    ],
)
def test_a_day_of_2026_is_worked_or_not(day: date, rests: bool) -> None:
    assert holidays.known_on(TODAY).is_rest_day(day) is rests


def test_of_a_year_without_notice_the_weekends_are_known() -> None:
    calendar = holidays.known_on(TODAY)

    assert not calendar.is_published(2027)
    assert not calendar.is_rest_day(date(2027, 10, 1))  # a Friday, and 国庆节 by any notice to come
    assert calendar.is_rest_day(date(2027, 10, 2))


def test_a_notice_counts_from_its_own_day_on() -> None:
    spring = date(2026, 2, 20)

    assert not holidays.known_on(date(2025, 11, 3)).is_rest_day(spring)
    assert holidays.known_on(date(2025, 11, 4)).is_rest_day(spring)


def test_an_amended_year_is_known_as_it_was_before_and_after() -> None:
    """2020-01-31 and 02-01 became rest days on 2020-01-27, when 春节 was made longer."""
    before, after = (holidays.known_on(date(2020, 1, day)) for day in (26, 27))

    longer = [date(2020, 1, 31), date(2020, 2, 1)]
    assert [before.is_rest_day(day) for day in longer] == [False, False]
    assert [after.is_rest_day(day) for day in longer] == [True, True]


def test_before_the_first_notice_weekends_alone_are_known() -> None:
    assert not holidays.known_on(date(2018, 12, 3)).is_published(2019)


def test_no_day_of_a_notice_is_both_rest_and_work_and_only_weekends_are_worked() -> None:
    for row in holidays.table():
        assert not row.value.rest & row.value.work
        assert {day.weekday() for day in row.value.work} <= {5, 6}


def test_every_notice_names_its_source_and_was_read() -> None:
    assert {row.confidence for row in holidays.table()} == {Confidence.READ}
    assert all(f"{row.value.year}年" in row.source for row in holidays.table())
