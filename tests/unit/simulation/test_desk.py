"""The desk that answers warnings: working hours, the gravest first, a clock that runs on."""

from __future__ import annotations

from datetime import date, datetime, time

from infra.simulation.asking import first_askings
from infra.simulation.bank import SimulatedBank
from infra.simulation.borrowers import Borrower, Borrowers
from infra.simulation.deciding import Decided
from infra.simulation.desk import Desk
from infra.simulation.journal import Journal
from infra.simulation.lending import Lend
from infra.simulation.options import BANK, BRANCH, Options
from infra.simulation.time import at
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.findings import Evidence, Finding
from servicing.domain.warning.warning import Debtor, LoanWarning, Seen

MONDAY, TUESDAY, SATURDAY = date(2024, 2, 5), date(2024, 2, 6), date(2024, 2, 10)
MORNING, EVENING = time(8, 30), time(18)


class World:
    """A bank with one loan, whose debtor is warned about again and again."""

    def __init__(self, day: date, officers: int) -> None:
        self.bank, self.borrowers = SimulatedBank(day), Borrowers()
        self.desk = Desk(self.bank, self.borrowers, Journal(), officers)
        self.bank.time.move_to(at(day, MORNING))
        asking = next(iter(first_askings(Options(applicants=3, months=2)).values()))[0]
        decided = Decided(verdict="approve", by="test", why=(), amount_fen=10_000_000, rate_bps=500)
        loan = Lend(self.bank)(asking, decided)
        self.borrower = Borrower(asking=asking, decided=decided, loan=loan)
        self.borrowers.add(self.borrower)

    def warned(self, count: int, colour: Colour = Colour.YELLOW) -> None:
        """So many warnings arrive now."""
        now = self.bank.time.now()
        for number in range(count):
            warning = self._warning(f"{colour.value.upper()}_{number}", colour, now)
            self.bank.warnings.write(warning, ())
            self.desk.take([warning])

    def works(self, day: date) -> None:
        """A day passes."""
        self.desk.run_to(at(day, MORNING))
        self.desk.plan(day)
        self.desk.run_to(at(day, EVENING))

    def stored(self) -> list[LoanWarning]:
        """All warnings as they stand."""
        return list(self.bank.warnings.stored.values())

    def _warning(self, code: str, colour: Colour, now: datetime) -> LoanWarning:
        why = (Evidence(reads="test"),)
        finding = Finding(code=code, name="测试", domain="INV", colour=colour, evidence=why)
        debtor = Debtor(
            bank_id=BANK, customer_id=self.borrower.asking.customer_id, branch_id=BRANCH
        )
        seen = Seen(loan_id=self.borrower.loan_id, at=now, run="r", colour=colour, evidence=why)
        return LoanWarning.raised(debtor, finding, seen, 1, self.bank.library.rules)


def test_a_few_warnings_are_answered_in_time() -> None:
    world = World(MONDAY, officers=2)
    world.warned(6)

    world.works(MONDAY)

    assert all(one.is_closed and not one.clock.is_late for one in world.stored())


def test_the_gravest_is_answered_first_and_closed_by_two() -> None:
    world = World(MONDAY, officers=1)
    world.warned(5)
    world.warned(1, Colour.RED)

    world.works(MONDAY)

    red = next(one for one in world.stored() if one.colour is Colour.RED)
    others = [one.acknowledged_at for one in world.stored() if one is not red]
    assert red.acknowledged_at is not None
    assert all(one is not None and one > red.acknowledged_at for one in others)
    assert red.disposal is not None
    assert red.disposal.checked_by not in (None, red.disposal.made_by)


def test_too_many_for_one_officer_breach_the_four_hours() -> None:
    world = World(MONDAY, officers=1)
    world.warned(60)

    world.works(MONDAY)
    world.works(TUESDAY)

    late = sum(one.clock.is_late for one in world.stored())
    assert 0 < late < 60
    assert world.bank.signals.breached == late


def test_nobody_works_on_a_saturday_while_the_clock_runs() -> None:
    world = World(SATURDAY, officers=6)
    world.warned(1)

    world.works(SATURDAY)

    (warning,) = world.stored()
    assert warning.acknowledged_at is None
    assert warning.clock.is_late


def test_a_warning_that_becomes_graver_is_not_answered_twice() -> None:
    world = World(MONDAY, officers=1)
    world.warned(1)

    world.desk.take(world.stored())

    assert len(world.desk.waiting) == 1
