"""What the simulated providers remember: answered calls, and the statements made of them."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from threading import Lock
from typing import Any

from openpyxl import Workbook

from sandbox.adapters.provider_security import Refused
from sandbox.domain.providers.billing import CallRecord, StatementLine, statement_lines, total_yuan
from sandbox.domain.providers.faults import FaultPlan
from sandbox.domain.providers.profile import Profile

COLUMNS = (
    "请求流水号",
    "调用时间",
    "接口编号",
    "计费结果",
    "是否计费",
    "单价(元)",
    "金额(元)",
)
TOTAL = "合计"
TEST_PREFIX = "tst-"
"""Calls of the bank's connector tests (联调), which no contract bills."""
EXTRA_REQUEST_NO = "SBX-UNKNOWN-0001"
"""The line that a planned mistake adds: a call that nobody made."""


class CallLog:
    """Every answered question of every provider, once for each request number."""

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self._records: dict[str, dict[str, tuple[CallRecord, str]]] = {}
        self._lock = Lock()

    def note(self, provider_id: str, record: CallRecord, question: str) -> CallRecord:
        """Remember an answer; the same number again is the first record, unless asked otherwise.

        The question's fingerprint leaves out the page: pages of one answer are one call.
        """
        mark = hashlib.sha256(f"{record.connector_id}|{question}".encode()).hexdigest()
        with self._lock:
            records = self._records.setdefault(provider_id, {})
            known = records.setdefault(record.request_no, (record, mark))
        if known[1] != mark:
            raise Refused("number")
        return known[0]

    def of(self, provider_id: str) -> list[CallRecord]:
        """The calls of a provider in the order they came."""
        with self._lock:
            return [record for record, _ in self._records.get(provider_id, {}).values()]


class Statements:
    """Monthly statements from the call log and the provider's own price list."""

    def __init__(
        self, log: CallLog, prices: Mapping[str, Sequence[Mapping[str, Any]]], faults: FaultPlan
    ) -> None:
        """`prices` are the price lines of the connector files, by connector."""
        self._log, self._prices, self._faults = log, prices, faults

    def of(self, profile: Profile, month: str) -> list[StatementLine]:
        """The lines of a month, with the mistakes that were planned for it."""
        connectors = [endpoint.connector_id for endpoint in profile.endpoints]
        prices = [price for c in connectors for price in self._prices.get(c, ())]
        billed = [
            record
            for record in self._log.of(profile.provider_id)
            if not record.request_no.startswith(TEST_PREFIX)
        ]
        lines = statement_lines(month, billed, prices)
        fault = self._faults.take(profile.provider_id, "statement", f"{month}")
        while fault is not None:
            lines = _mistaken(lines, fault.kind, connectors[0])
            fault = self._faults.take(profile.provider_id, "statement", f"{month}")
        return lines

    def as_csv(self, profile: Profile, month: str, encoding: str) -> bytes:
        """The statement as CSV."""
        text = io.StringIO()
        csv.writer(text).writerows(_table(self.of(profile, month)))
        return text.getvalue().encode(encoding)

    def as_xlsx(self, profile: Profile, month: str) -> bytes:
        """The statement as a workbook of one sheet; amounts are text, so that none is a float."""
        book = Workbook(write_only=True)
        sheet = book.create_sheet(f"对账单{month}")
        for row in _table(self.of(profile, month)):
            sheet.append(list(row))
        data = io.BytesIO()
        book.save(data)
        return data.getvalue()


def _table(lines: Iterable[StatementLine]) -> list[tuple[str, ...]]:
    kept = list(lines)
    rows = [
        (
            line.request_no,
            line.called_at,
            line.connector_id,
            line.result,
            "是" if line.charged else "否",
            format(line.unit_yuan, "f"),
            format(line.amount_yuan, "f"),
        )
        for line in kept
    ]
    total = (TOTAL, "", "", "", "", "", format(total_yuan(kept), "f"))
    return [COLUMNS, *rows, total]


def _mistaken(lines: list[StatementLine], kind: str, connector_id: str) -> list[StatementLine]:
    """A planned mistake in a statement: a line too much, a wrong price, a line too little."""
    calls = [index for index, line in enumerate(lines) if line.request_no and line.charged]
    if kind == "statement_extra":
        unit = lines[calls[0]].unit_yuan if calls else Decimal("1.00")
        extra = StatementLine(
            request_no=EXTRA_REQUEST_NO,
            called_at=lines[calls[0]].called_at if calls else "",
            connector_id=lines[calls[0]].connector_id if calls else connector_id,
            result="查得",
            charged=True,
            unit_yuan=unit,
            amount_yuan=unit,
        )
        return [extra, *lines]
    if not calls:
        return lines
    place = calls[-1]
    if kind == "statement_missing":
        return [*lines[:place], *lines[place + 1 :]]
    unit = lines[place].unit_yuan + Decimal("0.10")
    dearer = replace(lines[place], unit_yuan=unit, amount_yuan=unit)
    return [*lines[:place], dearer, *lines[place + 1 :]]
