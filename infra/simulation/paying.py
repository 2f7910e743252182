"""Borrowers' turns: on each due day and some days later they pay, pay a part, or do not pay.

After the last instalment a debtor in arrears has a turn every month; after a write-off he brings
something now and then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from infra.simulation.asking import Asking, asking_again
from infra.simulation.bank import SimulatedBank
from infra.simulation.borrowers import Borrower
from infra.simulation.journal import Journal
from infra.simulation.options import BANK, DEFAULT_DAYS
from puhui.money import Money
from sandbox.domain.economy.lives import Payment
from servicing.domain.account.account import Account
from servicing.domain.account.change_request import NEEDS_APPROVAL
from servicing.domain.account.event_values import values_of
from servicing.domain.account.events import (
    Component,
    Happening,
    Payoff,
    Recovery,
    Repayment,
    Waiver,
)
from servicing.domain.account.fold import brought_to
from servicing.domain.account.payoff import payoff_of
from servicing.domain.account.position import LoanStatus
from servicing.domain.plan.calendar import months_after
from servicing.usecases.decide_change import Decision
from servicing.usecases.record_event import AskedEvent
from servicing.usecases.request_change import AskedChange

GOOD_DAYS: Final = 30
"""Who was never later than this may have another loan."""
WAIVED_FROM_DAYS: Final = 60
"""Who pays everything after so many days is let off 罚息 and 复利 ✎."""
FULL: Final = 100
BY: Final = "simulation"
CHECKER: Final = "approver"


@dataclass
class Cashier:
    """Enters what borrowers bring into the books, through the use case that all money takes."""

    bank: SimulatedBank
    journal: Journal
    again_percent: int
    ask_again: Callable[[Asking], None]
    turns: dict[date, list[tuple[Borrower, int]]] = field(default_factory=lambda: defaultdict(list))
    """By day: whose instalment, of which number."""
    payments: dict[date, list[tuple[Borrower, date, Payment]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def expect(self, borrower: Borrower, number: int = 1) -> None:
        """The next turn of a borrower."""
        day = months_after(borrower.loan.terms.disbursement_date, number)
        self.turns[day].append((borrower, number))

    def serve(self, day: date) -> None:
        """Everything that borrowers do on a day."""
        for borrower, number in self.turns.pop(day, ()):
            self._turn(borrower, number, day)
        for borrower, due_on, payment in self.payments.pop(day, ()):
            self._pay(borrower, due_on, payment, day)

    def enter(self, borrower: Borrower, name: str, what: Happening) -> None:
        """Enter an event of today; what gives up money takes two people."""
        event_id, loan_id = f"{borrower.loan_id}-{name}", borrower.loan_id
        if what.kind in NEEDS_APPROVAL:
            self.bank.request_change(
                AskedChange(bank_id=BANK, loan_id=loan_id, request_id=event_id, what=what, maker=BY)
            )
            self.bank.approve_change(
                Decision(bank_id=BANK, loan_id=loan_id, request_id=event_id, checker=CHECKER)
            )
        else:
            self.bank.record(
                AskedEvent(bank_id=BANK, loan_id=loan_id, event_id=event_id, what=what, by=BY)
            )
        self.journal.write("event", event_id, self.bank.time.today().isoformat(), values_of(what))

    def account(self, borrower: Borrower, day: date) -> Account:
        """The loan's account on a day."""
        account = brought_to(self.bank.loan_books.get(BANK, borrower.loan_id).account, day)
        borrower.observe(account)
        return account

    def _turn(self, borrower: Borrower, number: int, day: date) -> None:
        account, life = self.account(borrower, day), borrower.asking.life
        if account.status is LoanStatus.SETTLED:
            return
        self.expect(borrower, number + 1)
        if account.status is LoanStatus.WRITTEN_OFF:
            self._bring_back(borrower, account, day)
            return
        behind = len(account.overdue)
        if behind == 0 and life.redeems(day.replace(day=1)):
            self._redeem(borrower, account, day)
            return
        payment = life.pays(day, behind)
        if payment.percent:
            paid_on = day + timedelta(days=payment.days_late)
            self.payments[paid_on].append((borrower, day, payment))

    def _pay(self, borrower: Borrower, due_on: date, payment: Payment, day: date) -> None:
        account = self.account(borrower, day)
        if account.closed_on is not None:
            return
        older = any(due.due_date < due_on for due in account.overdue)
        if payment.percent == FULL and (payment.catches_up or not older):
            self._waive_lateness(borrower, account, day)
            amount = self.account(borrower, day).due_now
        else:
            amount = _oldest(account) * payment.percent // FULL
        if amount > 0:
            self.enter(borrower, f"pay-{day.isoformat()}", Repayment(amount=Money(amount)))
        self._after(borrower, day)

    def _redeem(self, borrower: Borrower, account: Account, day: date) -> None:
        amount = Money(payoff_of(account).total)
        self.enter(borrower, f"payoff-{day.isoformat()}", Payoff(amount=amount))
        self._after(borrower, day)

    def _waive_lateness(self, borrower: Borrower, account: Account, day: date) -> None:
        """减免: an offer to those who come back late with everything, but before default."""
        if not WAIVED_FROM_DAYS <= account.days_overdue <= DEFAULT_DAYS:
            return
        for component in (Component.PENALTY, Component.COMPOUND):
            late = account.late(component)
            if late:
                waiver = Waiver(component=component, amount=Money(late), reason="结清欠款减免")
                self.enter(borrower, f"waive-{component.value}-{day.isoformat()}", waiver)

    def _bring_back(self, borrower: Borrower, account: Account, day: date) -> None:
        flows = account.flows
        claim = flows.written_off + flows.interest_written_off
        percent = borrower.asking.life.brings_back_percent(day.replace(day=1))
        amount = min(claim * percent // FULL, claim - flows.recovered)
        if amount > 0:
            self.enter(borrower, f"recover-{day.isoformat()}", Recovery(amount=Money(amount)))

    def _after(self, borrower: Borrower, day: date) -> None:
        """Who has repaid in good order may ask again."""
        if self.account(borrower, day).status is not LoanStatus.SETTLED:
            return
        if borrower.worst_days <= GOOD_DAYS:
            again = asking_again(borrower.asking, day, self.again_percent)
            if again is not None:
                self.ask_again(again)


def _oldest(account: Account) -> int:
    """What settles the oldest instalment, its lateness too: who pays pays that first."""
    return next(
        (due.unpaid_in_all(account.day, account.rules) for _, due in account.unsettled()), 0
    )
