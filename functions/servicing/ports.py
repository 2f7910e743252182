"""What servicing's use cases need from the world, in their own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from puhui.contracts.monitoring import MonitoringBasis
from puhui.money import Money
from puhui.tenancy import BankId
from servicing.domain.loan import Loan
from servicing.domain.transfers import Movement, Transfer
from servicing.domain.vouchers import Balance, Voucher


@dataclass(frozen=True, slots=True)
class Consumed:
    """An event that a movement answers; it is marked in the same transaction, so once for all."""

    consumer: str
    event_id: str


class Ledger(Protocol):
    """The double-entry ledger. Every movement is written whole, with its event, or not at all."""

    def reserve(self, movement: Movement) -> None:
        """Write a new transfer.

        Raises TransferExists when the id is taken by any bank, ApplicationAlreadyDrawn when the
        application has another live disbursement.
        """

    def resolve(self, movement: Movement, because_of: Consumed | None = None) -> None:
        """Write the end of a pending transfer.

        Raises TransferAlreadyResolved when it is pending no more, AlreadyConsumed when the event
        was answered before.
        """

    def block(self, transfer: Transfer) -> None:
        """Take an id that was never reserved out of use; raises TransferExists."""

    def get(self, bank_id: BankId, transfer_id: str) -> Transfer:
        """The transfer; raises TransferNotFound, for another bank's transfer too."""

    def pending_of_application(self, bank_id: BankId, application_id: str) -> str | None:
        """The id of the application's transfer that waits to be resolved, if there is one."""

    def was_drawn(self, bank_id: BankId, application_id: str) -> bool:
        """Whether money was ever promised to the application, whatever became of it."""

    def vouchers(self, bank_id: BankId, transfer_id: str) -> Sequence[Voucher]:
        """The vouchers of a transfer, first to last."""

    def balances(self, bank_id: BankId) -> Mapping[str, Balance]:
        """The balances of the bank's accounts, by code."""


class Loans(Protocol):
    """The loans on the books, each with its plan and its checks."""

    def add(self, loan: Loan, monitoring: MonitoringBasis | None = None) -> None:
        """Book a loan, begin its watch and tell of it; raises LoanExists when it is there."""

    def get(self, bank_id: BankId, loan_id: str) -> Loan:
        """The loan; raises LoanNotFound, for another bank's loan too."""

    def of_application(self, bank_id: BankId, application_id: str) -> Sequence[Loan]:
        """The loans of an application, as the index knows them."""

    def lent_to(self, bank_id: BankId, customer_id: str) -> Sequence[Money]:
        """What each loan of a customer was booked with, as the index knows them."""
