"""What borrowers bring is booked: on time, late, in part, everything at once, after a write-off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any, cast

from infra.simulation.asking import Asking, first_askings
from infra.simulation.bank import SimulatedBank
from infra.simulation.borrowers import Borrower, Borrowers
from infra.simulation.deciding import Decided
from infra.simulation.journal import Journal
from infra.simulation.lending import Lend
from infra.simulation.options import BANK, Options
from infra.simulation.paying import BY, CHECKER, Cashier
from infra.simulation.time import at
from sandbox.domain.economy.lives import NOTHING, Life, Payment
from sandbox.domain.economy.member import Member
from servicing.domain.account.account import Account
from servicing.domain.account.events import EventKind, WriteOff
from servicing.domain.account.position import LoanStatus

PAID_OUT = date(2024, 2, 5)
FIRST, SECOND, THIRD, FOURTH = (date(2024, month, 5) for month in (3, 4, 5, 6))
IN_FULL = Payment(percent=100)
WITH_ALL_ARREARS = Payment(percent=100, catches_up=True)


@dataclass(frozen=True)
class ScriptedLife:
    """A life that is told what it does."""

    member: Member
    payments: Mapping[date, Payment] = field(default_factory=dict)
    redeemed_in: date | None = None
    brings_back: int = 0
    draw: str = "scripted"
    cheats: bool = False

    def pays(self, due_on: date, behind: int) -> Payment:
        """As scripted, else nothing."""
        return self.payments.get(due_on, NOTHING)

    def redeems(self, first: date) -> bool:
        """In one month."""
        return first == self.redeemed_in

    def brings_back_percent(self, first: date) -> int:
        """The same every month."""
        return self.brings_back

    def asks_again(self, first: date, percent: int) -> bool:
        """Always."""
        return True


class World:
    """One loan of 120,000 yuan, paid out on 5 February, and a cashier."""

    def __init__(self, payments: Mapping[date, Payment] | None = None, **script: Any) -> None:
        self.bank, self.again = SimulatedBank(PAID_OUT), list[Asking]()
        self.cashier = Cashier(self.bank, Journal(), 100, self.again.append)
        self.bank.time.move_to(at(PAID_OUT, time(18)))
        asking = next(iter(first_askings(Options(applicants=3, months=2)).values()))[0]
        decided = Decided(verdict="approve", by="test", why=(), amount_fen=12_000_000, rate_bps=600)
        loan = Lend(self.bank)(asking, decided)
        life = ScriptedLife(member=asking.life.member, payments=payments or {}, **script)
        told = replace(asking, life=cast(Life, life))
        self.borrower = Borrower(asking=told, decided=decided, loan=loan)
        Borrowers().add(self.borrower)
        self.cashier.expect(self.borrower)

    def until(self, last: date) -> Account:
        """Days pass; answers the account on the last."""
        day = self.bank.time.today()
        while day < last:
            day = date.fromordinal(day.toordinal() + 1)
            self.bank.time.move_to(at(day, time(18)))
            self.cashier.serve(day)
        return self.cashier.account(self.borrower, last)

    @property
    def kinds(self) -> list[EventKind]:
        """The events of the loan in the order in which they were entered."""
        return [one.kind for one in self.bank.loan_books.get(BANK, self.borrower.loan_id).events]


def test_an_instalment_on_its_day_leaves_nothing_due() -> None:
    world = World({FIRST: IN_FULL})

    account = world.until(FIRST)

    assert (account.due_now, account.held, world.kinds) == (0, 0, [EventKind.REPAYMENT])


def test_days_late_are_days_overdue_until_then() -> None:
    world = World({FIRST: Payment(percent=100, days_late=7)})

    assert world.until(date(2024, 3, 11)).days_overdue == 6
    assert world.until(date(2024, 3, 12)).days_overdue == 0
    assert world.borrower.worst_days == 7


def test_a_part_leaves_the_rest_due() -> None:
    world = World({FIRST: Payment(percent=50)})

    account = world.until(FIRST)

    asked = account.dues[0].principal + account.dues[0].interest
    assert account.due_now == asked - asked // 2


def test_who_is_behind_and_pays_one_instalment_stays_behind() -> None:
    world = World({SECOND: IN_FULL})

    account = world.until(date(2024, 4, 6))

    assert len(account.overdue) == 1


def test_who_comes_back_after_sixty_days_with_everything_is_let_off_the_lateness() -> None:
    world = World({THIRD: WITH_ALL_ARREARS})

    account = world.until(THIRD)

    waived = [EventKind.WAIVER, EventKind.WAIVER, EventKind.REPAYMENT]
    assert (account.due_now, account.flows.late_settled, world.kinds) == (0, 0, waived)
    assert {one.checker for one in world.bank.books.requests.values()} == {CHECKER}
    assert {one.maker for one in world.bank.books.requests.values()} == {BY}


def test_more_than_ninety_days_is_a_default_from_its_first_day() -> None:
    world = World()

    world.until(date(2024, 6, 10))

    assert world.borrower.missed_on == FIRST
    assert world.borrower.defaulted_on == date(2024, 6, 4)


def test_who_repays_everything_early_is_settled_and_asks_again() -> None:
    world = World({FIRST: IN_FULL}, redeemed_in=date(2024, 4, 1))

    account = world.until(SECOND)

    assert account.status is LoanStatus.SETTLED
    (again,) = world.again
    assert (again.times, again.asked_on.month) == (2, 5)


def test_what_comes_after_a_write_off_is_a_recovery_and_never_more_than_the_claim() -> None:
    world = World(brings_back=60)
    world.until(date(2024, 6, 10))
    world.cashier.enter(world.borrower, "write-off", WriteOff(reason="test"))

    account = world.until(date(2024, 12, 31))

    claim = account.flows.written_off + account.flows.interest_written_off
    assert account.status is LoanStatus.WRITTEN_OFF
    assert account.flows.recovered == claim
    assert world.kinds.count(EventKind.RECOVERY) == 2
