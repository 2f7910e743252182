"""A seeded simulator of what happens to loans under faults: `BookSimulation(seed, world).run()`.

Repayments, refunds, reversals and closed days of three loans of two banks are repeated, lost before
and after they take effect, interrupted by other calls at every port, and die half-way; some come
with an id that stands for something else. A failing seed prints itself; the same line replays it:

    python -m tests.support.book_sim SEED
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from puhui.errors import StaleVersion
from puhui.money import Money
from puhui.tenancy import BankId
from servicing.adapters.rows import partition_of
from servicing.domain.account.book import LoanBook
from servicing.domain.account.events import Happening, Refund, Repayment, Reversal
from servicing.usecases.record_event import AskedEvent, RecordEvent
from tests.support.ledger_sim_checks import BooksWatch
from tests.support.ledger_sim_faults import Faults, FaultyPort
from tests.support.servicing import NORTH, SOUTH, TODAY, MemoryWorld, World, a_disbursed_loan

MAX_REDELIVERIES = 32
TURNS = 22
LOOKED_AT_AFTER = 11
"""Turns; a promise that is broken stays broken, so the look at the end finds it too. Two looks are
needed: what must never change is compared between them."""
EVENT_IDS = 9
"""So few that ids meet: on one loan, on another one, at another bank."""


@dataclass
class MovingDay:
    """The accounting day, which end of day moves."""

    day: date

    def today(self, bank_id: BankId | None = None) -> date:
        """Answer the day; it is the same for every bank."""
        return self.day


class BookSimulation(Faults):
    """One seed's history."""

    simulation = "book_sim"
    record_class: type[RecordEvent] = RecordEvent

    def __init__(self, seed: int, world: World, *, turns: int = TURNS) -> None:
        super().__init__(seed)
        self.turns = turns
        self.world = world
        self.calendar = MovingDay(TODAY + timedelta(days=20))
        self.loans = self._loans()
        self.books: Any = FaultyPort(world.loan_books, self)
        self.record = self.record_class(self.books, world.clock, self.calendar)
        self.answers: dict[str, Any] = {}
        self.watch = BooksWatch(world)

    def run(self) -> int:
        """Live the history and check it; answer how many calls were delivered."""
        for turn in range(self.turns):
            if self.random.random() < 0.3:
                self.calendar.day += timedelta(days=self.random.randint(1, 25))
            self.somebody_else()
            if turn == LOOKED_AT_AFTER:
                self.check()
        self.faults_left = 0
        late = list(self.past)
        self.random.shuffle(late)
        for call in late[:MAX_REDELIVERIES]:
            self.delivered(call)
        self._close_all()
        self.check()
        self._check_money()
        return self.deliveries

    def somebody_else(self) -> None:
        """One call about a loan, right or wrong."""
        call = self.random.choice([*([self._pay] * 4), self._undo, self._refund, self._close])()
        self.delivered(call, remember=True)

    def rivals(self) -> list[Callable[[], None]]:
        """Any other write."""
        return [self._pay(), self._undo(), self._close()]

    def _loans(self) -> list[tuple[BankId, str]]:
        """Two loans of one bank and one of another, paid out without faults."""
        found = []
        for n, bank in enumerate([NORTH, NORTH, SOUTH]):
            ids = {"application_id": f"app-{n}", "disbursement_id": f"dsb-{n}"}
            loan = a_disbursed_loan(
                self.world, bank_id=bank, customer_id=f"cus-{n}", term_months=3, **ids
            )
            found.append((bank, loan.loan_id))
        return found

    # --- calls: each is fixed when it is made, so that a repetition asks for the same ----------

    def _pay(self) -> Callable[[], None]:
        amount = Money(self.random.choice([1, 7_000_000, 10_080_000, 12_000_000]))
        back = self.random.choice([0, 0, 0, 5])
        return self._entering(Repayment(amount=amount), back)

    def _refund(self) -> Callable[[], None]:
        return self._entering(Refund(amount=Money(self.random.choice([1, 50_000]))), 0)

    def _undo(self) -> Callable[[], None]:
        return self._entering(Reversal(reverses=self._event_id(), reason="x"), 0)

    def _entering(self, what: Happening, back: int) -> Callable[[], None]:
        bank, loan_id = self.random.choice(self.loans)
        if self.random.random() < 0.1:
            bank = self.random.choice([NORTH, SOUTH])
        asked = AskedEvent(
            bank_id=bank,
            loan_id=loan_id,
            event_id=self._event_id(),
            what=what,
            value_date=self.calendar.day - timedelta(days=back),
        )
        return lambda: self._enter(asked)

    def _event_id(self) -> str:
        return f"evt-{self.random.randint(1, EVENT_IDS)}"

    def _enter(self, asked: AskedEvent) -> None:
        """Whoever is answered gets what they asked for, and nobody two different things."""
        event = self.record(asked).event
        told = (asked.bank_id, asked.loan_id, event.value_date, event.what, event.sequence)
        if (event.what, event.value_date) != (asked.what, asked.value_date):
            self.broken(f"asked for {asked}, answered {event}")
        if (asked.bank_id, asked.loan_id) not in self.loans:
            self.broken(f"a bank changed another bank's loan: {asked}")
        if self.answers.setdefault(asked.event_id, told) != told:
            self.broken(f"{asked.event_id} was answered {self.answers[asked.event_id]} and {told}")

    def _close(self) -> Callable[[], None]:
        bank, loan_id = self.random.choice(self.loans)
        day = self.calendar.day
        return lambda: self._close_day(bank, loan_id, day)

    def _close_day(self, bank: BankId, loan_id: str, day: date) -> None:
        """End of day: from the index, and once more from the book itself where it has moved on."""
        page = self.books.open_in(bank, partition_of(loan_id), after="", limit=10)
        books = [book for book in page.books if book.loan.loan_id == loan_id]
        try:
            self._closed(books, day)
        except StaleVersion:
            self._closed([self.books.get(bank, loan_id)], day)

    def _closed(self, books: list[LoanBook], day: date) -> None:
        for book in books:
            change = book.close_day(day, self.world.clock.now())
            if change is not None:
                self.books.record(change)

    def _close_all(self) -> None:
        for bank, loan_id in self.loans:
            self._close_day(bank, loan_id, self.calendar.day)

    # --- checks -------------------------------------------------------------------------------

    def check(self) -> None:
        """All promises, at this moment."""
        complaints = self.watch.complaints()
        if complaints:
            self.broken("; ".join(complaints))

    def _check_money(self) -> None:
        """Every answered event is in its log as answered; what was received is what it says."""
        for event_id, (bank, loan_id, day, what, sequence) in self.answers.items():
            log = self.world.loan_books.get(bank, loan_id).events
            event = log[sequence - 1] if sequence <= len(log) else None
            if event is None or (event.event_id, event.value_date, event.what) != (
                event_id,
                day,
                what,
            ):
                self.broken(f"{event_id} was answered, but the log has {event}")
        for bank, loan_id in self.loans:
            book = self.world.loan_books.get(bank, loan_id)
            undone = {e.what.reverses for e in book.events if isinstance(e.what, Reversal)}
            paid = sum(
                event.what.amount.minor
                for event in book.events
                if isinstance(event.what, Repayment) and event.event_id not in undone
            )
            if paid != book.account.flows.received:
                self.broken(f"{loan_id} received {book.account.flows.received}, log says {paid}")


if __name__ == "__main__":
    calls = BookSimulation(int(sys.argv[1]), MemoryWorld()).run()
    sys.stdout.write(f"{calls} calls, every promise kept\n")
