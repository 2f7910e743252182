"""Composition root of the nightly job: it needs the table and the archive, and calls nobody."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from extdata.adapters.dynamo_audit_chains import DynamoAuditChains
from extdata.adapters.dynamo_banks import DynamoBanks
from extdata.adapters.dynamo_quality import DynamoQualityDays
from extdata.adapters.dynamo_queries import DynamoQueries
from extdata.adapters.emf_finance_signals import EmfFinanceSignals
from extdata.adapters.rows import ROWS
from extdata.adapters.rows_audit import AUDIT_ROWS
from extdata.adapters.rows_quality import QUALITY_ROWS
from extdata.adapters.s3_audit_seals import S3AuditSeals
from extdata.ports import Banks
from extdata.settings import NightSettings
from extdata.usecases.measure_quality import MeasureQuality
from extdata.usecases.seal_audit import SealAudit
from puhui.aws import client
from puhui.clock import BusinessCalendar, ConfiguredBusinessCalendar, SystemClock
from puhui.dynamodb import bind_table


@dataclass(frozen=True, kw_only=True)
class Night:
    """What the nightly job calls."""

    banks: Banks
    calendar: BusinessCalendar
    measure_quality: MeasureQuality
    seal_audit: SealAudit


@cache
def night() -> Night:
    """Build everything once per process."""
    settings = NightSettings.from_env()
    bind_table(settings.table_name, *ROWS, *AUDIT_ROWS, *QUALITY_ROWS)
    clock = SystemClock()
    return Night(
        banks=DynamoBanks(),
        calendar=ConfiguredBusinessCalendar(settings.business_date, clock),
        measure_quality=MeasureQuality(DynamoQueries(), DynamoQualityDays(), EmfFinanceSignals()),
        seal_audit=SealAudit(
            DynamoAuditChains(), S3AuditSeals(client("s3"), settings.archive_bucket), clock
        ),
    )
