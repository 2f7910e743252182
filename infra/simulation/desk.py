"""The desk that answers warnings: officers in working hours, the gravest warning first.

An answer takes some minutes that belong to the warning; what is not begun by the end of the day
waits for the next working day while its clock runs. The clocks are swept every quarter of an hour,
as the scheduled sweeper does.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from infra.simulation.bank import SimulatedBank
from infra.simulation.borrowers import Borrowers
from infra.simulation.journal import Journal
from infra.simulation.options import BANK
from infra.simulation.time import at, is_working_day
from sandbox.domain.economy.chance import seeded
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.findings import NOT_OBSERVABLE
from servicing.domain.warning.warning import LoanWarning, Measure
from servicing.usecases.answer_warning import ProposedDisposal

OPENS, NOON, AFTERNOON, CLOSES = time(8, 30), time(12), time(13), time(17, 30)
SWEEP_EVERY: Final = timedelta(minutes=15)
MINUTES: Final = {Colour.YELLOW: (3, 20), Colour.ORANGE: (10, 40), Colour.RED: (20, 60)}
"""What the answer to a warning takes ✎."""
CHECK_MINUTES: Final = (5, 45)
CHECKER: Final = "risk-manager"


@dataclass(order=True, slots=True)
class Step:
    """Something that somebody does at an instant."""

    when: datetime
    order: int
    do: Callable[[], None] = field(compare=False)


@dataclass
class Desk:
    """Officers who take warnings one after another."""

    bank: SimulatedBank
    borrowers: Borrowers
    journal: Journal
    officers: int
    waiting: list[LoanWarning] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    _free: list[tuple[datetime, int]] = field(default_factory=list)
    _queued: set[str] = field(default_factory=set)
    _number: int = 0

    def take(self, raised: Sequence[LoanWarning]) -> None:
        """New warnings; one that only became graver is here already."""
        new = [one for one in raised if one.warning_id not in self._queued]
        self._queued |= {one.warning_id for one in new}
        self.waiting += new

    def plan(self, day: date) -> None:
        """Who does what today, as far as the day goes."""
        if not is_working_day(day):
            return
        self._free = [(at(day, OPENS), number) for number in range(self.officers)]
        self.waiting.sort(key=lambda one: (-one.colour.weight, one.warning_id))
        left = [one for one in self.waiting if not self._planned(one, day)]
        self.waiting = left

    def run_to(self, instant: datetime) -> None:
        """Let time pass: people act, and while a clock runs it is swept."""
        clock = self.bank.time
        while self.steps or self.waiting:
            tick = clock.now() + SWEEP_EVERY
            acts = bool(self.steps) and self.steps[0].when <= tick
            moment = self.steps[0].when if acts else tick
            if moment > instant:
                break
            clock.move_to(moment)
            if acts:
                heapq.heappop(self.steps).do()
            else:
                self._sweep()
        clock.move_to(instant)

    def _planned(self, warning: LoanWarning, day: date) -> bool:
        free, officer = heapq.heappop(self._free)
        start = max(free, self.bank.time.now())
        if at(day, NOON) <= start < at(day, AFTERNOON):
            start = at(day, AFTERNOON)
        if start >= at(day, CLOSES):
            heapq.heappush(self._free, (free, officer))
            return False
        rng = seeded("desk", warning.warning_id)
        end = start + timedelta(minutes=rng.randint(*MINUTES[warning.colour]))
        checked = end + timedelta(minutes=rng.randint(*CHECK_MINUTES))
        heapq.heappush(self._free, (end, officer))
        name = f"officer-{officer + 1}"
        self._at(start, lambda: self._acknowledge(warning.warning_id, name))
        self._at(end, lambda: self._dispose(warning.warning_id, name))
        self._at(checked, lambda: self._check(warning.warning_id))
        return True

    def _at(self, when: datetime, do: Callable[[], None]) -> None:
        self._number += 1
        heapq.heappush(self.steps, Step(when, self._number, do))

    def _acknowledge(self, warning_id: str, by: str) -> None:
        self.bank.acknowledge(BANK, warning_id, by)

    def _dispose(self, warning_id: str, by: str) -> None:
        measure, text = self._found(self.bank.warnings.get(BANK, warning_id))
        answered = self.bank.dispose(
            BANK, warning_id, by, ProposedDisposal(measure=measure, text=text)
        )
        used = answered.clock.used_seconds(answered.clock.last_at)
        self.journal.write("answered", warning_id, measure.value, used)

    def _check(self, warning_id: str) -> None:
        """The second person, for those that need one."""
        if self.bank.warnings.get(BANK, warning_id).is_closed:
            return
        self.bank.check_disposal(BANK, warning_id, CHECKER, agreed=True, text="同意")

    def _found(self, warning: LoanWarning) -> tuple[Measure, str]:
        """What a look on the spot finds: arrears, or something that befell the borrower."""
        borrower = self.borrowers.by_customer[warning.debtor.customer_id]
        book = self.bank.loan_books.get(BANK, borrower.loan_id)
        today = self.bank.time.today()
        hurt = borrower.asking.life.seen_on(today.replace(day=1)).setback is not None
        if book.account.overdue:
            return Measure.TO_COLLECTION, "现场核实：已逾期"
        if hurt:
            grave = warning.colour.weight >= Colour.ORANGE.weight
            return (Measure.CUT_LIMIT if grave else Measure.ON_SITE_CHECK), "现场核实：经营恶化"
        if warning.signal.endswith(NOT_OBSERVABLE):
            return Measure.ON_SITE_CHECK, "补采数据"
        return Measure.FALSE_ALARM, "现场核实：经营正常"

    def _sweep(self) -> None:
        for swept in self.bank.sweep():
            self.journal.write("swept", swept.escalated, swept.breached)
