"""Composition root of servicing: settings → adapters → use cases, built on first use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from puhui.clock import BusinessCalendar, ConfiguredBusinessCalendar, SystemClock
from puhui.dynamodb import bind_table
from puhui.tenancy import BankId
from servicing.adapters.dynamo_end_of_day import DynamoBusinessDays
from servicing.adapters.dynamo_ledger import DynamoLedger
from servicing.adapters.dynamo_loans import DynamoLoans
from servicing.adapters.end_of_day_rows import END_OF_DAY_ROWS
from servicing.adapters.rows import ROWS
from servicing.ports import Loans
from servicing.settings import ServicingSettings
from servicing.usecases.activate_loan import ActivateLoan
from servicing.usecases.draw_schedule import DrawSchedule
from servicing.usecases.post_disbursement import PostDisbursement
from servicing.usecases.quote_loan import QuoteLoan
from servicing.usecases.read_business_day import BankCalendar, ReadBusinessDay
from servicing.usecases.read_transfer import ReadTransfer
from servicing.usecases.read_trial_balance import ReadTrialBalance
from servicing.usecases.release_closed_application import ReleaseClosedApplication
from servicing.usecases.reserve_disbursement import ReserveDisbursement
from servicing.usecases.void_disbursement import VoidDisbursement


@dataclass(frozen=True)
class Wiring:
    """Everything servicing's handlers and views call."""

    calendar_of: Callable[[BankId], BusinessCalendar]
    """The business day of a bank: it moves by end of day."""
    loans: Loans
    quote_loan: QuoteLoan
    draw_schedule: DrawSchedule
    reserve_disbursement: ReserveDisbursement
    post_disbursement: PostDisbursement
    void_disbursement: VoidDisbursement
    activate_loan: ActivateLoan
    release_closed_application: ReleaseClosedApplication
    read_transfer: ReadTransfer
    read_trial_balance: ReadTrialBalance


@cache
def wiring() -> Wiring:
    """Build everything once per process."""
    settings = ServicingSettings.from_env()
    bind_table(settings.table_name, *ROWS, *END_OF_DAY_ROWS)
    clock = SystemClock()
    configured = ConfiguredBusinessCalendar(settings.business_date, clock)
    read_business_day = ReadBusinessDay(DynamoBusinessDays(clock), configured)
    ledger, loans = DynamoLedger(clock), DynamoLoans(clock)
    return Wiring(
        calendar_of=lambda bank: BankCalendar(bank, read_business_day),
        loans=loans,
        quote_loan=QuoteLoan(),
        draw_schedule=DrawSchedule(),
        reserve_disbursement=ReserveDisbursement(ledger, clock),
        post_disbursement=PostDisbursement(ledger, clock),
        void_disbursement=VoidDisbursement(ledger, clock),
        activate_loan=ActivateLoan(ledger, loans),
        release_closed_application=ReleaseClosedApplication(ledger, clock),
        read_transfer=ReadTransfer(ledger),
        read_trial_balance=ReadTrialBalance(ledger),
    )
