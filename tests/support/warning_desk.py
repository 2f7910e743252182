"""A warning on somebody's desk: the people, the sweeper, and a clock that a test moves."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from infra.simulation.in_memory_warnings import CountedSignals, InMemoryWarnings
from puhui.clock import FixedClock
from puhui.errors import Conflict
from servicing.domain.warning.announcements import raised
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.warning import LoanWarning, Measure
from servicing.usecases.answer_warning import (
    AcknowledgeWarning,
    CheckDisposal,
    DisposeWarning,
    PauseWarning,
    ProposedDisposal,
    ResumeWarning,
)
from servicing.usecases.report_warnings import ReportWarnings
from servicing.usecases.sweep_warning_clocks import SweepWarningClocks
from tests.support.warnings import NINE, NORTH, RULES, a_warning, later

DISPOSAL = ProposedDisposal(measure=Measure.MORE_SECURITY, text="追加担保", documents=("doc-1",))
SWEEP = timedelta(minutes=5)
SKEW_SECONDS = 600
NIGHT = 0.05
"""How often nobody acts for ten to thirty hours."""
WEIGHTS = (3, 1, 1, 1, 1, 12)
"""How often somebody takes it, pauses, resumes, disposes, checks; how often the sweeper comes."""


class Desk:
    """A warning, the people at the desk, and a clock that the test moves."""

    def __init__(self, colour: Colour = Colour.ORANGE) -> None:
        self.clock = FixedClock(NINE)
        self.store = InMemoryWarnings()
        self.signals = CountedSignals()
        made = a_warning(colour)
        self.store.write(made, [raised(made)])
        self.id = made.warning_id
        rest = (self.store, RULES, self.clock, self.signals)
        self.acknowledge = AcknowledgeWarning(*rest)
        self.pause = PauseWarning(*rest)
        self.resume = ResumeWarning(*rest)
        self.dispose = DisposeWarning(*rest)
        self.check = CheckDisposal(*rest)
        self.sweep = SweepWarningClocks(self.store, self.store, self.clock, self.signals)
        self.report = ReportWarnings(self.store, self.clock)

    def wait(self, **span: int) -> None:
        """Time passes, and the sweeper comes by every five minutes."""
        end = self.clock.now() + timedelta(**span)
        while self.clock.now() < end:
            later(self.clock, seconds=int(SWEEP.total_seconds()))
            self.sweep()

    @property
    def told(self) -> list[str]:
        return self.store.names


def walked(seed: int, acts: int = 60) -> tuple[Desk, datetime]:
    """A warning's life: anybody acts at any time, each by a clock up to ten minutes off.

    Answers the desk and the true instant of the last act.
    """
    chance = random.Random(seed)
    desk = Desk(chance.choice([Colour.YELLOW, Colour.RED]))
    true = NINE
    for _ in range(acts):
        night = chance.random() < NIGHT
        true += timedelta(minutes=chance.randint(600, 1_800) if night else chance.randint(0, 15))
        desk.clock = FixedClock(
            true + timedelta(seconds=chance.randint(-SKEW_SECONDS, SKEW_SECONDS))
        )
        _act(desk, chance)
    SweepWarningClocks(desk.store, desk.store, desk.clock, desk.signals)()
    return desk, true


def broken(desk: Desk, true: datetime) -> list[str]:
    """The promises that do not hold after a walk."""
    warning = desk.store.get(NORTH, desk.id)
    told = desk.told
    breached = warning.clock.breached_at
    quiet = not warning.clock.pauses and warning.clock.answered_at is None
    promises = {
        "a breach is told and counted once": (
            told.count("WarningOverdue") == desk.signals.breached == (breached is not None)
        ),
        "an escalation is told once": told.count("WarningEscalated") <= 1,
        "a closing is told once": told.count("WarningDisposed") == warning.is_closed,
        "a breach needs four hours": breached is None or breached >= NINE + timedelta(hours=4),
        "instants go forward": _in_order(warning),
        "pauses have an allowance": (
            warning.clock.used_seconds(true)
            >= (min(true, warning.clock.answered_at or true) - NINE).total_seconds()
            - RULES.max_pause_seconds
            - SKEW_SECONDS
        ),
        "who makes a disposal does not check it": all(
            one.checked_by != one.made_by for one in warning.disposals
        ),
        "four hours of silence are a breach": (
            not quiet or breached is not None or true < NINE + timedelta(hours=5)
        ),
    }
    return [promise for promise, holds in promises.items() if not holds]


def _in_order(warning: LoanWarning) -> bool:
    """Whatever wall clocks said, what is written is in the order in which it happened."""
    clock = warning.clock
    pauses = [at for one in clock.pauses for at in (one.started_at, one.ended_at or clock.last_at)]
    made = [at for one in warning.disposals for at in (one.made_at, one.checked_at or one.made_at)]
    steps = [one.at for one in clock.steps]
    taken = [warning.acknowledged_at or clock.started_at]
    lines = [[clock.started_at, *line, clock.last_at] for line in (pauses, made, steps, taken)]
    return all(line == sorted(line) for line in lines)


def _act(desk: Desk, chance: random.Random) -> None:
    rest = (desk.store, RULES, desk.clock, desk.signals)
    by = chance.choice(["rm-1", "boss"])
    acts = [
        lambda: AcknowledgeWarning(*rest)(NORTH, desk.id, "rm-1"),
        lambda: PauseWarning(*rest)(NORTH, desk.id, "rm-1", "等待资料"),
        lambda: ResumeWarning(*rest)(NORTH, desk.id),
        lambda: DisposeWarning(*rest)(NORTH, desk.id, "rm-1", DISPOSAL),
        lambda: CheckDisposal(*rest)(NORTH, desk.id, by, agreed=chance.random() < 0.5, text="复核"),
        lambda: SweepWarningClocks(desk.store, desk.store, desk.clock, desk.signals)(),
    ]
    try:
        chance.choices(acts, WEIGHTS)[0]()
    except Conflict:
        return
