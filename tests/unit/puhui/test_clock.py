"""The clock says the instant, the calendar says the accounting day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.clock import (
    CHINA,
    UTC,
    ConfiguredBusinessCalendar,
    FixedBusinessCalendar,
    FixedClock,
    SystemClock,
    utc_from_text,
    utc_text,
)

INSTANTS = st.datetimes(timezones=st.sampled_from([UTC, CHINA]))


def test_the_system_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_a_configured_day_does_not_follow_the_clock() -> None:
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))

    assert ConfiguredBusinessCalendar("2026-08-03", clock).today() == date(2026, 8, 3)


@pytest.mark.parametrize(("utc_hour", "expected"), [(15, date(2026, 8, 3)), (16, date(2026, 8, 4))])
def test_the_calendar_turns_at_midnight_in_china(utc_hour: int, expected: date) -> None:
    clock = FixedClock(datetime(2026, 8, 3, utc_hour, tzinfo=UTC))

    assert ConfiguredBusinessCalendar("calendar", clock).today() == expected


@pytest.mark.parametrize("value", ["", "today", "2026-13-01", "03.08.2026"])
def test_another_configuration_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"Invalid isoformat|month"):
        ConfiguredBusinessCalendar(value, SystemClock())


def test_a_fixed_calendar_stands_still() -> None:
    assert FixedBusinessCalendar(date(2026, 8, 3)).today() == date(2026, 8, 3)


def test_a_naive_instant_is_refused() -> None:
    naive = datetime(2026, 8, 3)  # noqa: DTZ001

    with pytest.raises(ValueError, match="time zone"):
        FixedClock(naive)
    with pytest.raises(ValueError, match="time zone"):
        utc_text(naive)


@given(INSTANTS)
def test_text_of_an_instant_reads_back_and_ends_with_z(moment: datetime) -> None:
    text = utc_text(moment)

    assert text.endswith("Z")
    assert utc_from_text(text) == moment


@given(INSTANTS, INSTANTS)
def test_text_of_instants_sorts_like_the_instants(one: datetime, other: datetime) -> None:
    assert (utc_text(one) < utc_text(other)) == (one < other)
