"""Closed bills, statements, their formats and the signals of bills in memory."""

from __future__ import annotations

import threading
from dataclasses import replace

from extdata.domain.bill import MonthBill
from extdata.domain.statement import StatementFormat
from extdata.finance_ports import ImportedStatement
from puhui.tenancy import BankId


class InMemoryBills:
    """`extdata.finance_ports.Bills`."""

    def __init__(self) -> None:
        """No month is closed."""
        self._lock = threading.Lock()
        self._kept: dict[tuple[BankId, str], MonthBill] = {}

    def find(self, bank_id: BankId, month: str) -> MonthBill | None:
        """The closed bill, or None while the month is open."""
        with self._lock:
            return self._kept.get((bank_id, month))

    def keep(self, bill: MonthBill) -> MonthBill:
        """The first one wins."""
        with self._lock:
            return self._kept.setdefault((bill.bank_id, bill.month), bill)


class InMemoryStatements:
    """`extdata.finance_ports.Statements`."""

    def __init__(self) -> None:
        """Nobody sent one."""
        self._lock = threading.Lock()
        self._kept: dict[tuple[BankId, str, str], ImportedStatement] = {}

    def current(self, bank_id: BankId, provider_id: str, month: str) -> ImportedStatement | None:
        """The newest one of a month."""
        with self._lock:
            return self._kept.get((bank_id, provider_id, month))

    def keep(self, bank_id: BankId, imported: ImportedStatement) -> ImportedStatement:
        """Another file replaces it and keeps the day of the first; the same one changes nothing."""
        statement = imported.statement
        key = (bank_id, statement.provider_id, statement.month)
        with self._lock:
            stands = self._kept.get(key)
            if stands is not None and stands.statement.sha256 == statement.sha256:
                return stands
            first_on = imported.first_on if stands is None else stands.first_on
            self._kept[key] = replace(imported, first_on=first_on)
            return self._kept[key]


class InMemoryStatementFormats:
    """`extdata.finance_ports.StatementFormats`."""

    def __init__(self) -> None:
        """Every provider names its columns as we do."""
        self._lock = threading.Lock()
        self._kept: dict[tuple[BankId, str], StatementFormat] = {}

    def of(self, bank_id: BankId, provider_id: str) -> StatementFormat:
        """What is configured, or our own format."""
        with self._lock:
            return self._kept.get((bank_id, provider_id), StatementFormat())

    def set(self, bank_id: BankId, provider_id: str, form: StatementFormat) -> None:
        """Replace the provider's format."""
        with self._lock:
            self._kept[bank_id, provider_id] = form


class InMemoryBillSignals:
    """`extdata.finance_ports.BillSignals` that remembers which months were closed."""

    def __init__(self) -> None:
        """No month was closed."""
        self.months: list[str] = []

    def closed(self, bill: MonthBill) -> None:
        """Remember the month."""
        self.months.append(bill.month)
