"""Seeded lives of disbursements whose ledger is restored to an earlier moment (FLT32).

The factory's state, the core bank and the queues keep what is newer. Workflows repeat the step in
which they are, queues deliver what they kept, and the day's file comes. Nothing is paid twice, the
books stay in order, and everything that the ledger lost is told of: by a message that knows more
than the ledger, or by the reconciliation.

    python -m tests.support.restore_sim SEED
"""

from __future__ import annotations

import copy
import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from infra.simulation.in_memory_books import Books, InMemoryLedger
from puhui.errors import Conflict, NotFound
from puhui.money import Money
from servicing.domain.disbursement import transfer_id_of
from servicing.domain.errors import LedgerBehind
from servicing.domain.invariants import check_invariants
from servicing.domain.rail.reconciliation import Movement
from servicing.domain.rail.statement_file import Direction
from servicing.domain.vouchers import Step
from servicing.usecases.activate_loan import ActivateLoan
from servicing.usecases.post_disbursement import PostDisbursement
from servicing.usecases.release_closed_application import ReleaseClosedApplication, Released
from servicing.usecases.reserve_disbursement import ReserveDisbursement
from tests.support.rail import RailBank, a_file, a_line
from tests.support.seeds import broken
from tests.support.servicing import (
    NORTH,
    TODAY,
    MemoryWorld,
    a_closing,
    a_reservation,
    a_resolution,
    an_activation,
)

STEPS = ("reserve", "pay", "post", "activate", "close")
FEN = 30_000_000


@dataclass
class Application:
    """A workflow of the factory, which is not restored."""

    name: str
    done: list[str] = field(default_factory=list)
    stuck: bool = False

    @property
    def number(self) -> str:
        """The one number of its payment."""
        return f"dsb-{self.name}-1"

    @property
    def ids(self) -> dict[str, str]:
        """What every call carries."""
        return {
            "application_id": self.name,
            "correlation_id": self.name,
            "disbursement_id": self.number,
        }


class RestoreSimulation:
    """One life."""

    def __init__(self, seed: int, ledger_class: type[InMemoryLedger] = InMemoryLedger) -> None:
        self.seed = seed
        self.random = random.Random(seed)
        self.world = MemoryWorld(ledger_class=ledger_class)
        ledger, clock = self.world.ledger, self.world.clock
        self.reserve = ReserveDisbursement(ledger, clock)
        self.post = PostDisbursement(ledger, clock)
        self.activate = ActivateLoan(ledger, self.world.loans)
        self.release = ReleaseClosedApplication(ledger, clock)
        self.applications = [Application(f"app-{n}") for n in range(self.random.randint(1, 4))]
        self.paid: Counter[str] = Counter()
        self.told: set[str] = set()
        self.kept: list[Callable[[], None]] = []

    def run(self) -> int:
        """Live, then check; answer how many applications the ledger lost something of."""
        turns = [one for one in self.applications for _ in STEPS]
        self.random.shuffle(turns)
        moment = self.random.randint(0, len(turns) - 1)
        back = self.random.randint(moment, len(turns) - 1)
        snapshot: dict[str, Any] = {}
        for turn, application in enumerate(turns):
            if turn == moment:
                snapshot = _kept(self.world.books)
            self._advance(application)
            if turn == back:
                _restore(self.world.books, snapshot)
        self.random.shuffle(self.kept)
        for message in self.kept:
            message()
        return self._check()

    def number_of(self, application: Application) -> str:
        """The number under which it is paid, however often it is asked."""
        return application.number

    def _advance(self, application: Application) -> None:
        """The next step, as the workflow takes it; what is refused leaves it to a person."""
        step = next((one for one in STEPS if one not in application.done), None)
        if step is None or application.stuck:
            return
        try:
            getattr(self, f"_{step}")(application)
        except LedgerBehind:
            self.told.add(application.name)
            application.stuck = True
        except (Conflict, NotFound):
            application.stuck = True
        else:
            application.done.append(step)
        if self.random.random() < 0.4:
            self.kept.append(lambda: self._again(application, step))

    def _again(self, application: Application, step: str) -> None:
        """A delivery that a queue or a retry kept comes once more, after the restore."""
        try:
            getattr(self, f"_{step}")(application)
        except LedgerBehind:
            self.told.add(application.name)
        except (Conflict, NotFound):
            return

    def _reserve(self, application: Application) -> None:
        self.reserve(a_reservation(**application.ids))

    def _pay(self, application: Application) -> None:
        """The factory knows its intent; the core bank pays once for a number."""
        self.paid[self.number_of(application)] = 1

    def _post(self, application: Application) -> None:
        self.post(a_resolution(**application.ids, bank_reference="ref"))

    def _activate(self, application: Application) -> None:
        self.activate(an_activation(**application.ids))

    def _close(self, application: Application) -> None:
        """The bus tells that the money went out; whoever hears it and has none says so."""
        closed = a_closing(application_id=application.name, outcome="disbursed")
        knows = self._posted(application)
        heard = self.release(NORTH, f"evt-{application.name}", closed)
        if heard in {Released.LEDGER_BEHIND, Released.NEEDS_INVESTIGATION}:
            self.told.add(application.name)
        elif not knows:
            self._broken(f"{application.name} was disbursed, the ledger has nothing, {heard}")

    def _posted(self, application: Application) -> bool:
        key = (transfer_id_of(application.number), Step.POST)
        return key in self.world.books.vouchers

    # --- the promises -------------------------------------------------------------------------

    def _check(self) -> int:
        found = check_invariants(self.world.snapshot())
        if found:
            self._broken("; ".join(map(str, found)))
        for application in self.applications:
            if sum(n for number, n in self.paid.items() if application.name in number) > 1:
                self._broken(f"{application.name} was paid twice")
        lost = {
            one.number
            for one in self.applications
            if self.paid[one.number] and not self._posted(one)
        }
        differing = self._reconciled()
        if differing != lost:
            self._broken(f"lost were {sorted(lost)}, the reconciliation lists {sorted(differing)}")
        return len(lost)

    def _reconciled(self) -> set[str]:
        """The numbers in the difference list of the day."""
        bank = RailBank(today=TODAY)
        numbers = sorted(number for number, count in self.paid.items() if count)
        lines = [
            a_line(n, number, FEN, direction=Direction.OUT, reference=number)
            for n, number in enumerate(numbers, start=1)
        ]
        bank.deliver(a_file(lines, on=TODAY))
        for days, has in (
            (bank.money.ledger_days, self._posted),
            (bank.money.loan_days, self._on_books),
        ):
            days[NORTH, TODAY] = [
                Movement(direction=Direction.OUT, serial_no=one.number, amount=Money(FEN))
                for one in self.applications
                if has(one)
            ]
        result = bank.reconcile(NORTH, TODAY)
        return {one.serial_no for one in result.differences if not self._only_unbooked(one)}

    def _on_books(self, application: Application) -> bool:
        return bool(self.world.loans.of_application(NORTH, application.name))

    def _only_unbooked(self, difference: Any) -> bool:
        """Posted and not yet a loan: a workflow that is on its way, not lost money."""
        return any(
            one.number == difference.serial_no and self._posted(one) for one in self.applications
        )

    def _broken(self, what: str) -> None:
        raise broken("restore_sim", self.seed, what)


def _kept(books: Books) -> dict[str, Any]:
    """Everything in the table at this moment."""
    names = [one.name for one in fields(books) if one.name != "lock"]
    return {name: copy.copy(getattr(books, name)) for name in names}


def _restore(books: Books, snapshot: dict[str, Any]) -> None:
    """The table is what it was."""
    for name, value in snapshot.items():
        setattr(books, name, copy.copy(value))


if __name__ == "__main__":
    lost = RestoreSimulation(int(sys.argv[1])).run()
    sys.stdout.write(f"the ledger lost {lost} payments, each was told of, none was made twice\n")
