"""Rows of warnings.

`BANK#…#WARNING#id` holds `WARNING` (one warning, in the bank's list of open ones), `CLOCK` (in
the list of clocks, as long as something can come) and `RAISED` (in the list of its month; created
once). `BANK#…#DEBTOR#…` holds `SIGNAL#code`: the debtor's newest warning by that signal.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import Final

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.update import Action

from puhui.bodies import Body
from puhui.clock import CHINA, utc_text
from puhui.dynamodb import BaseRow
from puhui.tenancy import BankId
from servicing.adapters.commit import Put, Update
from servicing.adapters.work_rows import ByWork, WorkRow
from servicing.domain.warning.warning import LoanWarning

WARNING_SK: Final = "WARNING"
CLOCK_SK: Final = "CLOCK"
RAISED_SK: Final = "RAISED"
SIGNAL_PREFIX: Final = "SIGNAL#"
CLOCK_SHARDS: Final = 4
"""Partitions of the list of clocks, so that many banks' warnings do not meet on one."""
_WARNING: Final = Body(LoanWarning)


class WarningRow(WorkRow):
    """One warning."""

    by_work = ByWork()
    body = UnicodeAttribute()


class ClockRow(WorkRow):
    """When a warning's clock has something to do."""

    by_work = ByWork()
    bank_id = UnicodeAttribute()
    warning_id = UnicodeAttribute()


class RaisedRow(WorkRow):
    """That a warning was raised, and when."""

    by_work = ByWork()
    warning_id = UnicodeAttribute()


class SlotRow(BaseRow):
    """A debtor's newest warning by one signal."""

    warning_id = UnicodeAttribute()


WARNING_ROWS: Final[tuple[type[BaseRow], ...]] = (WarningRow, ClockRow, RaisedRow, SlotRow)


def warning_writes(warning: LoanWarning) -> list[Put | Update]:
    """Everything that one version of a warning writes, besides what is told of it."""
    writes: list[Put | Update] = [Put(row=_warning_row(warning)), _clock_write(warning)]
    if warning.version == 0:
        writes += [Put(row=_raised_row(warning)), _slot_write(warning)]
    return writes


def warning_of(row: WarningRow) -> LoanWarning:
    """A warning as it was written."""
    return replace(_WARNING.read(row.body), version=int(row.version))


def warning_pk(bank_id: BankId, warning_id: str) -> str:
    """The partition of a warning."""
    return f"BANK#{bank_id}#WARNING#{warning_id}"


def debtor_pk(bank_id: BankId, customer_id: str) -> str:
    """The partition of a debtor."""
    return f"BANK#{bank_id}#DEBTOR#{customer_id}"


def open_key(bank_id: BankId) -> str:
    """The work list of a bank's open warnings."""
    return f"BANK#{bank_id}#WARNINGS#OPEN"


def month_key(bank_id: BankId, day: date) -> str:
    """The list of a bank's warnings raised in the month of a day."""
    return f"BANK#{bank_id}#WARNINGS#{day:%Y-%m}"


def clocks_key(shard: int) -> str:
    """One part of the list of all clocks."""
    return f"WARNINGCLOCKS#{shard}"


def _warning_row(warning: LoanWarning) -> WarningRow:
    clock = warning.clock
    waiting = not warning.is_closed
    row = WarningRow(
        warning_pk(warning.debtor.bank_id, warning.warning_id),
        WARNING_SK,
        gsi4pk=open_key(warning.debtor.bank_id) if waiting else None,
        gsi4sk=f"{utc_text(clock.due_at(clock.last_at))}#{warning.warning_id}" if waiting else None,
        body=_WARNING.write(replace(warning, version=0)),
    )
    return row.at_version(warning.version)


def _clock_write(warning: LoanWarning) -> Update:
    bank_id, warning_id = warning.debtor.bank_id, warning.warning_id
    wake_at = None if warning.is_closed else warning.clock.wake_at(warning.clock.last_at)
    actions: list[Action] = [ClockRow.bank_id.set(bank_id), ClockRow.warning_id.set(warning_id)]
    if wake_at is None:
        actions += [ClockRow.gsi4pk.remove(), ClockRow.gsi4sk.remove()]
    else:
        shard = int.from_bytes(hashlib.sha256(warning_id.encode()).digest()[:2]) % CLOCK_SHARDS
        actions += [
            ClockRow.gsi4pk.set(clocks_key(shard)),
            ClockRow.gsi4sk.set(f"{utc_text(wake_at)}#{warning_id}"),
        ]
    return Update(row=ClockRow(warning_pk(bank_id, warning_id), CLOCK_SK), actions=actions)


def _raised_row(warning: LoanWarning) -> RaisedRow:
    started_at = warning.clock.started_at
    day = started_at.astimezone(CHINA).date()
    return RaisedRow(
        warning_pk(warning.debtor.bank_id, warning.warning_id),
        RAISED_SK,
        gsi4pk=month_key(warning.debtor.bank_id, day),
        gsi4sk=f"{day.isoformat()}#{warning.warning_id}",
        warning_id=warning.warning_id,
    )


def _slot_write(warning: LoanWarning) -> Update:
    """Two runs cannot make the same episode: its id is derived, and created once."""
    debtor = warning.debtor
    return Update(
        row=SlotRow(debtor_pk(debtor.bank_id, debtor.customer_id), SIGNAL_PREFIX + warning.signal),
        actions=[SlotRow.warning_id.set(warning.warning_id)],
    )
