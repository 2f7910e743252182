"""FLT23 over many seeds: clocks ten minutes off, people in any order; and each guard is needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from servicing.domain.warning.clock import SlaClock
from servicing.domain.warning.warning import LoanWarning
from tests.support.warning_desk import broken, walked

SEEDS = 300


@pytest.mark.parametrize("seed", range(SEEDS))
def test_promises_hold_whatever_clocks_say(seed: int) -> None:
    assert broken(*walked(seed)) == [], f"replay with walked({seed})"


@pytest.mark.full
def test_promises_hold_over_ten_thousand_seeds() -> None:
    found = {seed: wrong for seed in range(10_000) if (wrong := broken(*walked(seed)))}

    assert found == {}, "replay with walked(seed)"


def any_instant(clock: SlaClock, now: datetime) -> datetime:
    """Without the guard that instants go forward."""
    return now


def every_step(clock: SlaClock) -> list[Any]:
    """Without the guard that a step is taken once."""
    return list(clock.escalations)


def any_pause(clock: SlaClock, at: datetime) -> int:
    """Without the allowance of pauses."""
    return sum(int(((one.ended_at or at) - one.started_at).total_seconds()) for one in clock.pauses)


def any_checker(
    warning: LoanWarning, by: str, agreed: bool, text: str, now: datetime
) -> LoanWarning:
    """Without the guard of the second person."""
    if not warning.disposals or warning.state != "disposing":
        return DECIDE(warning, by, agreed, text, now)
    made = replace(warning.disposals[-1], made_by="nobody")
    after = DECIDE(
        replace(warning, disposals=(*warning.disposals[:-1], made)), by, agreed, text, now
    )
    back = replace(after.disposals[-1], made_by=warning.disposals[-1].made_by)
    return replace(after, disposals=(*after.disposals[:-1], back))


DECIDE = LoanWarning.decide
MUTANTS: dict[str, tuple[type, str, Callable[..., Any]]] = {
    "instants go forward": (SlaClock, "moment", any_instant),
    "an escalation is told once": (SlaClock, "_waiting", every_step),
    "pauses have an allowance": (SlaClock, "paused_seconds", any_pause),
    "who makes a disposal does not check it": (LoanWarning, "decide", any_checker),
}


@pytest.mark.parametrize("promise", MUTANTS)
def test_a_guard_that_is_taken_away_breaks_its_promise(
    promise: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name, mutant = MUTANTS[promise]
    monkeypatch.setattr(owner, name, mutant)

    assert any(promise in broken(*walked(seed)) for seed in range(SEEDS))
