"""Request debits (到期自动扣款): ask the rail for what falls due on the day and is unpaid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from puhui.money import Money
from servicing.book_ports import OpenBooks
from servicing.domain.account.book import LoanBook
from servicing.domain.end_of_day.business_day import debit_id, unpaid_of
from servicing.domain.end_of_day.leg import Leg
from servicing.end_of_day_ports import DebitOrder, DebitOrders, HasTime
from servicing.usecases.partition_walk import PartitionWalk, Visited


@dataclass(frozen=True)
class RequestDebits:
    """One order for each loan with something unpaid of the day, under an id of loan and day."""

    open_books: OpenBooks
    orders: DebitOrders

    def __call__(self, leg: Leg, has_time: HasTime) -> Leg:
        def visit(books: Sequence[LoanBook]) -> Visited:
            asked = [self._ask(book, leg) for book in books]
            return Visited(changed=sum(asked))

        return PartitionWalk(self.open_books)(leg, visit, has_time)

    def _ask(self, book: LoanBook, leg: Leg) -> bool:
        fen = unpaid_of(book.account, leg.day)
        if fen == 0:
            return False
        self.orders.request(
            DebitOrder(
                debit_id=debit_id(book.loan.loan_id, leg.day),
                bank_id=leg.bank_id,
                loan_id=book.loan.loan_id,
                customer_id=book.loan.customer_id,
                due_on=leg.day,
                amount=Money(fen),
            )
        )
        return True
