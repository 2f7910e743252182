"""Composition of finance and the nightly job: bills, statements, quality, seals of audit chains."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from extdata.adapters.dynamo_audit_chains import DynamoAuditChains
from extdata.adapters.dynamo_bills import DynamoBills, DynamoStatementFormats, DynamoStatements
from extdata.adapters.dynamo_quality import DynamoBanks, DynamoQualityDays
from extdata.adapters.dynamo_queries import DynamoMeters, DynamoQueries
from extdata.adapters.emf_finance_signals import EmfFinanceSignals
from extdata.adapters.finance_rows import FINANCE_ROWS
from extdata.adapters.rows import ROWS
from extdata.adapters.rows_audit import AUDIT_ROWS
from extdata.adapters.s3_audit_seals import S3AuditSeals
from extdata.adapters.statement_files import PlainStatementFiles
from extdata.finance_ports import Banks, StatementFormats
from extdata.ports import Connectors, Prices, Providers, Queries
from extdata.settings import NightSettings
from extdata.usecases.close_month import CloseMonth, GetBill
from extdata.usecases.import_statement import ImportStatement, SetStatementFormat
from extdata.usecases.measure_quality import GetQuality, MeasureQuality
from extdata.usecases.reconcile_month import ListReconciliations, ReconcileMonth
from extdata.usecases.seal_audit import SealAudit
from puhui.aws import client
from puhui.clock import BusinessCalendar, Clock, ConfiguredBusinessCalendar, SystemClock
from puhui.dynamodb import bind_table


@dataclass(frozen=True, kw_only=True)
class Registry:
    """What finance needs of the bank's configuration."""

    providers: Providers
    connectors: Connectors
    prices: Prices


@dataclass(frozen=True, kw_only=True)
class Finance:
    """The use cases of finance and data quality."""

    formats: StatementFormats
    get_bill: GetBill
    close_month: CloseMonth
    import_statement: ImportStatement
    set_statement_format: SetStatementFormat
    reconcile_month: ReconcileMonth
    list_reconciliations: ListReconciliations
    measure_quality: MeasureQuality
    get_quality: GetQuality


@dataclass(frozen=True, kw_only=True)
class Night:
    """What the nightly job calls."""

    banks: Banks
    calendar: BusinessCalendar
    seal_audit: SealAudit
    measure_quality: MeasureQuality


def build_finance(
    registry: Registry, queries: Queries, calendar: BusinessCalendar, clock: Clock
) -> Finance:
    """The use cases on DynamoDB; the rows are bound already."""
    bills, meters, signals = DynamoBills(), DynamoMeters(), EmfFinanceSignals()
    statements, formats, days = DynamoStatements(), DynamoStatementFormats(), DynamoQualityDays()
    get_bill = GetBill(bills, meters, registry.prices, registry.connectors)
    reconcile = ReconcileMonth(get_bill, statements, meters, registry.providers, calendar)
    return Finance(
        formats=formats,
        get_bill=get_bill,
        close_month=CloseMonth(bills, get_bill, signals, calendar, clock),
        import_statement=ImportStatement(
            registry.providers, PlainStatementFiles(), formats, statements, calendar, clock
        ),
        set_statement_format=SetStatementFormat(registry.providers, formats),
        reconcile_month=reconcile,
        list_reconciliations=ListReconciliations(reconcile),
        measure_quality=MeasureQuality(queries, days, signals),
        get_quality=GetQuality(days),
    )


@cache
def night() -> Night:
    """Build everything once per process."""
    settings = NightSettings.from_env()
    bind_table(settings.table_name, *ROWS, *AUDIT_ROWS, *FINANCE_ROWS)
    clock = SystemClock()
    seals = S3AuditSeals(client("s3"), settings.archive_bucket)
    return Night(
        banks=DynamoBanks(),
        calendar=ConfiguredBusinessCalendar(settings.business_date, clock),
        seal_audit=SealAudit(DynamoAuditChains(), seals, clock),
        measure_quality=MeasureQuality(DynamoQueries(), DynamoQualityDays(), EmfFinanceSignals()),
    )
