"""Composition root of early warning: the desk, the sweeper, and the watch that end of day calls."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Final

from puhui.aws import client
from puhui.clock import BusinessCalendar, SystemClock
from puhui.dynamodb import FieldCipher, bind_table
from puhui.lambda_client import LambdaClient
from servicing.adapters.dynamo_checks import DynamoChecks
from servicing.adapters.dynamo_fund_uses import DynamoFundUses
from servicing.adapters.dynamo_warnings import DynamoWarnings
from servicing.adapters.dynamo_watches import DynamoWatches
from servicing.adapters.emf_warning_signals import EmfWarningSignals
from servicing.adapters.lambda_indicators import LambdaIndicators
from servicing.adapters.packaged_signals import packaged_signals
from servicing.adapters.rows import ROWS
from servicing.calendar_wiring import business_calendar
from servicing.models_wiring import model_answers
from servicing.settings import SweepSettings, WarningSettings, WatchSettings, deployed
from servicing.usecases.answer_warning import (
    AcknowledgeWarning,
    CheckDisposal,
    DisposeWarning,
    PauseWarning,
    ResumeWarning,
)
from servicing.usecases.raise_findings import RaiseFindings
from servicing.usecases.record_check import RecordCheck
from servicing.usecases.report_warnings import ReportWarnings
from servicing.usecases.sweep_warning_clocks import SweepWarningClocks
from servicing.usecases.trace_fund_use import TraceFundUse
from servicing.usecases.watch_loan import WatchLoan
from servicing.usecases.watch_positions import WatchPositions
from servicing.warning_ports import Checks, FundUses, Warnings, Watches

MAX_ASKED_AT_ONCE: Final = 12
"""Products of one loan: each waits for a provider, none for the processor."""


@dataclass(frozen=True, kw_only=True)
class WarningDesk:
    """Everything the views of warnings, checks and fund uses call."""

    calendar: BusinessCalendar
    clock: SystemClock
    warnings: Warnings
    watches: Watches
    checks: Checks
    fund_uses: FundUses
    acknowledge: AcknowledgeWarning
    pause: PauseWarning
    resume: ResumeWarning
    dispose: DisposeWarning
    check_disposal: CheckDisposal
    report: ReportWarnings
    record_check: RecordCheck
    trace_fund_use: TraceFundUse


@cache
def warning_desk() -> WarningDesk:
    """Build everything once per process."""
    settings = WarningSettings.from_env()
    bind_table(settings.table_name, *ROWS)
    clock, rules = SystemClock(), packaged_signals().rules
    calendar = business_calendar(settings, clock)
    warnings, watches, checks = DynamoWarnings(clock), DynamoWatches(), DynamoChecks()
    raise_findings = RaiseFindings(warnings, checks, rules, clock)
    fund_uses = DynamoFundUses(FieldCipher(client("kms"), settings.data_key_arn))
    models = model_answers(settings.answer_model_arn)
    answering = (warnings, rules, clock, EmfWarningSignals())
    return WarningDesk(
        calendar=calendar,
        clock=clock,
        warnings=warnings,
        watches=watches,
        checks=checks,
        fund_uses=fund_uses,
        acknowledge=AcknowledgeWarning(*answering),
        pause=PauseWarning(*answering),
        resume=ResumeWarning(*answering),
        dispose=DisposeWarning(*answering),
        check_disposal=CheckDisposal(*answering),
        report=ReportWarnings(warnings, clock),
        record_check=RecordCheck(checks, watches, raise_findings, calendar),
        trace_fund_use=TraceFundUse(fund_uses, watches, models, raise_findings, calendar),
    )


@cache
def sweep_warning_clocks() -> SweepWarningClocks:
    """What the schedule calls; it needs the table alone."""
    bind_table(SweepSettings.from_env().table_name, *ROWS)
    clock = SystemClock()
    warnings = DynamoWarnings(clock)
    return SweepWarningClocks(warnings, warnings, clock, EmfWarningSignals())


@cache
def watch_positions() -> WatchPositions:
    """What end of day calls for the loans of a page."""
    settings = WatchSettings.from_env()
    bind_table(settings.table_name, *ROWS)
    clock, library, watches = SystemClock(), packaged_signals(), DynamoWatches()
    return WatchPositions(
        watches=watches,
        watch_loan=WatchLoan(
            watches=watches,
            indicators=LambdaIndicators(
                LambdaClient(client("lambda")),
                query_arn=deployed(settings.query_external_data_arn),
                compute_arn=deployed(settings.compute_indicators_arn),
                at_once=ThreadPoolExecutor(MAX_ASKED_AT_ONCE, "products").map,
            ),
            models=model_answers(settings.answer_model_arn),
            raise_findings=RaiseFindings(
                DynamoWarnings(clock), DynamoChecks(), library.rules, clock
            ),
            library=library,
        ),
    )
