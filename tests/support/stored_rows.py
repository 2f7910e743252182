"""Servicing's rows as a version of the code wrote them, and what they say (FLT28).

A sample is never edited: it stands for the rows that lie in tables. Code that changes what it
writes adds the next sample and goes on reading the ones before:

    python -m tests.support.stored_rows tests/contracts/samples/servicing/rows.v2.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3

from puhui.clock import FixedBusinessCalendar
from puhui.dynamodb import bind_table
from puhui.money import Money
from servicing.adapters.clearing_rows import ClearingIndexed
from servicing.adapters.commit import Committer
from servicing.adapters.dynamo_end_of_day import DynamoBusinessDays, DynamoDayReports
from servicing.adapters.dynamo_rail import DynamoRailDebits, DynamoRailPayments
from servicing.adapters.dynamo_reconciliations import DynamoRailFiles
from servicing.adapters.end_of_day_rows import END_OF_DAY_ROWS
from servicing.adapters.rail_rows import RAIL_ROWS, RailDebitRow, RailPaymentRow
from servicing.adapters.rows import partition_of
from servicing.domain.account.events import (
    Component,
    Happening,
    Prepayment,
    RateReset,
    Repayment,
    Reversal,
    Waiver,
)
from servicing.domain.end_of_day.business_day import BusinessDay
from servicing.domain.errors import TransferNotFound
from servicing.domain.loan import loan_id_of
from servicing.usecases.decide_change import ApproveChange, Decision
from servicing.usecases.record_event import AskedEvent, RecordEvent
from servicing.usecases.request_change import AskedChange, RequestChange
from servicing.usecases.reserve_disbursement import ReserveDisbursement
from servicing.usecases.void_disbursement import VoidDisbursement
from tests.support.end_of_day import ByDaysOverdue, Night
from tests.support.loan_accounts import on
from tests.support.rail import RailBank, a_debit, a_file, a_line, heard
from tests.support.servicing import (
    NORTH,
    TABLE,
    TableWorld,
    a_reservation,
    a_resolution,
    table_items,
    table_world,
)

DUE = on(31)
APPLICATION = next(
    name
    for name in (f"app-{number}" for number in range(1_000))
    if partition_of(loan_id_of(f"dsb-{name}")) == 0
)
"""A loan of the first partition: the bank of the sample has one."""
LOAN_ID = loan_id_of(f"dsb-{APPLICATION}")
CALENDAR = FixedBusinessCalendar(DUE + timedelta(days=1))


@contextmanager
def a_table(items: list[dict[str, Any]]) -> Iterator[TableWorld]:
    """A table that holds these rows, whoever wrote them."""
    with table_world() as world:
        bind_table(TABLE, *END_OF_DAY_ROWS, *RAIL_ROWS, ClearingIndexed)
        client = boto3.client("dynamodb")
        for item in items:
            client.put_item(TableName=TABLE, Item=item)
        yield world


def rail_bank(world: TableWorld) -> RailBank:
    """The rail on that table."""
    commit = Committer(pause=lambda _: None)
    parts: dict[str, Any] = {
        "payments": DynamoRailPayments(world.clock, commit),
        "debits": DynamoRailDebits(commit),
        "files": DynamoRailFiles(commit),
    }
    return RailBank(clock=world.clock, **parts)


def enter(world: TableWorld, event_id: str, what: Happening) -> None:
    """An event of the loan."""
    record = RecordEvent(world.loan_books, world.clock, CALENDAR)
    record(AskedEvent(bank_id=NORTH, loan_id=LOAN_ID, event_id=event_id, what=what))


def live(world: TableWorld) -> None:
    """A promise of each kind, a loan with a night and events, money of the rail, requests."""
    days = DynamoBusinessDays(world.clock, Committer(pause=lambda _: None))
    reports = DynamoDayReports(Committer(pause=lambda _: None))
    night = Night(world, days=days, reports=reports, assessments=ByDaysOverdue(), partitions=1)
    night.book(APPLICATION, borrower={"customer_kind": "firm", "firm_size": 4})
    days.save(BusinessDay(bank_id=NORTH, day=DUE))
    night.run(DUE)
    enter(world, "rep-1", Repayment(amount=Money(2_559_297)))
    enter(world, "rep-2", Repayment(amount=Money(100)))
    enter(world, "rev-2", Reversal(reverses="rep-2", reason="来款有误"))
    enter(world, "pre-1", Prepayment(amount=Money(1_000_000), strategy="SHORTEN_TERM"))
    enter(world, "lpr-1", RateReset(annual_rate_bps=420, basis="LPR1Y 3.00 % + 120bp"))
    _ask(world)
    _promises(world)
    _rail(world)


def _ask(world: TableWorld) -> None:
    request = RequestChange(world.loan_books, world.requests, world.clock, CALENDAR)
    record = RecordEvent(world.loan_books, world.clock, CALENDAR)
    for number in (1, 2):
        request(
            AskedChange(
                bank_id=NORTH,
                loan_id=LOAN_ID,
                request_id=f"chg-{number}",
                what=Waiver(component=Component.INTEREST, amount=Money(1), reason="困难减免"),
                maker="maker-1",
            )
        )
    decision = Decision(bank_id=NORTH, loan_id=LOAN_ID, request_id="chg-1", checker="checker-1")
    ApproveChange(world.requests, record, world.clock)(decision)


def _promises(world: TableWorld) -> None:
    reserve = ReserveDisbursement(world.ledger, world.clock)
    void = VoidDisbursement(world.ledger, world.clock)
    for name in ("pending", "voided"):
        reserve(a_reservation(application_id=name, disbursement_id=f"dsb-{name}"))
    for name in ("voided", "blocked"):
        try:
            void(a_resolution(application_id=name, disbursement_id=f"dsb-{name}", reason="x"))
        except TransferNotFound:
            continue


def _rail(world: TableWorld) -> None:
    bank = rail_bank(world)
    bank.take(heard(serial_no="cb-1"))
    bank.take(heard(serial_no="cb-2", reference="nobody"))
    bank.rail.script = ["lost_after"]
    bank.ask(a_debit())
    bank.deliver(a_file([a_line(1, "cb-1", 2_559_297)]))


def says(world: TableWorld) -> dict[str, Any]:
    """What the rows say, in values that no version of the code changes."""
    books = world.snapshot()
    bank = rail_bank(world)
    payments = RailPaymentRow.scan(RailPaymentRow.pk.startswith("RAILPAY#"))
    debits = RailDebitRow.scan(RailDebitRow.pk.startswith("RAILDEBIT#"))
    days = DynamoBusinessDays(world.clock)
    ended = DynamoDayReports().get(NORTH, DUE)
    requests = world.requests.of_loan(NORTH, LOAN_ID)
    return {
        "transfers": {one.disbursement_id: one.state.value for one in books.transfers},
        "vouchers": sorted(f"{one.transfer_id}/{one.step.value}" for one in books.vouchers),
        "balances": {
            code: b.posted.minor for code, b in sorted(books.book.items()) if not b.posted.is_zero
        },
        "loans": {book.loan.loan_id: _of_book(book) for book in books.books},
        "requests": {one.request_id: one.state.value for one in requests},
        "day": days.get(NORTH).day.isoformat(),
        "ended": ended.tally.as_values(),
        "payments": {
            row.serial_no: bank.payments.get(NORTH, row.serial_no).state.value for row in payments
        },
        "debits": {
            row.serial_no: bank.debits.get(NORTH, row.serial_no).state.value for row in debits
        },
        "events": sorted(f"{event.name}/{event.event_id}" for event in world.events()),
    }


def _of_book(book: Any) -> dict[str, Any]:
    account = book.account
    return {
        "version": book.version,
        "events": [f"{one.event_id}/{one.kind.value}/{one.value_date}" for one in book.events],
        "log_head": book.log_head,
        "day": account.day.isoformat(),
        "status": account.status.value,
        "principal": account.principal,
        "received": account.flows.received,
        "plan": book.loan.schedule.sha256,
        "labels": [f"{label.code}={label.value}" for label in book.loan.labels],
    }


if __name__ == "__main__":
    with a_table([]) as table:
        live(table)
        sample = {"rows": sorted(table_items(), key=lambda i: (i["pk"]["S"], i["sk"]["S"]))}
        sample["says"] = says(table)
    Path(sys.argv[1]).write_text(
        json.dumps(sample, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
