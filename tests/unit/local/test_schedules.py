"""Schedules fire when EventBridge would fire them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from infra.local.deployed import Schedule
from infra.local.schedules import Clockwork, UnreadableSchedule, next_time

NOW = datetime(2024, 2, 28, 17, 59, 30, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("rate(5 minutes)", "2024-02-28T18:04:30"),
        ("rate(1 day)", "2024-02-29T17:59:30"),
        ("cron(0 18 * * ? *)", "2024-02-28T18:00:00"),
        ("cron(0 17 * * ? *)", "2024-02-29T17:00:00"),
        ("cron(0/15 * * * ? *)", "2024-02-28T18:00:00"),
        ("cron(30 2 ? * MON-FRI *)", "2024-02-29T02:30:00"),
        ("cron(0 0 ? * SUN *)", "2024-03-03T00:00:00"),
        ("cron(0 1 L * ? *)", "2024-02-29T01:00:00"),
        ("cron(0 0 1 JAN,JUL ? *)", "2024-07-01T00:00:00"),
        ("cron(0 0 1 1 ? 2026)", "2026-01-01T00:00:00"),
    ],
)
def test_the_next_time(expression: str, expected: str) -> None:
    assert next_time(expression, NOW).isoformat() == f"{expected}+00:00"


@pytest.mark.parametrize("expression", ["at(2024-01-01T00:00:00)", "cron(0 18)", "daily"])
def test_an_unknown_expression_is_refused(expression: str) -> None:
    with pytest.raises(UnreadableSchedule):
        next_time(expression, NOW)


def test_a_schedule_is_fired_by_name() -> None:
    fired: list[tuple[str, str]] = []
    schedules = [
        Schedule(name="eod", expression="rate(1 day)", target_arn="arn:f", payload='{"a":1}'),
        Schedule(name="other", expression="rate(1 day)", target_arn="arn:g"),
    ]

    Clockwork(schedules, lambda arn, payload: fired.append((arn, payload))).fire("eod")

    assert fired == [("arn:f", '{"a":1}')]
