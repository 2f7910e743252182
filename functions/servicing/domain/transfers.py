"""Money in two phases: a transfer is reserved, then posted or voided, once and for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from puhui.contracts.servicing import DisbursementPosted, DisbursementReserved, DisbursementVoided
from puhui.events import Event
from puhui.money import Money
from puhui.tenancy import BankId
from servicing.domain.accounts import AccountKey, Side
from servicing.domain.errors import (
    DisbursementMismatch,
    TransferAlreadyPosted,
    TransferAlreadyVoided,
    TransferNotFound,
)
from servicing.domain.vouchers import Entry, Layer, Step, Voucher

PENDING_FOR: Final = timedelta(days=1)
"""Business days for which money stays promised: a payment takes seconds, its query minutes."""


class TransferState(StrEnum):
    """Where a transfer stands; `blocked` was voided before it was ever reserved."""

    PENDING = "pending"
    POSTED = "posted"
    VOIDED = "voided"
    BLOCKED = "blocked"


STATE_NAMES: Mapping[TransferState, str] = {
    TransferState.PENDING: "已预留",
    TransferState.POSTED: "已入账",
    TransferState.VOIDED: "已冲销",
    TransferState.BLOCKED: "已封存",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A movement of money between two accounts, and how far it has come."""

    bank_id: BankId
    transfer_id: str
    disbursement_id: str
    application_id: str
    customer_id: str
    branch_id: str
    amount: Money
    debit: AccountKey
    credit: AccountKey
    terms_sha256: str
    payload_sha256: str
    reserved_on: date
    expires_on: date | None = None
    """The last business day on which it may wait; none where it was promised before there were."""
    state: TransferState = TransferState.PENDING
    resolved_on: date | None = None
    bank_reference: str | None = None
    reason: str | None = None
    disclosure_sha256: str | None = None
    """The confirmed cost disclosure; none where the money was promised before there were any."""

    @property
    def deadline(self) -> date:
        """The last business day on which the promise stands unasked."""
        return self.expires_on or self.reserved_on + PENDING_FOR

    def is_past(self, today: date) -> bool:
        """Whether it is pending on a business day after its deadline."""
        return self.state is TransferState.PENDING and today > self.deadline

    def reserve(self, at: datetime) -> Movement:
        """Promise the amount: both accounts show it as pending."""
        voucher = self._voucher(
            Step.RESERVE, self.reserved_on, at, self._pair(Layer.PENDING, taken_back=False)
        )
        event = DisbursementReserved(**self._facts(), business_date=self.reserved_on)
        return Movement(transfer=self, voucher=voucher, event=event)

    def post(self, on: date, at: datetime, bank_reference: str | None) -> Movement:
        """Make it final: what was pending is posted, in full."""
        self._only_pending()
        posted = replace(
            self,
            state=TransferState.POSTED,
            resolved_on=on,
            bank_reference=bank_reference,
        )
        entries = (
            *self._pair(Layer.PENDING, taken_back=True),
            *self._pair(Layer.POSTED, taken_back=False),
        )
        event = DisbursementPosted(**self._facts(), business_date=on, bank_reference=bank_reference)
        return Movement(
            transfer=posted, voucher=self._voucher(Step.POST, on, at, entries), event=event
        )

    def void(self, on: date, at: datetime, reason: str | None) -> Movement:
        """Take the promise back: nothing is pending, nothing was posted."""
        self._only_pending()
        voided = replace(self, state=TransferState.VOIDED, resolved_on=on, reason=reason)
        entries = self._pair(Layer.PENDING, taken_back=True)
        event = DisbursementVoided(**self._facts(), business_date=on, reason=reason)
        return Movement(
            transfer=voided, voucher=self._voucher(Step.VOID, on, at, entries), event=event
        )

    def answers(self, proposed: Transfer) -> Transfer:
        """The answer to a repeated reservation: the same payload gets what is there.

        Another payload under the same id changes nothing and learns nothing. One that was voided
        never comes back, so that nobody pays out against it.
        """
        if self.state is TransferState.BLOCKED:
            raise TransferAlreadyVoided("the disbursement was voided before it was reserved")
        if self.payload_sha256 != proposed.payload_sha256:
            raise DisbursementMismatch(field="disbursement_id", rule="disbursement.payload")
        if self.state is TransferState.VOIDED:
            raise TransferAlreadyVoided(f"{self.transfer_id} was voided")
        return self

    def of_application(self, application_id: str) -> Transfer:
        """This transfer, if it is that application's."""
        if self.application_id != application_id:
            raise DisbursementMismatch(field="application_id", rule="disbursement.application")
        return self

    def is_posted_with(self, bank_reference: str | None) -> bool:
        """Whether this is already posted; another bank reference contradicts it."""
        if self.state is not TransferState.POSTED:
            return False
        if bank_reference != self.bank_reference:
            raise DisbursementMismatch(
                "posted with another bank reference",
                field="bank_reference",
                rule="disbursement.bank_reference",
            )
        return True

    def _only_pending(self) -> None:
        if self.state is TransferState.BLOCKED:
            raise TransferNotFound(f"{self.transfer_id} was never reserved")
        if self.state is TransferState.POSTED:
            raise TransferAlreadyPosted(f"{self.transfer_id} was posted")
        if self.state is TransferState.VOIDED:
            raise TransferAlreadyVoided(f"{self.transfer_id} was voided")

    def _pair(self, layer: Layer, *, taken_back: bool) -> tuple[Entry, Entry]:
        debit, credit = (Side.DEBIT, Side.CREDIT) if not taken_back else (Side.CREDIT, Side.DEBIT)
        return (
            Entry(account=self.debit, layer=layer, side=debit, amount=self.amount),
            Entry(account=self.credit, layer=layer, side=credit, amount=self.amount),
        )

    def _voucher(self, step: Step, on: date, at: datetime, entries: tuple[Entry, ...]) -> Voucher:
        return Voucher(
            bank_id=self.bank_id,
            transfer_id=self.transfer_id,
            step=step,
            booked_on=on,
            booked_at=at,
            entries=entries,
        )

    def _facts(self) -> dict[str, str | int]:
        return {
            "transfer_id": self.transfer_id,
            "disbursement_id": self.disbursement_id,
            "application_id": self.application_id,
            "customer_id": self.customer_id,
            "amount_fen": self.amount.minor,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One step of a transfer: its new state, its voucher and its event, written together."""

    transfer: Transfer
    voucher: Voucher
    event: Event
