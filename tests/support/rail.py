"""Builders for the rail, and a bank in memory that takes payments, files and debits."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from puhui.clock import FixedBusinessCalendar, FixedClock
from puhui.money import Money
from servicing.domain.rail.debit import RailDebit, debit_serial_no
from servicing.domain.rail.payment import Channel, Heard
from servicing.domain.rail.statement_file import Direction, StatementLine
from servicing.usecases.ask_for_debit import AskForDebit
from servicing.usecases.assign_suspended_payment import (
    AssignSuspendedPayment,
    SettleReturnedPayment,
)
from servicing.usecases.finish_rail_work import FinishRailWork
from servicing.usecases.reconcile_day import ReconcileDay
from servicing.usecases.take_rail_file import TakeRailFile
from servicing.usecases.take_rail_payment import BookRailPayment, TakeRailPayment
from tests.support.rail_fakes import (
    InMemoryDebits,
    InMemoryFiles,
    InMemoryMoney,
    InMemoryRailPayments,
    InMemoryReconciliations,
    InMemoryRecorder,
    InMemoryReferences,
    InMemoryStore,
    ScriptedDebitRail,
)
from tests.support.servicing import NOON, NORTH

DAY = date(2020, 3, 2)


def heard(**changes: Any) -> Heard:
    """25,592.97 yuan for loan-1, told by call."""
    values: dict[str, Any] = {
        "bank_id": NORTH,
        "serial_no": "cb-0001",
        "amount": Money(2_559_297),
        "reference": "loan-1",
        "booked_on": DAY,
        "channel": Channel.CALL,
    }
    return Heard(**values | changes)


def a_debit(**changes: Any) -> RailDebit:
    """An order to debit 25,592.97 yuan for loan-1."""
    values: dict[str, Any] = {
        "bank_id": NORTH,
        "serial_no": debit_serial_no(NORTH, "loan-1", "2020-04-01"),
        "loan_id": "loan-1",
        "customer_id": "cus-1",
        "amount": Money(2_559_297),
        "asked_at": NOON,
    }
    return RailDebit(**values | changes)


def a_line(number: int, serial_no: str, fen: int, **changes: Any) -> StatementLine:
    """A line of money that came in for loan-1."""
    values: dict[str, Any] = {
        "line": number,
        "direction": Direction.IN,
        "serial_no": serial_no,
        "amount": Money(fen),
        "reference": "loan-1",
    }
    return StatementLine(**values | changes)


def row_of(line: StatementLine) -> str:
    """The line as the file has it."""
    amount = f"{line.amount.yuan:.2f}"
    return f"D,{line.line},{line.direction},{line.serial_no},{amount},{line.reference}"


def a_file(
    lines: Sequence[StatementLine] = (),
    /,
    *,
    bank: str = "north",
    on: date = DAY,
    file_version: int = 1,
    rows: Sequence[str] | None = None,
    **trailer: str,
) -> bytes:
    """A whole file of these lines; `rows` and trailer fields replace what would be right."""
    body = [row_of(line) for line in lines] if rows is None else list(rows)
    header = f"H,PUHUI-RAIL-1,{bank},{on.isoformat()},{file_version}"
    head = "".join(f"{row}\n" for row in (header, *body)).encode()
    values: dict[str, str] = {"lines": str(len(body))}
    for direction in ("in", "out"):
        own = [line.amount for line in lines if line.direction == direction]
        values[f"{direction}_count"] = str(len(own))
        values[f"{direction}_sum"] = f"{Money.total(own).yuan:.2f}"
    values["sha256"] = hashlib.sha256(head).hexdigest()
    return head + f"T,{','.join((values | trailer).values())}\n".encode()


@dataclass
class RailBank:
    """Everything of the rail in memory; loan-1 is north's."""

    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))
    payments: InMemoryRailPayments = field(default_factory=InMemoryRailPayments)
    references: InMemoryReferences = field(default_factory=InMemoryReferences)
    recorder: InMemoryRecorder = field(default_factory=InMemoryRecorder)
    debits: InMemoryDebits = field(default_factory=InMemoryDebits)
    rail: ScriptedDebitRail = field(default_factory=lambda: ScriptedDebitRail(DAY))
    files: InMemoryFiles = field(default_factory=InMemoryFiles)
    store: InMemoryStore = field(default_factory=InMemoryStore)
    money: InMemoryMoney = field(default_factory=InMemoryMoney)
    results: InMemoryReconciliations = field(default_factory=InMemoryReconciliations)
    today: date = DAY

    def __post_init__(self) -> None:
        """North knows loan-1 and loan-2."""
        for loan_id in ("loan-1", "loan-2"):
            self.references.known[NORTH, loan_id] = (loan_id,)
        calendar = FixedBusinessCalendar(self.today)
        self.book = BookRailPayment(
            self.payments, self.references, self.recorder, self.clock, calendar
        )
        self.take = TakeRailPayment(self.payments, self.book, self.clock, calendar)
        self.assign = AssignSuspendedPayment(self.payments, self.book, self.clock, calendar)
        self.settle_returned = SettleReturnedPayment(self.payments, self.clock, calendar)
        self.ask = AskForDebit(self.debits, self.payments, self.rail, self.take)
        self.finish = FinishRailWork(self.payments, self.debits, self.book, self.ask, self.clock)
        self.take_file = TakeRailFile(self.store, self.files, self.take)
        self.reconcile = ReconcileDay(self.files, self.store, self.money, self.results)

    def deliver(self, content: bytes) -> Any:
        """A file is put into the bucket and read."""
        return self.take_file(self.store.keep(content))

    @property
    def suspended(self) -> Money:
        """What account 224102 holds."""
        return Money.total(
            -entry.debit_less_credit
            for voucher in self.payments.vouchers
            for entry in voucher.entries
            if entry.account.code == "224102"
        )
