"""Risk's table and bucket as monitoring reads them: of this machine, or of an account on AWS."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from infra.names import NameRefused, Names
from puhui.clock import CHINA, SystemClock
from puhui.dynamodb import bind_table
from puhui.errors import NotFound, UpstreamUnavailable
from puhui.tenancy import BankId
from risk.adapters.dynamo_monitoring import DynamoOutcomes
from risk.adapters.rows import ROWS
from risk.adapters.rows_monitoring import MONITORING_ROWS
from risk.adapters.s3_archive import S3Archive, S3KeptArtefacts
from risk.adapters.s3_monitoring import S3Reports, S3Scores
from risk.domain.monitoring.outcome import Outcome
from risk.usecases.measure_model import VINTAGES, months_before
from risk.usecases.read_monitoring import ReadMonitoring

RISK: Final = "risk"


class NoRisk(NotFound):
    """The environment has no risk platform."""


@dataclass(frozen=True)
class RiskCloud:
    """What monitoring keeps in one environment, and the records that it was made from."""

    s3: Any
    bucket: str
    documents: str

    @property
    def read_monitoring(self) -> ReadMonitoring:
        """What the nights found."""
        return ReadMonitoring(S3Reports(self.s3, self.bucket))

    @property
    def scores(self) -> S3Scores:
        """Collected days."""
        return S3Scores(self.s3, self.bucket)

    @property
    def outcomes(self) -> DynamoOutcomes:
        """What became of loans."""
        return DynamoOutcomes()

    @property
    def archive(self) -> S3Archive:
        """All decisions of all banks."""
        return S3Archive.of(self.s3, self.bucket, self.documents)

    @property
    def listings(self) -> S3KeptArtefacts:
        """The listings that records name."""
        return S3KeptArtefacts(self.s3, self.bucket)

    def known_outcomes(self, bank_id: str) -> Sequence[Outcome]:
        """The outcomes of the last two years of decisions."""
        months = months_before(_today(), VINTAGES)
        return tuple(self.outcomes.of_vintages(BankId(bank_id), months))


@contextmanager
def risk_cloud(env: str | None) -> Iterator[RiskCloud]:
    """Bind to an environment on AWS by the caller's credentials, or to the running local cloud."""
    if env is not None:
        yield _bound(env)
        return
    from infra.local.overrides import sdk_environment
    from infra.local.running import running_cloud

    local = running_cloud().description
    endpoint = {"AWS_ENDPOINT_URL": str(local["endpoint"])}
    with _environment({**sdk_environment(str(local["region"])), **endpoint}):
        yield _bound(str(local["env"]))


def _bound(env: str) -> RiskCloud:
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        names = Names(env, RISK)
    except NameRefused as error:
        raise NoRisk(f"--env: {error}") from error
    try:
        ssm = boto3.client("ssm")
    except BotoCoreError as error:
        raise UpstreamUnavailable(f"no account can be asked: {error}") from error
    bind_table(names.physical("table"), *ROWS, *MONITORING_ROWS)
    bucket = names.parameter("decisions", "bucket-name")
    documents = names.of("platform").parameter("documents", "bucket-name")
    try:
        found = ssm.get_parameters(Names=[bucket, documents])
    except (ClientError, BotoCoreError) as error:
        raise UpstreamUnavailable(f"the account does not answer: {error}") from error
    if found["InvalidParameters"]:
        raise NoRisk(f"risk is not deployed in {env}: no {', '.join(found['InvalidParameters'])}")
    values = {one["Name"]: one["Value"] for one in found["Parameters"]}
    return RiskCloud(boto3.client("s3"), values[bucket], values[documents])


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """The SDKs find a local cloud as the functions' workers find it."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _today() -> date:
    return SystemClock().now().astimezone(CHINA).date()
