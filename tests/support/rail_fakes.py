"""The rail's ports in memory, with the promises of the table, and a bank around them."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from puhui.errors import StaleVersion, UpstreamUnavailable
from puhui.events import Event
from puhui.money import Money
from puhui.tenancy import BankId
from servicing.domain.rail.debit import OPEN, DebitState, DebitWord, RailDebit
from servicing.domain.rail.errors import (
    DebitMismatch,
    DebitNotFound,
    RailFileExists,
    RailPaymentNotFound,
    RepaymentRefused,
    SerialNumberTaken,
)
from servicing.domain.rail.files import RailFile
from servicing.domain.rail.payment import UNFINISHED, RailPayment
from servicing.domain.rail.reconciliation import Movement, Reconciliation
from servicing.domain.rail.statement_file import Direction
from servicing.domain.rail.suspense import SuspensePosting
from servicing.domain.vouchers import Voucher
from servicing.rail_ports import RepaymentOrder


@dataclass
class InMemoryRailPayments:
    """`RailPayments`."""

    rows: dict[str, RailPayment] = field(default_factory=dict)
    vouchers: list[Voucher] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def add(self, payment: RailPayment) -> RailPayment:
        with self.lock:
            if payment.serial_no in self.rows:
                raise SerialNumberTaken
            return self._kept(payment)

    def get(self, bank_id: BankId, serial_no: str) -> RailPayment:
        found = self.rows.get(serial_no)
        if found is None or found.bank_id != bank_id:
            raise RailPaymentNotFound
        return found

    def save(self, payment: RailPayment, posting: SuspensePosting | None = None) -> RailPayment:
        with self.lock:
            self._refuse_stale(payment)
            if posting is not None:
                self.vouchers.append(posting.voucher)
                self.events += [posting.event] if posting.event else []
            return self._kept(payment)

    def work_items(self, bank_id: BankId) -> Sequence[RailPayment]:
        return [one for one in self.rows.values() if one.bank_id == bank_id and one.needs_a_person]

    def unfinished(self) -> Sequence[RailPayment]:
        return [one for one in self.rows.values() if one.state in UNFINISHED]

    def _refuse_stale(self, payment: RailPayment) -> None:
        if self.rows[payment.serial_no].version != payment.version:
            raise StaleVersion

    def _kept(self, payment: RailPayment) -> RailPayment:
        kept = replace(payment, version=payment.version + 1)
        self.rows[payment.serial_no] = kept
        return kept


@dataclass
class InMemoryReferences:
    """`LoanReferences`: reference → loan ids, bank by bank."""

    known: dict[tuple[BankId, str], tuple[str, ...]] = field(default_factory=dict)

    def loans_of(self, bank_id: BankId, reference: str) -> Sequence[str]:
        return self.known.get((bank_id, reference), ())


@dataclass
class InMemoryRecorder:
    """`RepaymentRecorder`: one effect for each event id; some loans refuse."""

    refusing: set[str] = field(default_factory=set)
    orders: dict[str, RepaymentOrder] = field(default_factory=dict)
    calls: int = 0

    def __call__(self, order: RepaymentOrder) -> None:
        self.calls += 1
        if order.loan_id in self.refusing:
            raise RepaymentRefused(rule="loan.closed")
        known = self.orders.setdefault(order.event_id, order)
        assert known == order, "the use case asked for two things under one event id"

    def repaid(self, loan_id: str) -> Money:
        """What the loan received."""
        return Money.total(one.amount for one in self.orders.values() if one.loan_id == loan_id)


@dataclass
class InMemoryDebits:
    """`RailDebits`."""

    rows: dict[str, RailDebit] = field(default_factory=dict)

    def open(self, debit: RailDebit) -> tuple[RailDebit, bool]:
        known = self.rows.get(debit.serial_no)
        if known is None:
            self.rows[debit.serial_no] = known = replace(debit, version=1)
            return known, True
        if known.bank_id != debit.bank_id:
            raise DebitMismatch
        return known, False

    def get(self, bank_id: BankId, serial_no: str) -> RailDebit:
        found = self.rows.get(serial_no)
        if found is None or found.bank_id != bank_id:
            raise DebitNotFound
        return found

    def save(self, debit: RailDebit) -> RailDebit:
        if self.rows[debit.serial_no].version != debit.version:
            raise StaleVersion
        self.rows[debit.serial_no] = replace(debit, version=debit.version + 1)
        return self.rows[debit.serial_no]

    def open_ones(self) -> Sequence[RailDebit]:
        return [one for one in self.rows.values() if one.state in OPEN]


@dataclass
class ScriptedDebitRail:
    """`DebitRail` that acts once per number and answers as its script says.

    Words: `ok`, `reject`, `lost_before` (never arrives), `lost_after` (acts, no answer).
    """

    today: date
    script: list[str] = field(default_factory=list)
    booked: dict[str, DebitWord] = field(default_factory=dict)
    taken_fen: int = 0
    numbers: set[str] = field(default_factory=set)

    def debit(self, order: RailDebit) -> DebitWord:
        self.numbers.add(order.serial_no)
        word = self.script.pop(0) if self.script else "ok"
        if word == "lost_before":
            raise UpstreamUnavailable("lost before")
        answer = self.booked.get(order.serial_no) or self._book(order, word)
        if word == "lost_after":
            raise UpstreamUnavailable("lost after")
        return answer

    def query(self, order: RailDebit) -> DebitWord:
        word = self.script.pop(0) if self.script else "ok"
        if word.startswith("lost"):
            raise UpstreamUnavailable("query lost")
        if order.serial_no not in self.booked:
            raise DebitNotFound
        return self.booked[order.serial_no]

    def _book(self, order: RailDebit, word: str) -> DebitWord:
        if word == "reject":
            answer = DebitWord(state=DebitState.REJECTED, booked_on=self.today, reason="余额不足")
        else:
            answer = DebitWord(state=DebitState.CONFIRMED, booked_on=self.today)
            self.taken_fen += order.amount.minor
        self.booked[order.serial_no] = answer
        return answer


@dataclass
class InMemoryFiles:
    """`RailFiles`."""

    rows: dict[tuple[BankId, date, int], RailFile] = field(default_factory=dict)

    def add(self, file: RailFile) -> RailFile:
        key = (file.bank_id, file.business_date, file.file_version)
        if key in self.rows:
            raise RailFileExists
        self.rows[key] = replace(file, version=1)
        return self.rows[key]

    def get(self, bank_id: BankId, on: date, file_version: int) -> RailFile | None:
        return self.rows.get((bank_id, on, file_version))

    def newest(self, bank_id: BankId, on: date) -> RailFile | None:
        own = [one for (bank, day, _), one in self.rows.items() if (bank, day) == (bank_id, on)]
        return max(own, key=lambda one: one.file_version, default=None)

    def save(self, file: RailFile) -> RailFile:
        key = (file.bank_id, file.business_date, file.file_version)
        if self.rows[key].version != file.version:
            raise StaleVersion
        self.rows[key] = replace(file, version=file.version + 1)
        return self.rows[key]


@dataclass
class InMemoryStore:
    """`FileStore`."""

    objects: dict[str, bytes] = field(default_factory=dict)

    def keep(self, content: bytes) -> str:
        key = f"incoming/{hashlib.sha256(content).hexdigest()}.csv"
        self.objects.setdefault(key, content)
        return key

    def read(self, object_key: str) -> bytes:
        return self.objects[object_key]


@dataclass
class InMemoryMoney:
    """`ClearedMoney`, as tests say."""

    ledger_days: dict[tuple[BankId, date], list[Movement]] = field(default_factory=dict)
    loan_days: dict[tuple[BankId, date], list[Movement]] = field(default_factory=dict)

    def ledger(self, bank_id: BankId, on: date) -> Sequence[Movement]:
        return self.ledger_days.get((bank_id, on), [])

    def loans(self, bank_id: BankId, on: date) -> Sequence[Movement]:
        return self.loan_days.get((bank_id, on), [])

    def both(self, bank_id: BankId, on: date, serial_no: str, fen: int) -> None:
        """A repayment that ledger and loans have."""
        movement = Movement(direction=Direction.IN, serial_no=serial_no, amount=Money(fen))
        for days in (self.ledger_days, self.loan_days):
            days.setdefault((bank_id, on), []).append(movement)


@dataclass
class InMemoryReconciliations:
    """`Reconciliations`."""

    rows: dict[tuple[BankId, date], list[Reconciliation]] = field(default_factory=dict)

    def latest(self, bank_id: BankId, on: date) -> Reconciliation | None:
        versions = self.rows.get((bank_id, on), [])
        return versions[-1] if versions else None

    def before(self, bank_id: BankId, on: date) -> Reconciliation | None:
        days = [day for bank, day in self.rows if bank == bank_id and day < on]
        return self.latest(bank_id, max(days)) if days else None

    def day_after(self, bank_id: BankId, on: date) -> date | None:
        return min((day for bank, day in self.rows if bank == bank_id and day > on), default=None)

    def add(self, result: Reconciliation, after: Reconciliation | None) -> Reconciliation:
        versions = self.rows.setdefault((result.bank_id, result.on), [])
        if len(versions) != (after.version if after else 0):
            raise StaleVersion
        versions.append(replace(result, version=len(versions) + 1))
        return versions[-1]
