"""Collected days and reports in the decisions bucket: each written once, the first one stands."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from puhui.bodies import Body
from puhui.dynamodb import dynamo_errors
from puhui.errors import Conflict, UpstreamUnavailable
from puhui.tenancy import BankId
from risk.adapters.immutable_objects import get, put_first
from risk.adapters.rows_monitoring import DAY_PREFIX, ReportRow, day_sk, reports_pk
from risk.adapters.s3_records import JSON, PREFIX
from risk.domain.errors import RecordBroken
from risk.domain.monitoring.report import MonitoringReport, report_body
from risk.domain.monitoring.scored import DayScores
from risk.monitoring_ports import KeptReport, ReportHead

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MONITORING: Final = "monitoring/"
_SCORES: Final = Body(DayScores)
_REPORT: Final = Body(MonitoringReport)
_HEAD: Final = Body(ReportHead)


class _ReportExists(Conflict):
    """The head of this day's report was written before."""


@dataclass(frozen=True)
class S3MonitoredBanks:
    """`risk.monitoring_ports.MonitoredBanks`: the folders below which decisions lie."""

    client: S3Client
    bucket: str

    def all(self) -> Sequence[BankId]:
        """One listing of folders, not of records."""
        try:
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=PREFIX, Delimiter="/"
            )
            found = [one["Prefix"] for page in pages for one in page.get("CommonPrefixes", [])]
        except (ClientError, BotoCoreError) as error:
            raise UpstreamUnavailable("the record store does not answer") from error
        return [BankId(prefix.removeprefix(PREFIX).rstrip("/")) for prefix in sorted(found)]


@dataclass(frozen=True)
class S3Scores:
    """`risk.monitoring_ports.Scores`."""

    client: S3Client
    bucket: str

    def exists(self, bank_id: BankId, day: date) -> bool:
        """Whether the object is there."""
        try:
            found = self.client.list_objects_v2(
                Bucket=self.bucket, Prefix=_scores_key(bank_id, day), MaxKeys=1
            )
        except (ClientError, BotoCoreError) as error:
            raise UpstreamUnavailable("the record store does not answer") from error
        return bool(found.get("Contents"))

    def keep(self, bank_id: BankId, scores: DayScores) -> DayScores:
        """The first collection of a day stands."""
        key, body = _scores_key(bank_id, scores.day), _SCORES.write(scores).encode()
        if put_first(self.client, self.bucket, key, body, JSON):
            return scores
        return self.read(bank_id, scores.day) or scores

    def read(self, bank_id: BankId, day: date) -> DayScores | None:
        """One object."""
        body = get(self.client, self.bucket, _scores_key(bank_id, day))
        return None if body is None else _SCORES.read(body)


@dataclass(frozen=True)
class S3Reports:
    """`risk.monitoring_ports.Reports`: the body in the bucket, its head with its hash in a row."""

    client: S3Client
    bucket: str

    def keep(self, bank_id: BankId, day: date, report: MonitoringReport) -> KeptReport:
        """The body first: a head never names a body that is not there."""
        key = _report_key(bank_id, report.model_id, day)
        put_first(self.client, self.bucket, key, report_body(report), JSON)
        kept = self._body(bank_id, report.model_id, day)
        if kept is None:
            raise UpstreamUnavailable("the report was written and is not there")
        self._write_head(bank_id, kept)
        return kept

    def find(self, bank_id: BankId, model_id: str, day: date) -> KeptReport | None:
        """The report whose head is there, if its bytes are those that the head names."""
        with dynamo_errors():
            rows = list(
                ReportRow.query(
                    reports_pk(bank_id, model_id), ReportRow.sk == day_sk(day), consistent_read=True
                )
            )
        if not rows:
            return None
        kept = self._body(bank_id, model_id, day)
        if kept is None or kept.sha256 != _HEAD.read(rows[0].body).sha256:
            raise RecordBroken(f"the monitoring report of {model_id} was changed")
        return kept

    def history(self, bank_id: BankId, model_id: str, most: int) -> Sequence[ReportHead]:
        """One query, from the end."""
        with dynamo_errors():
            rows = ReportRow.query(
                reports_pk(bank_id, model_id),
                ReportRow.sk.startswith(DAY_PREFIX),
                scan_index_forward=False,
                limit=most,
            )
            return [_HEAD.read(row.body) for row in rows]

    def _body(self, bank_id: BankId, model_id: str, day: date) -> KeptReport | None:
        body = get(self.client, self.bucket, _report_key(bank_id, model_id, day))
        if body is None:
            return None
        sha256 = hashlib.sha256(body).hexdigest()
        return KeptReport(day=day, sha256=sha256, report=_REPORT.read(body))

    def _write_head(self, bank_id: BankId, kept: KeptReport) -> None:
        report = kept.report
        head = ReportHead(
            day=kept.day,
            model_version=report.model_version,
            count=report.count,
            psi_ppm=report.score.psi_ppm,
            level=report.level,
            sha256=kept.sha256,
        )
        row = ReportRow(
            reports_pk(bank_id, report.model_id), day_sk(kept.day), body=_HEAD.write(head)
        )
        try:
            with dynamo_errors(conflict=_ReportExists):
                row.save()
        except _ReportExists:
            return


def _scores_key(bank_id: BankId, day: date) -> str:
    return f"{MONITORING}answers/{bank_id}/{day.isoformat()}.json"


def _report_key(bank_id: BankId, model_id: str, day: date) -> str:
    return f"{MONITORING}reports/{bank_id}/{model_id}/{day.isoformat()}.json"
