"""The rail's rows in servicing's table.

Keys: `RAILPAY#serial` and `RAILDEBIT#serial` (no bank in them: a number that one bank has used is
taken for every bank) · `BANK#…#RAILFILE#day` (the versions of a day's file) · `BANK#…#RECON` (one
head for each version of a day's result) with its parts · `BANK#…#SUSPENSE` (the register of money
in suspense, never changed).
"""

from __future__ import annotations

from datetime import date
from typing import Final

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from puhui.dynamodb import (
    BaseRow,
    DateAttribute,
    InstantAttribute,
    JsonAttribute,
    MoneyAttribute,
)
from puhui.errors import StaleVersion
from puhui.tenancy import BankId
from servicing.adapters.clearing_rows import ClearingIndexed
from servicing.adapters.work_rows import ByWork, WorkRow

PAYMENT_SK: Final = "PAYMENT"
DEBIT_SK: Final = "DEBIT"
UNFINISHED: Final = "RAIL#UNFINISHED"
"""The index partition of what runs of any bank left half-way; nearly always empty."""


class RowMovedOn(StaleVersion):
    """The row was changed since it was read; to write the same again cannot help."""


class RailPaymentRow(WorkRow):
    """A payment that came over the rail."""

    by_work = ByWork()
    bank_id = UnicodeAttribute()
    serial_no = UnicodeAttribute()
    amount = MoneyAttribute()
    reference = UnicodeAttribute()
    booked_on = DateAttribute()
    channel = UnicodeAttribute()
    fingerprint = UnicodeAttribute()
    taken_on = DateAttribute()
    taken_at = InstantAttribute()
    state = UnicodeAttribute()
    notice_version = NumberAttribute()
    returned = BooleanAttribute()
    loan_id = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)


class RailDebitRow(WorkRow):
    """A debit that we asked for."""

    by_work = ByWork()
    bank_id = UnicodeAttribute()
    serial_no = UnicodeAttribute()
    loan_id = UnicodeAttribute()
    customer_id = UnicodeAttribute()
    amount = MoneyAttribute()
    asked_at = InstantAttribute()
    state = UnicodeAttribute()
    booked_on = DateAttribute(null=True)
    reason = UnicodeAttribute(null=True)


class SuspenseRow(ClearingIndexed):
    """One line of the register of money in suspense (挂账登记簿); written once, never changed."""

    serial_no = UnicodeAttribute()
    amount = MoneyAttribute()
    booked_on = DateAttribute()
    posting_id = UnicodeAttribute()


class RailFileRow(BaseRow):
    """A version of a day's file and how far it was read."""

    bank_id = UnicodeAttribute()
    business_date = DateAttribute()
    file_version = NumberAttribute()
    sha256 = UnicodeAttribute()
    object_key = UnicodeAttribute()
    lines = NumberAttribute()
    state = UnicodeAttribute()
    next_line = NumberAttribute()
    problems = JsonAttribute()


class ReconciliationRow(BaseRow):
    """The head of one version of a day's result."""

    on = DateAttribute()
    result_version = NumberAttribute()
    file_version = NumberAttribute()
    file_sha256 = UnicodeAttribute(null=True)
    matched = NumberAttribute()
    unverified = NumberAttribute()
    closed = NumberAttribute()
    totals = JsonAttribute()
    parts = NumberAttribute()
    content_sha256 = UnicodeAttribute()


class ReconciliationPartRow(BaseRow):
    """Some of the differences of a result."""

    differences = JsonAttribute()


RAIL_ROWS: Final[tuple[type[BaseRow], ...]] = (
    RailPaymentRow,
    RailDebitRow,
    SuspenseRow,
    RailFileRow,
    ReconciliationRow,
    ReconciliationPartRow,
)


def payment_pk(serial_no: str) -> str:
    """The partition of a payment."""
    return f"RAILPAY#{serial_no}"


def debit_pk(serial_no: str) -> str:
    """The partition of a debit."""
    return f"RAILDEBIT#{serial_no}"


def work_pk(bank_id: BankId) -> str:
    """The index partition of a bank's work items."""
    return f"BANK#{bank_id}#RAILWORK"


def suspense_pk(bank_id: BankId) -> str:
    """The partition of a bank's register of suspense."""
    return f"BANK#{bank_id}#SUSPENSE"


def file_pk(bank_id: BankId, on: date) -> str:
    """The partition of the files of a day."""
    return f"BANK#{bank_id}#RAILFILE#{on.isoformat()}"


def file_sk(file_version: int) -> str:
    """The place of a version, in order."""
    return f"V#{file_version:04d}"


def results_pk(bank_id: BankId) -> str:
    """The partition of a bank's results, by day and version."""
    return f"BANK#{bank_id}#RECON"


def result_sk(on: date, version: int) -> str:
    """The place of a version of a day's result, in order."""
    return f"{on.isoformat()}#{version:04d}"


def parts_pk(bank_id: BankId, on: date, version: int) -> str:
    """The partition of a result's differences."""
    return f"{results_pk(bank_id)}#{result_sk(on, version)}"
