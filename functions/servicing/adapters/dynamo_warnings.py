"""Warnings and their clocks in DynamoDB."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from puhui.clock import Clock, utc_text
from puhui.dynamodb import dynamo_errors
from puhui.outbox import outbox_rows
from puhui.tenancy import BankId, bank_id
from servicing.adapters.commit import Committer, Put
from servicing.adapters.rows import ServicingOutboxRow
from servicing.adapters.warning_rows import (
    CLOCK_SHARDS,
    SIGNAL_PREFIX,
    WARNING_SK,
    ClockRow,
    RaisedRow,
    SlotRow,
    WarningRow,
    clocks_key,
    debtor_pk,
    month_key,
    open_key,
    warning_of,
    warning_pk,
    warning_writes,
)
from servicing.domain.errors import WarningNotFound
from servicing.domain.warning.announcements import Announced
from servicing.domain.warning.warning import LoanWarning

MAX_REPORTED: Final = 20_000
"""Warnings that one report may hold; a report over more days is asked for in parts."""


class DynamoWarnings:
    """`servicing.warning_ports.Warnings` and `WarningClocks` on servicing's table."""

    def __init__(self, clock: Clock, commit: Committer | None = None) -> None:
        self._clock = clock
        self._commit = commit or Committer()

    def get(self, bank_id: BankId, warning_id: str) -> LoanWarning:
        """One consistent read."""
        with dynamo_errors(missing=WarningNotFound):
            row = WarningRow.get(warning_pk(bank_id, warning_id), WARNING_SK, consistent_read=True)
        return warning_of(row)

    def last_of(self, bank_id: BankId, customer_id: str) -> Mapping[str, LoanWarning]:
        """The slots of the debtor, then their warnings; both as written."""
        with dynamo_errors():
            slots = list(
                SlotRow.query(
                    debtor_pk(bank_id, customer_id),
                    SlotRow.sk.startswith(SIGNAL_PREFIX),
                    consistent_read=True,
                )
            )
        found = self._warnings(bank_id, (slot.warning_id for slot in slots), consistent=True)
        return {warning.signal: warning for warning in found}

    def write(self, warning: LoanWarning, announced: Sequence[Announced]) -> None:
        """One transaction: warning, clock, lists and outbox."""
        envelopes = [
            one.event.envelope(
                bank_id=warning.debtor.bank_id,
                subject=warning.warning_id,
                correlation_id=warning.warning_id,
                clock=self._clock,
                dedup=one.dedup,
            )
            for one in announced
        ]
        events = [Put(row=row) for row in outbox_rows(ServicingOutboxRow, envelopes)]
        self._commit([*warning_writes(warning), *events])

    def open_ones(self, bank_id: BankId, limit: int) -> Sequence[LoanWarning]:
        """One query of the index."""
        with dynamo_errors():
            return [
                warning_of(row) for row in WarningRow.by_work.query(open_key(bank_id), limit=limit)
            ]

    def raised_between(self, bank_id: BankId, first: date, last: date) -> Sequence[LoanWarning]:
        """A query for each month, then the warnings themselves."""
        ids: list[str] = []
        for month in _months(first, last):
            with dynamo_errors():
                rows = RaisedRow.by_work.query(
                    month_key(bank_id, month),
                    RaisedRow.gsi4sk.between(first.isoformat(), f"{last.isoformat()}~"),
                    limit=MAX_REPORTED - len(ids),
                )
                ids += [row.warning_id for row in rows]
            if len(ids) >= MAX_REPORTED:
                break
        return self._warnings(bank_id, ids)

    def due(self, now: datetime, limit: int) -> Sequence[tuple[BankId, str]]:
        """A query of each part of the index."""
        found: list[tuple[str, str, str]] = []
        for shard in range(CLOCK_SHARDS):
            with dynamo_errors():
                rows = ClockRow.by_work.query(
                    clocks_key(shard), ClockRow.gsi4sk < f"{utc_text(now)}~", limit=limit
                )
                found += [(row.gsi4sk, row.bank_id, row.warning_id) for row in rows]
        return [(bank_id(bank), warning_id) for _, bank, warning_id in sorted(found)[:limit]]

    @staticmethod
    def _warnings(
        bank: BankId, ids: Iterable[str], *, consistent: bool = False
    ) -> list[LoanWarning]:
        keys = [(warning_pk(bank, one), WARNING_SK) for one in ids]
        with dynamo_errors():
            rows = WarningRow.batch_get(keys, consistent_read=consistent)
            return sorted(map(warning_of, rows), key=lambda one: one.warning_id)


def _months(first: date, last: date) -> list[date]:
    span = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(index // 12, index % 12 + 1, 1) for index in span]
