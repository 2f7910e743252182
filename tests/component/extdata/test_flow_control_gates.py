"""Gates: no limit is ever overrun, whoever asks at once (contract of both implementations)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from extdata.domain.errors import LimitReached
from extdata.domain.limit import Admission, Gate, Limits
from extdata.ports import Gates
from tests.component.extdata.flow_control import account, gates
from tests.support.extdata import BANK, NOON, OTHER_BANK, TODAY, a_gate
from tests.support.races import race

__all__ = ["account", "gates"]

RACERS = 200
QUOTA = 137
SECOND = timedelta(seconds=1)


def passes(gates: Gates, gate: Gate, **changes: object) -> Callable[[], Admission]:
    """One pass of a gate, at noon of the day unless told otherwise."""
    given: dict[str, object] = {"now": NOON, "on": TODAY} | changes
    return lambda: gates.pass_through(BANK, gate, **given)  # type: ignore[arg-type]


def used(gates: Gates, gate: Gate, on: date = TODAY) -> tuple[int, int]:
    """What is counted today and this month."""
    usage = gates.usage(BANK, gate, on=on)
    return usage.used_today, usage.used_this_month


def rule_of(call: Callable[[], object]) -> str | None:
    """The rule that stopped a call."""
    with pytest.raises(LimitReached) as caught:
        call()
    return caught.value.rule


@pytest.mark.parametrize(
    ("limits", "rule"),
    [
        (Limits(daily=QUOTA), "limit.daily"),
        (Limits(monthly=QUOTA), "limit.monthly"),
        (Limits(rate_per_second=1, burst=QUOTA), "limit.rate"),
    ],
)
def test_two_hundred_at_once_never_pass_one_more_than_allowed(
    gates: Gates, limits: Limits, rule: str
) -> None:
    gate = Gate(key="provider:sbx-tax", limits=limits)

    outcomes = race([passes(gates, gate)] * RACERS)

    stops = Counter(outcome.rule for outcome in outcomes if isinstance(outcome, LimitReached))
    assert (stops, used(gates, gate)) == ({rule: RACERS - QUOTA}, (QUOTA, QUOTA))


def test_the_line_of_80_percent_warns_once_in_a_race(gates: Gates) -> None:
    gate = a_gate(daily=50, monthly=100)

    outcomes = race([passes(gates, gate)] * 60)

    warnings = [
        w for outcome in outcomes if isinstance(outcome, Admission) for w in outcome.warnings
    ]
    assert warnings == ["daily"]


def test_a_stop_names_gate_and_rule(gates: Gates) -> None:
    gate = a_gate("caller:factory", daily=1)
    passes(gates, gate)()

    with pytest.raises(LimitReached) as stop:
        passes(gates, gate)()

    assert (stop.value.field, stop.value.rule) == ("caller:factory", "limit.daily")


def test_a_call_that_was_stopped_is_not_counted(gates: Gates) -> None:
    gate = a_gate(rate_per_second=1, burst=1, daily=10, monthly=10)
    passes(gates, gate)()

    rule = rule_of(passes(gates, gate))

    assert (rule, used(gates, gate)) == ("limit.rate", (1, 1))


def test_a_limit_of_zero_lets_nothing_pass(gates: Gates) -> None:
    rules = [
        rule_of(passes(gates, gate))
        for gate in (a_gate(rate_per_second=0), a_gate(daily=0), a_gate(monthly=0))
    ]

    assert rules == ["limit.rate", "limit.daily", "limit.monthly"]


def test_a_gate_without_limits_counts_nothing(gates: Gates) -> None:
    gate = a_gate()

    admission = passes(gates, gate)()

    assert (admission, used(gates, gate)) == (Admission(gate=gate), (0, 0))


def test_the_bucket_lets_a_burst_pass_and_then_its_rate(gates: Gates) -> None:
    gate = a_gate(rate_per_second=10, burst=3)
    at_once = [passes(gates, gate)() for _ in range(3)]
    stopped = rule_of(passes(gates, gate))

    later = NOON + timedelta(milliseconds=100)

    assert len(at_once) == 3
    assert stopped == "limit.rate"
    assert passes(gates, gate, now=later)().used_today == 4
    assert rule_of(passes(gates, gate, now=later)) == "limit.rate"


def test_an_idle_bucket_is_full_again_and_no_fuller(gates: Gates) -> None:
    gate = a_gate(rate_per_second=10, burst=3)
    for _ in range(3):
        passes(gates, gate)()
    tomorrow = NOON + timedelta(hours=20)

    for _ in range(3):
        passes(gates, gate, now=tomorrow)()

    assert rule_of(passes(gates, gate, now=tomorrow)) == "limit.rate"


def test_a_clock_that_runs_behind_gets_no_second_burst(gates: Gates) -> None:
    gate = a_gate(rate_per_second=1, burst=2)
    passes(gates, gate)()
    passes(gates, gate)()

    behind = passes(gates, gate, now=NOON - SECOND)

    assert rule_of(behind) == "limit.rate"


def test_a_new_accounting_day_has_its_own_quota_within_the_month(gates: Gates) -> None:
    gate = a_gate(daily=2, monthly=3)
    passes(gates, gate)()
    passes(gates, gate)()
    today = rule_of(passes(gates, gate))
    tomorrow = TODAY + timedelta(days=1)

    third = passes(gates, gate, on=tomorrow)()

    assert (today, third.used_today, third.used_this_month) == ("limit.daily", 1, 3)
    assert rule_of(passes(gates, gate, on=tomorrow)) == "limit.monthly"


def test_a_new_accounting_month_begins_at_zero_whatever_the_clock_says(gates: Gates) -> None:
    gate = a_gate(monthly=1)
    passes(gates, gate, on=date(2026, 11, 30))()

    first = passes(gates, gate, on=date(2026, 12, 1))()

    assert (first.used_this_month, used(gates, gate, date(2026, 11, 30))) == (1, (1, 1))


def test_banks_and_gates_are_counted_apart(gates: Gates) -> None:
    gate = a_gate(daily=1)
    passes(gates, gate)()

    gates.pass_through(OTHER_BANK, gate, now=NOON, on=TODAY)
    other = passes(gates, replace(gate, key="provider:sbx-court"))()

    assert (other.used_today, used(gates, gate)) == (1, (1, 1))


def test_what_is_given_back_may_be_used_again_and_never_falls_below_zero(gates: Gates) -> None:
    gate = a_gate(daily=1)
    passes(gates, gate)()

    for _ in range(3):
        gates.give_back(BANK, gate, on=TODAY)

    assert used(gates, gate) == (0, 0)
    assert passes(gates, gate)().used_today == 1


def test_a_line_that_is_crossed_again_after_giving_back_has_warned(gates: Gates) -> None:
    gate = a_gate(daily=10, monthly=10)
    first = [passes(gates, gate)().warnings for _ in range(8)]
    gates.give_back(BANK, gate, on=TODAY)

    again = passes(gates, gate)()

    assert first[-1] == ("daily", "monthly")
    assert (again.used_today, again.warnings) == (8, ())


def test_a_raised_quota_warns_at_its_own_line(gates: Gates) -> None:
    small, large = a_gate(daily=5), a_gate(daily=10)
    for _ in range(4):
        passes(gates, small)()
    gates.give_back(BANK, small, on=TODAY)

    warnings = [passes(gates, large)().warnings for _ in range(5)]

    assert warnings == [(), (), (), (), ("daily",)]


def test_reading_the_usage_neither_counts_nor_warns(gates: Gates) -> None:
    gate = a_gate(daily=1)
    passes(gates, gate)()

    usages = [gates.usage(BANK, gate, on=TODAY) for _ in range(2)]

    assert [(usage.used_today, usage.warnings) for usage in usages] == [(1, ()), (1, ())]
