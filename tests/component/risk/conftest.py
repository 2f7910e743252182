"""Risk's table, buckets and environment on moto, as its stack makes them."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest

import puhui.aws
from risk import decision_wiring, wiring
from tests.support.aws import REGION, aws, create_table
from tests.support.risk import ARTEFACTS, BUCKET

TABLE = "puhui-test-risk-table"
RECORDS = "puhui-test-risk-decisions"


@pytest.fixture
def risk_account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An account in which risk is deployed."""
    with aws():
        create_table(TABLE, [("by_application", "gsi1pk", "gsi1sk")])
        s3 = boto3.client("s3")
        where = {"LocationConstraint": REGION}
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
        s3.create_bucket(
            Bucket=RECORDS,
            CreateBucketConfiguration=where,
            ObjectLockEnabledForBucket=True,
        )
        for name, value in {
            "TABLE_NAME": TABLE,
            "DECISIONS_BUCKET": RECORDS,
            "DOCUMENTS_BUCKET": BUCKET,
            "MODELS_FOLDER": str(ARTEFACTS),
            "CODE_VERSION": "test",
        }.items():
            monkeypatch.setenv(name, value)
        _forget()
        yield
        _forget()


def _forget() -> None:
    """Clients and wiring belong to one account."""
    puhui.aws.client.cache_clear()
    wiring.wiring.cache_clear()
    decision_wiring.decide.cache_clear()
