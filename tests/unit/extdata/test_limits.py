"""Limits: the arithmetic of buckets, quotas and warnings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extdata.domain.limit import Admission, Limits, microseconds, stopped_by, warning_line
from tests.support.extdata import NOON, a_gate

NOTHING = {"used_today": 0, "used_this_month": 0, "empty_at_us": 0, "now_us": 0}


@given(st.integers(1, 5_000), st.integers(1, 100))
def test_a_bucket_never_lets_more_pass_in_a_second_than_burst_and_rate(
    rate: int, burst: int
) -> None:
    limits = Limits(rate_per_second=rate, burst=burst)
    empty_at = passed = 0

    for now in range(0, 1_000_000, 997):
        while stopped_by(limits, **NOTHING | {"empty_at_us": empty_at, "now_us": now}) is None:
            empty_at = max(empty_at, now) + limits.interval_us
            passed += 1

    assert passed <= burst + rate


def test_a_rate_without_burst_lets_one_pass_at_a_time() -> None:
    limits = Limits(rate_per_second=10)

    assert (limits.interval_us, limits.tolerance_us) == (100_000, 0)


@pytest.mark.parametrize(
    ("limits", "used", "rule"),
    [
        (Limits(daily=3), {"used_today": 2}, None),
        (Limits(daily=3), {"used_today": 3}, "limit.daily"),
        (Limits(monthly=3), {"used_this_month": 3}, "limit.monthly"),
        (Limits(daily=3, monthly=3), {"used_today": 3, "used_this_month": 3}, "limit.monthly"),
        (Limits(rate_per_second=1), {"empty_at_us": 1}, "limit.rate"),
        (Limits(rate_per_second=1), {"empty_at_us": 0}, None),
        (Limits(rate_per_second=1, burst=2), {"empty_at_us": 1_000_000}, None),
        (Limits(rate_per_second=1, burst=2), {"empty_at_us": 1_000_001}, "limit.rate"),
        (Limits(), {"used_today": 10**9}, None),
        (Limits(daily=0), {}, "limit.daily"),
    ],
)
def test_the_longest_lasting_limit_stops(
    limits: Limits, used: dict[str, int], rule: str | None
) -> None:
    assert stopped_by(limits, **NOTHING | used) == rule


def test_only_the_call_that_reaches_the_line_warns() -> None:
    gate = a_gate(daily=10, monthly=20)

    warnings = [
        Admission(gate=gate, used_today=n, used_this_month=n).warnings for n in range(1, 20)
    ]

    assert [(n + 1, warning) for n, warning in enumerate(warnings) if warning] == [
        (8, ("daily",)),
        (16, ("monthly",)),
    ]


def test_a_quota_that_warned_before_stays_silent() -> None:
    gate = a_gate(daily=10, monthly=10)

    admission = Admission(gate=gate, used_today=8, used_this_month=8, warned=frozenset({"monthly"}))

    assert admission.warnings == ("daily",)


@given(st.integers(1, 10_000_000))
def test_the_line_is_the_first_call_with_80_percent_used(quota: int) -> None:
    line = warning_line(quota)

    assert (line - 1) * 100 < quota * 80 <= line * 100


def test_an_instant_has_the_same_microseconds_in_every_zone() -> None:
    china = NOON.astimezone(timezone(timedelta(hours=8)))

    assert microseconds(china) == microseconds(NOON)


def test_microseconds_are_exact() -> None:
    moment = datetime(2026, 11, 2, 4, 0, 0, 123_456, tzinfo=UTC)

    assert microseconds(moment) == 1_793_592_000_123_456
