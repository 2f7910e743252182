"""Reconcile day (三方对账): ledger, rail and loans of a day, as often as somebody asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from puhui.errors import StaleVersion
from puhui.tenancy import BankId
from servicing.domain.rail.errors import ReconciliationNotFound
from servicing.domain.rail.reconciliation import DayBooks, Reconciliation, reconcile
from servicing.domain.rail.statement_file import StatementFile, parse_statement
from servicing.rail_ports import ClearedMoney, FileStore, RailFiles, Reconciliations

MAX_FOLLOWING_DAYS: Final = 62
"""Days that a late or corrected file can change; older ones are re-run by hand."""
MAX_ATTEMPTS: Final = 3


@dataclass(frozen=True)
class ReconcileDay:
    """Compare a day, then every later day that was compared before, for they carry its differences.

    Nothing is corrected: the list says who clears what up.
    """

    files: RailFiles
    store: FileStore
    money: ClearedMoney
    results: Reconciliations

    def __call__(self, bank: BankId, on: date) -> Reconciliation:
        """The result of the day, as stored."""
        first, is_new = self._one_day(bank, on)
        day: date | None = on
        for _ in range(MAX_FOLLOWING_DAYS):
            day = self.results.day_after(bank, day) if day is not None and is_new else None
            if day is None:
                break
            _, is_new = self._one_day(bank, day)
        return first

    def _one_day(self, bank: BankId, on: date) -> tuple[Reconciliation, bool]:
        """The stored result, and whether it is another than the one before."""
        for _ in range(MAX_ATTEMPTS):
            before = self.results.before(bank, on)
            found = reconcile(
                DayBooks(
                    bank_id=bank,
                    on=on,
                    statement=self._statement(bank, on),
                    ledger=self.money.ledger(bank, on),
                    loans=self.money.loans(bank, on),
                ),
                before.differences if before else (),
            )
            known = self.results.latest(bank, on)
            if known is not None and known.content_sha256 == found.content_sha256:
                return known, False
            try:
                return self.results.add(found, after=known), True
            except StaleVersion:
                continue
        raise StaleVersion("the day is being reconciled by somebody else")

    def _statement(self, bank: BankId, on: date) -> StatementFile | None:
        newest = self.files.newest(bank, on)
        if newest is None:
            return None
        return parse_statement(self.store.read(newest.object_key))


@dataclass(frozen=True)
class ReadReconciliation:
    """Show the newest result of a day."""

    results: Reconciliations

    def __call__(self, bank: BankId, on: date) -> Reconciliation:
        """The result; raises ReconciliationNotFound."""
        found = self.results.latest(bank, on)
        if found is None:
            raise ReconciliationNotFound(f"{on} was not reconciled", field="date")
        return found
