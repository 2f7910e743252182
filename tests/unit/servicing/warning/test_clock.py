"""The four-hour clock by itself: it only goes forward, pauses are bounded, each step comes once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicing.domain.errors import PauseRefused
from servicing.domain.warning.clock import SlaClock
from servicing.domain.warning.rules import PPM
from tests.support.warnings import NINE, RULES

HOUR = timedelta(hours=1)


def started() -> SlaClock:
    return SlaClock.start(NINE, RULES)


def paused(at: datetime = NINE) -> SlaClock:
    return started().pause(at, reason="等待客户补充资料", by="rm-1")


def test_a_clock_gives_four_hours() -> None:
    clock = started()

    assert clock.due_at(NINE) == NINE + 4 * HOUR
    assert clock.remaining_seconds(NINE + HOUR) == 3 * 3600
    assert clock.wake_at(NINE) == NINE + 2 * HOUR


def test_half_of_the_time_escalates_and_all_of_it_is_the_breach() -> None:
    clock, first = started().sweep(NINE + 2 * HOUR)
    again, nothing = clock.sweep(NINE + 3 * HOUR)
    over, last = again.sweep(NINE + 4 * HOUR)

    assert [step.to_role for step in (*first, *last)] == ["risk_manager", "admin"]
    assert (nothing, over.breached_at, over.wake_at(NINE)) == ((), NINE + 4 * HOUR, None)


def test_a_sweep_that_comes_late_takes_both_steps_at_once() -> None:
    _, taken = started().sweep(NINE + 9 * HOUR)

    assert [step.at_ppm for step in taken] == [PPM // 2, PPM]


def test_a_pause_moves_what_is_left() -> None:
    clock = paused(NINE + HOUR).resume(NINE + 3 * HOUR)

    assert clock.remaining_seconds(NINE + 3 * HOUR) == 3 * 3600
    assert clock.due_at(NINE + 3 * HOUR) == NINE + 6 * HOUR


def test_a_pause_that_lasts_too_long_stops_stopping_the_time() -> None:
    clock = paused()
    longest = timedelta(seconds=RULES.max_pause_seconds)

    assert clock.due_at(NINE) == NINE + longest + 4 * HOUR
    assert clock.sweep(NINE + longest + HOUR)[1] == ()
    assert [step.at_ppm for step in clock.sweep(NINE + longest + 4 * HOUR)[1]] == [PPM // 2, PPM]


@pytest.mark.parametrize(
    ("clock", "rule"),
    [
        (paused(), "must not be paused already"),
        (started().answer(NINE), "must not be answered"),
        (started().sweep(NINE + 5 * HOUR)[0], "must not be overdue"),
        (
            paused().resume(NINE + timedelta(seconds=RULES.max_pause_seconds)),
            "must have pause left",
        ),
    ],
)
def test_a_pause_is_refused(clock: SlaClock, rule: str) -> None:
    with pytest.raises(PauseRefused, match=rule):
        clock.pause(NINE, reason="等待", by="rm-1")


def test_a_clock_that_runs_is_not_resumed() -> None:
    with pytest.raises(PauseRefused, match="must be paused"):
        started().resume(NINE)


def test_an_answer_stops_it_and_a_refusal_lets_it_run_on_with_the_time_between() -> None:
    answered = started().answer(NINE + HOUR)
    reopened = answered.reopen(NINE + 3 * HOUR)

    assert answered.sweep(NINE + 9 * HOUR)[1] == ()
    assert answered.used_seconds(NINE + 9 * HOUR) == 3600
    assert reopened.remaining_seconds(NINE + 3 * HOUR) == 3600


def test_a_wall_clock_that_jumps_back_undoes_nothing() -> None:
    breached, _ = started().sweep(NINE + 4 * HOUR)

    back, taken = breached.sweep(NINE - HOUR)
    answered = breached.answer(NINE)

    assert (back, taken) == (breached, ())
    assert (answered.answered_at, answered.is_late) == (NINE + 4 * HOUR, True)


skews = st.integers(-600, 600)


@given(st.lists(st.tuples(st.integers(1, 1_800), skews), max_size=30), st.booleans())
def test_skew_of_ten_minutes_moves_the_breach_by_at_most_that_and_never_repeats_it(
    walk: list[tuple[int, int]], with_pause: bool
) -> None:
    clock, true, taken = paused() if with_pause else started(), NINE, []
    for step, skew in walk:
        true += timedelta(seconds=step)
        clock, now = clock.sweep(true + timedelta(seconds=skew))
        taken += [(one, true) for one in now]

    assert len({one.at_ppm for one, _ in taken}) == len(taken)
    for one, at in taken:
        needed = RULES.allowed_seconds * one.at_ppm // PPM
        allowance = RULES.max_pause_seconds if with_pause else 0
        assert (at - NINE).total_seconds() >= needed + allowance - 600
    instants = [clock.started_at, *(step.at for step in clock.steps), clock.last_at]
    assert instants == sorted(instants)


@given(st.lists(st.integers(0, 40_000), min_size=1, max_size=12))
def test_time_used_never_falls_and_pauses_never_exceed_their_allowance(steps: list[int]) -> None:
    clock, now, used = started(), NINE, 0
    for seconds in steps:
        now += timedelta(seconds=seconds)
        clock = _toggled(clock, now)
        assert clock.used_seconds(now) >= used
        assert clock.paused_seconds(now) <= RULES.max_pause_seconds
        used = clock.used_seconds(now)


def _toggled(clock: SlaClock, now: datetime) -> Any:
    try:
        return clock.resume(now) if clock.is_paused else clock.pause(now, reason="等待", by="rm")
    except PauseRefused:
        return clock
