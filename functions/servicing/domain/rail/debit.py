"""A debit that we ask for (代扣): one serial number for ever; unknown is not failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from puhui.ids import derived_id
from puhui.money import Money
from puhui.tenancy import BankId
from servicing.domain.loan import Loan
from servicing.domain.rail.errors import DebitMismatch

RESOLVE_WITHIN: Final = timedelta(minutes=15)
"""After this long an unknown debit is a work item."""


class DebitState(StrEnum):
    """What we know of a debit; `sent` without an answer is as unknown as `unknown`."""

    SENT = "sent"
    UNKNOWN = "unknown"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    CONTRADICTED = "contradicted"


DEBIT_STATE_NAMES: Final[Mapping[DebitState, str]] = {
    DebitState.SENT: "已发送",
    DebitState.UNKNOWN: "结果未知",
    DebitState.CONFIRMED: "已扣款",
    DebitState.REJECTED: "已拒绝",
    DebitState.CONTRADICTED: "通道前后矛盾",
}
OPEN: Final = frozenset({DebitState.SENT, DebitState.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitWord:
    """The rail's final word on a debit."""

    state: DebitState
    booked_on: date
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RailDebit:
    """Our order to take money from a customer's settlement account, and what we know of it."""

    bank_id: BankId
    serial_no: str
    loan_id: str
    customer_id: str
    amount: Money
    asked_at: datetime
    state: DebitState = DebitState.SENT
    booked_on: date | None = None
    reason: str | None = None
    version: int = 0

    @property
    def settled(self) -> bool:
        """Whether the rail's final word is known."""
        return self.state not in OPEN

    def same_as(self, asked: RailDebit) -> RailDebit:
        """This debit, if that is what is asked for again."""
        ours = (self.bank_id, self.loan_id, self.customer_id, self.amount)
        if ours != (asked.bank_id, asked.loan_id, asked.customer_id, asked.amount):
            raise DebitMismatch(field="serial_no", rule="rail.serial_no")
        return self

    def learn(self, word: DebitWord | None, *, money_came: bool) -> RailDebit:
        """Take the rail's word; a settled debit learns nothing new.

        A rejection of money that came before it is a contradiction, for a person to clear up.
        """
        if self.settled:
            return self
        if word is None:
            return replace(self, state=DebitState.UNKNOWN)
        contradicted = word.state is DebitState.REJECTED and money_came
        state = DebitState.CONTRADICTED if contradicted else word.state
        return replace(self, state=state, booked_on=word.booked_on, reason=word.reason)

    def overdue(self, now: datetime) -> bool:
        """Whether it is unknown for so long that a person must look."""
        return not self.settled and now - self.asked_at > RESOLVE_WITHIN


def debit_of(loan: Loan, amount: Money, key: str, at: datetime) -> RailDebit:
    """The order to debit a loan's borrower; the same key for the same loan is the same order."""
    return RailDebit(
        bank_id=loan.bank_id,
        serial_no=debit_serial_no(loan.bank_id, loan.loan_id, key),
        loan_id=loan.loan_id,
        customer_id=loan.customer_id,
        amount=amount,
        asked_at=at,
    )


def debit_serial_no(bank: BankId, loan_id: str, key: str) -> str:
    """The one number of a debit: the same loan and key never get a second."""
    return derived_id("dbt", bank, loan_id, key)
