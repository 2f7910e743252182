"""Composition root of servicing: settings → adapters → use cases, built on first use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from puhui.clock import BusinessCalendar, SystemClock
from puhui.dynamodb import bind_table
from servicing.adapters.dynamo_ledger import DynamoLedger
from servicing.adapters.dynamo_loans import DynamoLoans
from servicing.adapters.rows import ROWS
from servicing.calendar_wiring import business_calendar
from servicing.ports import Loans
from servicing.settings import ServicingSettings
from servicing.usecases.activate_loan import ActivateLoan
from servicing.usecases.draw_schedule import DrawSchedule
from servicing.usecases.post_disbursement import PostDisbursement
from servicing.usecases.quote_loan import QuoteLoan
from servicing.usecases.read_transfer import ReadTransfer
from servicing.usecases.read_trial_balance import ReadTrialBalance
from servicing.usecases.release_closed_application import ReleaseClosedApplication
from servicing.usecases.reserve_disbursement import ReserveDisbursement
from servicing.usecases.void_disbursement import VoidDisbursement


@dataclass(frozen=True)
class Wiring:
    """Everything servicing's handlers and views call."""

    calendar: BusinessCalendar
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
    bind_table(settings.table_name, *ROWS)
    clock = SystemClock()
    ledger, loans = DynamoLedger(clock), DynamoLoans(clock)
    return Wiring(
        calendar=business_calendar(settings, clock),
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
