"""The nightly monitoring as it is deployed, in one process: real handlers, bank after bank.

with monitoring() as walk:
    walk.remember("north", drifted(200))          # an earlier night collected these
    night = walk.run_night()
    assert night["status"] == "SUCCEEDED"
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from infra.local.inprocess import InProcessCloud
from infra.local.resources import DeploymentOptions
from infra.synth import synthesise
from puhui.clock import CHINA, FixedClock
from puhui.dynamodb import bind_table
from puhui.tenancy import BankId
from risk.adapters.dynamo_decisions import DynamoDecisions
from risk.adapters.rows import ROWS
from risk.adapters.s3_monitoring import S3Scores
from risk.adapters.s3_records import S3Records
from risk.domain.decision import Decision
from risk.domain.monitoring.scored import ScoredDecision
from tests.support.monitoring import REAL_MODEL, a_day, a_scored
from tests.support.risk import a_decide, a_document, a_healthy_firm, a_reference, a_request

DRIFTED_PPM = 990_000
"""Far into the last bin of the shipped card."""


def deciding(event: dict[str, Any]) -> bool:
    """Whether a step is about the model that decides; a night measures all that have shares."""
    return event.get("model_id") in {None, "", REAL_MODEL}


def drifted(count: int) -> list[ScoredDecision]:
    """Decisions of the shipped model that all have the worst score."""
    return [
        a_scored(number, model_id=REAL_MODEL, pd_ppm=DRIFTED_PPM, readings=())
        for number in range(count)
    ]


@contextmanager
def monitoring(**options: Any) -> Iterator[MonitoringWalk]:
    """Deploy risk alone."""
    cloud = InProcessCloud(synthesise(modules=("risk",)), options=DeploymentOptions(**options))
    with cloud:
        yield MonitoringWalk(cloud)


class MonitoringWalk:
    """A deployed risk platform, and the nights that pass over it."""

    def __init__(self, cloud: InProcessCloud) -> None:
        """The night that is about to measure is yesterday's."""
        self.cloud = cloud
        self.today = datetime.now(CHINA).date()
        self.yesterday = self.today - timedelta(days=1)
        self._nights = 0

    def decide(self, bank: str, application_id: str) -> Decision:
        """A decision that the bank's machine made yesterday at noon, kept as deciding keeps it."""
        noon = datetime.combine(self.yesterday, datetime.min.time(), UTC) + timedelta(hours=4)
        body = a_document(a_healthy_firm())
        reference = a_reference(body, key=f"intake/{bank}/doc-1")
        decide = replace(a_decide({reference.key or "": body}), clock=FixedClock(noon))
        decision = decide(a_request([reference], bank_id=bank, application_id=application_id))
        bind_table(self.table, *ROWS)
        DynamoDecisions(S3Records(self.cloud.client("s3"), self.bucket)).add(decision, "cor-1")
        return decision

    def remember(self, bank: str, decisions: Sequence[ScoredDecision], days_ago: int = 9) -> None:
        """An earlier night collected these."""
        day = self.yesterday - timedelta(days=days_ago)
        scores = S3Scores(self.cloud.client("s3"), self.bucket)
        scores.keep(BankId(bank), a_day(*decisions, day=day))

    def run_night(self, day: date | None = None) -> dict[str, Any]:
        """Let the machine run as the schedule starts it, and everything be delivered."""
        self._nights += 1
        payload = {} if day is None else {"day": day.isoformat()}
        arn = self.cloud.start_execution("model-monitoring", f"night-{self._nights}", payload)
        found = self.cloud.wait_for(arn, timeout_seconds=60)
        self.cloud.settle()
        return {**found, "states": self.cloud.states(arn)}

    def forget(self) -> None:
        """Empty table and bucket: the next test begins without decisions."""
        s3, table = self.cloud.client("s3"), self.cloud.client("dynamodb")
        found = s3.list_object_versions(Bucket=self.bucket).get("Versions", [])
        for one in found:
            s3.delete_object(
                Bucket=self.bucket,
                Key=one["Key"],
                VersionId=one["VersionId"],
                BypassGovernanceRetention=True,
            )
        for item in table.scan(TableName=self.table)["Items"]:
            table.delete_item(TableName=self.table, Key={"pk": item["pk"], "sk": item["sk"]})
        self.cloud.settle()

    def events(self) -> list[dict[str, Any]]:
        """The drift events that went through the outbox."""
        items = self.cloud.client("dynamodb").scan(TableName=self.table)["Items"]
        found = [json.loads(one["envelope"]["S"]) for one in items if "envelope" in one]
        drift = [one for one in found if one["name"] == "ModelDriftDetected"]
        return sorted(drift, key=lambda one: str(one["bank_id"]))

    def objects(self, prefix: str) -> list[str]:
        """The keys of what monitoring keeps below a prefix."""
        listed = self.cloud.client("s3").list_objects_v2(
            Bucket=self.bucket, Prefix=f"monitoring/{prefix}"
        )
        return [one["Key"] for one in listed.get("Contents", [])]

    def report(self, bank: str) -> dict[str, Any]:
        """Yesterday's report of the shipped model."""
        key = f"monitoring/reports/{bank}/{REAL_MODEL}/{self.yesterday.isoformat()}.json"
        body = self.cloud.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return dict(json.loads(body))

    def dead_letters(self) -> list[dict[str, Any]]:
        """What lies in the machine's dead-letter queue, taken out of it."""
        sqs = self.cloud.client("sqs")
        queues = self.cloud.deployed.queues.items()
        url = next(q.url for name, q in queues if name.endswith("model-monitoring-dlq"))
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in messages]

    @property
    def table(self) -> str:
        """Risk's table."""
        return next(name for name in self.cloud.deployed.tables if "risk" in name)

    @property
    def bucket(self) -> str:
        """Where decisions lie."""
        return next(name for name in self.cloud.deployed.buckets if "decisions" in name)
