"""Composition root of monitoring: each step builds what it needs, on first use."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from puhui.aws import client
from puhui.clock import SystemClock
from puhui.dynamodb import FieldCipher, bind_table
from risk.adapters.dynamo_decisions import DynamoDecisions
from risk.adapters.dynamo_monitoring import (
    DynamoDecidedDays,
    DynamoOutcomes,
    OutboxDriftAlarms,
)
from risk.adapters.dynamo_reviews import DynamoReviews
from risk.adapters.emf_collection_signals import EmfCollectionSignals
from risk.adapters.model_cards import ModelCards
from risk.adapters.monitored_cards import PackagedMonitoredCards
from risk.adapters.rows import ROWS
from risk.adapters.rows_monitoring import MONITORING_ROWS
from risk.adapters.rows_reviews import REVIEW_ROWS
from risk.adapters.s3_archive import S3KeptArtefacts
from risk.adapters.s3_monitoring import S3MonitoredBanks, S3Reports, S3Scores
from risk.adapters.s3_records import S3Records
from risk.settings import MeasuringSettings, MonitoringSettings
from risk.usecases.collect_scores import CollectScores
from risk.usecases.hear_of_outcome import HearOfOutcome
from risk.usecases.list_monitored import ListMonitored
from risk.usecases.measure_model import MeasureModel
from risk.usecases.raise_drift_alarm import RaiseDriftAlarm
from risk.usecases.read_monitoring import ReadMonitoring
from risk.usecases.record_outcome import RecordOutcome
from risk.usecases.report_monitoring import ReportMonitoring

READS_AT_ONCE: Final = 10
"""As many as the table's client has connections."""


@dataclass(frozen=True, kw_only=True)
class Night:
    """The steps that read no review."""

    list_monitored: ListMonitored
    collect_scores: CollectScores
    raise_drift_alarm: RaiseDriftAlarm
    read_monitoring: ReadMonitoring
    record_outcome: RecordOutcome
    hear_of_outcome: HearOfOutcome


@cache
def night() -> Night:
    """Build everything once per process."""
    settings = MonitoringSettings.from_env()
    bind_table(settings.table_name, *ROWS, *MONITORING_ROWS)
    s3, bucket, clock = client("s3"), settings.decisions_bucket, SystemClock()
    cards = PackagedMonitoredCards(ModelCards(Path(settings.models_folder)))
    decisions = DynamoDecisions(S3Records(s3, bucket))
    listings = S3KeptArtefacts(s3, bucket)
    reports = S3Reports(s3, bucket)
    record_outcome = RecordOutcome(decisions, listings, cards, DynamoOutcomes())
    return Night(
        list_monitored=ListMonitored(S3MonitoredBanks(s3, bucket), cards, clock),
        collect_scores=CollectScores(
            days=DynamoDecidedDays(),
            decisions=decisions,
            listings=listings,
            cards=cards,
            scores=S3Scores(s3, bucket),
            signals=EmfCollectionSignals(),
            clock=clock,
            at_once=ThreadPoolExecutor(READS_AT_ONCE, "decisions").map,
        ),
        raise_drift_alarm=RaiseDriftAlarm(reports, OutboxDriftAlarms(clock)),
        read_monitoring=ReadMonitoring(reports),
        record_outcome=record_outcome,
        hear_of_outcome=HearOfOutcome(record_outcome),
    )


@cache
def report_monitoring() -> ReportMonitoring:
    """Build what measures, which opens reviews."""
    settings = MeasuringSettings.from_env()
    bind_table(settings.table_name, *ROWS, *MONITORING_ROWS, *REVIEW_ROWS)
    s3, bucket = client("s3"), settings.decisions_bucket
    return ReportMonitoring(
        measure=MeasureModel(
            cards=PackagedMonitoredCards(ModelCards(Path(settings.models_folder))),
            scores=S3Scores(s3, bucket),
            outcomes=DynamoOutcomes(),
            reviews=DynamoReviews(FieldCipher(client("kms"), settings.data_key_arn)),
        ),
        reports=S3Reports(s3, bucket),
    )
