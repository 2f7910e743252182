"""Classify loans (五级分类与计提): tiers, provisions, and the figures of the partition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce

from puhui.clock import Clock
from servicing.book_ports import LoanBooks, OpenBooks
from servicing.domain.account.book import Entered, LoanBook, LoanChange
from servicing.domain.account.events import Provision
from servicing.domain.end_of_day.business_day import provision_id, unpaid_of
from servicing.domain.end_of_day.leg import Leg
from servicing.domain.end_of_day.tally import (
    NOTHING_COUNTED,
    DayTally,
    non_performing_by_days,
    tally_of,
)
from servicing.domain.errors import EventExists
from servicing.end_of_day_ports import Assessment, Assessments, HasTime
from servicing.usecases.partition_walk import ChangeBook, PartitionWalk, Visited


@dataclass(frozen=True)
class ClassifyLoans:
    """Classify the debtors of a partition's loans, book what they cost, and count.

    The figures say of how many loans the model did not answer, so that days overdue decided.
    """

    open_books: OpenBooks
    books: LoanBooks
    assessments: Assessments
    clock: Clock

    def __call__(self, leg: Leg, has_time: HasTime) -> Leg:
        def visit(books: Sequence[LoanBook]) -> Visited:
            current = [self._current(book, leg.day) for book in books]
            assessed = self._assessed(current, leg)
            provided = [self._provided(book, assessed, leg.day) for book in current]
            parts = [_part(book, assessed, leg.day) for book, _ in provided]
            return Visited(
                changed=sum(changed for _, changed in provided),
                tally=reduce(DayTally.plus, parts, NOTHING_COUNTED),
            )

        return PartitionWalk(self.open_books)(leg, visit, has_time)

    def _current(self, book: LoanBook, day: date) -> LoanBook:
        """The index may be a moment behind the closing of the loan; the book itself is not."""
        if book.account.day >= day:
            return book
        return self.books.get(book.loan.bank_id, book.loan.loan_id)

    def _assessed(self, books: Sequence[LoanBook], leg: Leg) -> Mapping[str, Assessment]:
        positions = [book.position for book in books if book.position.on_balance_sheet]
        if not positions:
            return {}
        return self.assessments.assess(leg.bank_id, leg.day, positions)

    def _provided(
        self, book: LoanBook, assessed: Mapping[str, Assessment], day: date
    ) -> tuple[LoanBook, bool]:
        found = assessed.get(book.loan.loan_id)
        if found is None or _is_told(book, found):
            return book, False
        whole = self.books.get(book.loan.bank_id, book.loan.loan_id)
        at = self.clock.now()
        try:
            return ChangeBook(self.books)(whole, lambda one: provision(one, found, day, at))
        except EventExists:
            # Another attempt at this day was faster; its provision stands.
            return self.books.get(book.loan.bank_id, book.loan.loan_id), False


def provision(book: LoanBook, found: Assessment, day: date, at: datetime) -> LoanChange | None:
    """计提: once a day, where the amount differs; nothing for a loan that has ended."""
    event_id, position = provision_id(book.loan.loan_id, day), book.position
    if any(event.event_id == event_id for event in book.events):
        return None
    if _is_told(book, found) or not position.on_balance_sheet:
        return None
    return book.enter(
        Entered(
            event_id=event_id,
            loan_id=book.loan.loan_id,
            value_date=day,
            entered_on=day,
            at=at,
            what=Provision(amount=found.expected_loss, tier=found.tier, stage=found.stage),
        )
    )


def _is_told(book: LoanBook, found: Assessment) -> bool:
    """Whether the account says of the loan what its assessment says."""
    position = book.position
    return (position.provision, position.tier, position.stage) == (
        found.expected_loss,
        found.tier,
        found.stage,
    )


def _part(book: LoanBook, assessed: Mapping[str, Assessment], day: date) -> DayTally:
    position, found = book.position, assessed.get(book.loan.loan_id)
    bad = non_performing_by_days(position) if found is None else found.non_performing
    return tally_of(
        position,
        day,
        due_today=unpaid_of(book.account, day) > 0,
        bad=bad,
        by_model=found is not None and found.by_model,
    )
