"""Watches over loans as rows `BANK#…#WATCH#loan`, in the work list by the day of the next look."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pynamodb.attributes import UnicodeAttribute

from puhui.bodies import Body
from puhui.contracts.monitoring import MonitoringBasis
from puhui.tenancy import BankId
from servicing.adapters.work_rows import ByWork, WorkRow
from servicing.domain.loan import Loan
from servicing.domain.warning.watch import LoanWatch, opened_watch

WATCH_SK: Final = "WATCH"
_WATCH: Final = Body(LoanWatch)


class WatchRow(WorkRow):
    """One watch with everything that is known of the debtor."""

    by_work = ByWork()
    loan_id = UnicodeAttribute()
    body = UnicodeAttribute()


def new_watch_row(loan: Loan, basis: MonitoringBasis | None) -> WatchRow:
    """The watch of a loan that is booked in the same transaction."""
    return watch_row(opened_watch(loan, basis))


def watch_row(watch: LoanWatch) -> WatchRow:
    """A watch as it is written over the version that was read."""
    row = WatchRow(
        watch_pk(watch.bank_id, watch.loan_id),
        WATCH_SK,
        gsi4pk=watches_key(watch.bank_id),
        gsi4sk=f"{watch.next_on.isoformat()}#{watch.loan_id}",
        loan_id=watch.loan_id,
        body=_WATCH.write(replace(watch, version=0)),
    )
    return row.at_version(watch.version)


def watch_of(row: WatchRow) -> LoanWatch:
    """A watch as it was written."""
    return replace(_WATCH.read(row.body), version=int(row.version))


def watch_pk(bank_id: BankId, loan_id: str) -> str:
    """The partition of a loan's watch."""
    return f"BANK#{bank_id}#WATCH#{loan_id}"


def watches_key(bank_id: BankId) -> str:
    """The work list of a bank's watches."""
    return f"BANK#{bank_id}#WATCHES"
