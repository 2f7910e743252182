"""A loan's book (贷款分户账): its log, its account, and every change as one thing to be written.

A change is computed whole from the book at one version: the new account, the voucher that turns the
old books into the new ones, and the event that tells of it. The store writes it in one transaction
if the version still stands.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime

from puhui.contracts.servicing import LoanDayClosed, LoanEventRecorded
from puhui.contracts.servicing_outcomes import LoanOutcomeKnown
from puhui.events import Event
from puhui.ids import derived_id
from puhui.money import Money
from puhui.strict_json import dumps
from servicing.domain.account.account import Account, position_of
from servicing.domain.account.books import balances_of, entries_between
from servicing.domain.account.chain import first_link, head_of, linked
from servicing.domain.account.event_values import values_of
from servicing.domain.account.events import (
    Happening,
    LoanEvent,
    Provision,
    RateReset,
    Reversal,
    in_order,
)
from servicing.domain.account.fold import after, brought_to, fold, opened
from servicing.domain.account.outcome import BAD_FROM_DAYS, WINDOW_MONTHS, outcome_of
from servicing.domain.account.position import LoanPosition
from servicing.domain.account.rules import ServicingRules
from servicing.domain.errors import EventRefused
from servicing.domain.loan import Loan
from servicing.domain.settlement import rules_of
from servicing.domain.vouchers import Step, Voucher


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """An event as somebody asks for it, before it has a place in the log."""

    event_id: str
    loan_id: str
    value_date: date
    entered_on: date
    """The business date."""
    at: datetime
    what: Happening
    by: str = ""
    """Who enters it; a repetition by another asks for the same event."""

    @property
    def payload_sha256(self) -> str:
        """What the event id stands for: the loan, the value date and what happens."""
        payload = [self.loan_id, self.value_date.isoformat(), values_of(self.what)]
        return hashlib.sha256(dumps(payload).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class LoanBook:
    """A loan, its log and its account, at one version."""

    loan: Loan
    rules: ServicingRules
    events: tuple[LoanEvent, ...]
    account: Account
    version: int
    log_is_read: bool = True
    """End of day reads accounts without their logs: a day can be closed, no event entered."""
    log_head: str = ""
    """The last hash of the log's chain, as it is kept; empty before there were chains."""

    @classmethod
    def of_new(cls, loan: Loan, rules: ServicingRules | None = None) -> LoanBook:
        """The book of a loan that was just paid out; its ledger holds the disbursement.

        The rules are those of the loan's own settlement parameters.
        """
        rules = rules or rules_of(loan.settlement)
        return cls(
            loan=loan,
            rules=rules,
            events=(),
            account=opened(loan, rules),
            version=0,
            log_head=first_link(loan.loan_id),
        )

    @property
    def position(self) -> LoanPosition:
        """Where the loan stands."""
        return position_of(self.loan, self.account)

    def as_of(self, day: date) -> Account:
        """The account as the bank knew it at the end of a day: of what was entered by then."""
        known = [event for event in self.events if event.entered_on <= day]
        return fold(self.loan, self.rules, known, day)

    def enter(self, entered: Entered) -> LoanChange:
        """The change that an event makes; a late one is folded in from the first day.

        Raises EventRefused where the event cannot be, or makes a later one impossible.
        """
        if not self.log_is_read:
            raise ValueError("an event is entered into a book whose log was read")
        self._check(entered)
        event = LoanEvent(
            event_id=entered.event_id,
            value_date=entered.value_date,
            entered_on=entered.entered_on,
            sequence=len(self.events) + 1,
            what=entered.what,
            entered_by=entered.by,
        )
        account = self._account_with(event, max(entered.entered_on, self.account.day))
        return self._change(account, entered.entered_on, entered.at, event, entered.payload_sha256)

    def close_day(self, day: date, at: datetime) -> LoanChange | None:
        """日终: interest, instalments and lateness up to a business day; None if nothing is new."""
        if day <= self.account.day or self.account.closed_on is not None:
            return None
        return self._change(brought_to(self.account, day), day, at, None, "")

    def _check(self, entered: Entered) -> None:
        if entered.value_date > entered.entered_on:
            raise EventRefused(
                "an event does not count from a day to come",
                field="value_date",
                rule="value_date.future",
            )
        if entered.value_date < self.loan.terms.disbursement_date:
            raise EventRefused(
                "an event does not count from before the disbursement",
                field="value_date",
                rule="value_date.disbursement",
            )
        if isinstance(entered.what, (Provision, RateReset)) and not self._goes_on:
            raise EventRefused("the loan has ended", field="loan_id", rule="loan.open")
        if isinstance(entered.what, Reversal):
            self._check_reversal(entered.what)

    @property
    def _goes_on(self) -> bool:
        return self.account.closed_on is None

    def _check_reversal(self, reversal: Reversal) -> None:
        if reversal.reverses not in {event.event_id for event in in_order(self.events)}:
            raise EventRefused(
                "no such event counts: it is unknown, a reversal, or was reversed before",
                field="reverses",
                rule="reversal.once",
            )

    def _account_with(self, event: LoanEvent, day: date) -> Account:
        """Forward where the event comes last; else the fold of all, which is always right."""
        comes_last = event.value_date >= self.account.day and all(
            event.place() > other.place() for other in self.events
        )
        if comes_last and not isinstance(event.what, Reversal):
            return brought_to(after(self.account, event), day)
        return fold(self.loan, self.rules, (*self.events, event), day)

    def _change(
        self, account: Account, on: date, at: datetime, event: LoanEvent | None, payload: str
    ) -> LoanChange:
        version = self.version + 1
        voucher = self._voucher(account, posting_id(self.loan.loan_id, version), on, at)
        if event is not None and voucher is not None:
            event = replace(event, posting_id=voucher.transfer_id)
        after = replace(self, account=account, version=version)
        if event is not None:
            head = self.log_head or head_of(self.loan.loan_id, self.events)
            after = replace(after, events=(*self.events, event), log_head=linked(head, event))
        return LoanChange(
            before=self,
            after=after,
            on=on,
            event=event,
            payload_sha256=payload,
            voucher=voucher,
        )

    def _voucher(
        self, account: Account, transfer_id: str, on: date, at: datetime
    ) -> Voucher | None:
        """What turns the books of today into those of an account; None if they are the same."""
        entries = entries_between(
            balances_of(self.account), balances_of(account), self.loan.application_id
        )
        if not entries:
            return None
        return Voucher(
            bank_id=self.loan.bank_id,
            transfer_id=transfer_id,
            step=Step.BOOK,
            booked_on=on,
            booked_at=at,
            entries=entries,
        )


def posting_id(loan_id: str, version: int) -> str:
    """The one posting that makes a loan's book this version."""
    return derived_id("pst", loan_id, str(version))


@dataclass(frozen=True, kw_only=True)
class LoanChange:
    """One step of a loan's book: to be written whole, if `before.version` still stands."""

    before: LoanBook
    after: LoanBook
    on: date
    """The business date of the change."""
    event: LoanEvent | None
    """None where only time has passed."""
    payload_sha256: str
    voucher: Voucher | None

    @property
    def corrects(self) -> str | None:
        """The event that this change takes back."""
        what = self.event.what if self.event else None
        return what.reverses if isinstance(what, Reversal) else None

    @property
    def outcome(self) -> LoanOutcomeKnown | None:
        """What became of the loan, where this change makes it known or makes it another."""
        loan, disbursed_on = self.after.loan, self.after.loan.terms.disbursement_date
        result = outcome_of(self.after.account, disbursed_on)
        if result is None or result is outcome_of(self.before.account, disbursed_on):
            return None
        return LoanOutcomeKnown(
            loan_id=loan.loan_id,
            application_id=loan.application_id,
            customer_id=loan.customer_id,
            product_code=loan.product_code,
            result=result.value,
            known_on=self.on,
            bad_from_days=BAD_FROM_DAYS,
            window_months=WINDOW_MONTHS,
        )

    def announcement(self) -> Event:
        """What others hear of the change."""
        position = self.after.position
        facts = {
            "loan_id": position.loan_id,
            "application_id": position.application_id,
            "customer_id": position.customer_id,
            "business_date": self.on,
            "posting_id": self.voucher.transfer_id if self.voucher else None,
            "status": position.status.value,
            "principal_outstanding_fen": position.principal_outstanding.minor,
            "overdue_fen": position.overdue.minor,
            "days_overdue": position.days_overdue,
        }
        if self.event is None:
            return LoanDayClosed.model_validate(facts)
        amount: Money | None = getattr(self.event.what, "amount", None)
        return LoanEventRecorded.model_validate(
            facts
            | {
                "event_id": self.event.event_id,
                "kind": self.event.kind.value,
                "value_date": self.event.value_date,
                "amount_fen": 0 if amount is None else amount.minor,
                "reverses": self.corrects,
            }
        )
