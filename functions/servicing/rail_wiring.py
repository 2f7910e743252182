"""Composition root of the rail: settings → adapters → use cases, built on first use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from puhui.aws import client
from puhui.clock import BusinessCalendar, Clock, SystemClock
from puhui.dynamodb import bind_table
from puhui.http_signing import HmacSigner
from puhui.secrets import secret_key
from servicing.adapters.clearing_rows import ClearingIndexed, DynamoClearedMoney
from servicing.adapters.core_bank_http import Sign
from servicing.adapters.dynamo_book_audits import DynamoBookAudits
from servicing.adapters.dynamo_ledger import DynamoLedger
from servicing.adapters.dynamo_loan_books import DynamoLoanBooks
from servicing.adapters.dynamo_loans import DynamoLoans
from servicing.adapters.dynamo_rail import DynamoRailDebits, DynamoRailPayments
from servicing.adapters.dynamo_reconciliations import DynamoRailFiles, DynamoReconciliations
from servicing.adapters.http_debit_rail import HttpDebitRail
from servicing.adapters.http_payment_rail import HttpPaymentRail
from servicing.adapters.loan_references import DynamoLoanReferences
from servicing.adapters.rail_rows import RAIL_ROWS
from servicing.adapters.rows import ROWS
from servicing.adapters.s3_rail_files import S3RailFiles
from servicing.book_ports import BookAudits
from servicing.calendar_wiring import business_calendar
from servicing.ports import Loans
from servicing.rail_ports import RailPayments
from servicing.settings import RailSettings
from servicing.usecases.ask_for_debit import AskForDebit, ReadDebit
from servicing.usecases.assign_suspended_payment import (
    AssignSuspendedPayment,
    SettleReturnedPayment,
)
from servicing.usecases.expire_transfers import ExpireTransfers
from servicing.usecases.finish_rail_work import FinishRailWork
from servicing.usecases.reconcile_day import ReadReconciliation, ReconcileDay
from servicing.usecases.record_event import RecordEvent
from servicing.usecases.record_rail_repayment import RecordRailRepayment
from servicing.usecases.take_rail_file import KeepRailFile, ReadRailFile, TakeRailFile
from servicing.usecases.take_rail_payment import BookRailPayment, TakeRailPayment


@dataclass(frozen=True, kw_only=True)
class Rail:
    """Everything that the rail's views and handlers call."""

    secret: Callable[[], bytes]
    """Shared with the core bank; read when the first signature needs it."""
    clock: Clock
    calendar: BusinessCalendar
    loans: Loans
    payments: RailPayments
    audits: BookAudits
    take_payment: TakeRailPayment
    assign: AssignSuspendedPayment
    settle_returned: SettleReturnedPayment
    ask_for_debit: AskForDebit
    read_debit: ReadDebit
    finish_work: FinishRailWork
    expire_transfers: ExpireTransfers
    keep_file: KeepRailFile
    take_file: TakeRailFile
    read_file: ReadRailFile
    reconcile: ReconcileDay
    read_reconciliation: ReadReconciliation


@cache
def rail() -> Rail:
    """Build everything once per process."""
    settings = RailSettings.from_env()
    bind_table(settings.table_name, *ROWS, *RAIL_ROWS, ClearingIndexed)
    clock = SystemClock()
    calendar = business_calendar(settings, clock)
    secret = _secret(settings.core_banking_secret_arn)
    payments, debits = DynamoRailPayments(clock), DynamoRailDebits()
    books = DynamoLoanBooks(clock)
    record = RecordRailRepayment(RecordEvent(books, clock, calendar))
    book = BookRailPayment(payments, DynamoLoanReferences(), record, clock, calendar)
    take_payment = TakeRailPayment(payments, book, clock, calendar)
    debit_rail = HttpDebitRail(settings.core_banking_url, _signed(secret, clock))
    payment_rail = HttpPaymentRail(settings.core_banking_url, _signed(secret, clock))
    ask = AskForDebit(debits, payments, debit_rail, take_payment)
    ledger = DynamoLedger(clock)
    store, files = S3RailFiles(client("s3"), settings.rail_files_bucket), DynamoRailFiles()
    results = DynamoReconciliations(clock)
    return Rail(
        secret=secret,
        clock=clock,
        calendar=calendar,
        loans=DynamoLoans(clock),
        payments=payments,
        audits=DynamoBookAudits(books),
        take_payment=take_payment,
        assign=AssignSuspendedPayment(payments, book, clock, calendar),
        settle_returned=SettleReturnedPayment(payments, clock, calendar),
        ask_for_debit=ask,
        read_debit=ReadDebit(debits),
        finish_work=FinishRailWork(payments, debits, book, ask, clock),
        expire_transfers=ExpireTransfers(ledger, ledger, payment_rail, clock, calendar),
        keep_file=KeepRailFile(store),
        take_file=TakeRailFile(store, files, take_payment),
        read_file=ReadRailFile(files),
        reconcile=ReconcileDay(files, store, DynamoClearedMoney(), results),
        read_reconciliation=ReadReconciliation(results),
    )


def _signed(secret: Callable[[], bytes], clock: Clock) -> Sign:
    return lambda method, path, body: HmacSigner(secret(), clock)(method, path, body)


def _secret(arn: str) -> Callable[[], bytes]:
    @cache
    def read() -> bytes:
        return secret_key(client("secretsmanager"), arn)

    return read
