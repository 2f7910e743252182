"""Risk's table, buckets and environment on moto, as its stack makes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

import puhui.aws
from risk import (
    asking_wiring,
    decision_wiring,
    desk_wiring,
    monitoring_wiring,
    policies_wiring,
    review_wiring,
    wiring,
)
from risk.settings import ABSENT
from tests.support.aws import REGION, aws, create_key, create_table
from tests.support.risk import AS_OF
from tests.support.risk_stores import ARTEFACTS, BUCKET

TABLE = "puhui-test-risk-table"
RECORDS = "puhui-test-risk-decisions"
KEPT: Any = {
    "ObjectLockEnabled": "Enabled",
    "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
}
"""What the stack gives an evidence bucket: S3 then refuses an upload without a checksum."""


@pytest.fixture
def risk_account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An account in which risk is deployed."""
    with aws():
        create_table(
            TABLE,
            [("by_application", "gsi1pk", "gsi1sk"), ("by_status", "gsi2pk", "gsi2sk")],
        )
        s3 = boto3.client("s3")
        where = {"LocationConstraint": REGION}
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
        s3.create_bucket(
            Bucket=RECORDS,
            CreateBucketConfiguration=where,
            ObjectLockEnabledForBucket=True,
        )
        s3.put_object_lock_configuration(Bucket=RECORDS, ObjectLockConfiguration=KEPT)
        secret = boto3.client("secretsmanager").create_secret(
            Name="blind-index", SecretString="a secret of at least thirty-two characters"
        )
        for name, value in {
            "TABLE_NAME": TABLE,
            "DECISIONS_BUCKET": RECORDS,
            "DOCUMENTS_BUCKET": BUCKET,
            "MODELS_FOLDER": str(ARTEFACTS),
            "CODE_VERSION": "test",
            "DATA_KEY_ARN": create_key(),
            "EXCHANGE_KEY_ARN": create_key(),
            "BLIND_INDEX_SECRET_ARN": secret["ARN"],
            "BUSINESS_DATE": AS_OF.isoformat(),
            "REVIEW_MACHINE_ARN": ABSENT,
        }.items():
            monkeypatch.setenv(name, value)
        _forget()
        yield
        _forget()


def _forget() -> None:
    """Clients and wiring belong to one account."""
    puhui.aws.client.cache_clear()
    for built in (
        wiring.wiring,
        decision_wiring.decide,
        asking_wiring.asking,
        desk_wiring.desk,
        policies_wiring.policy_desk,
        review_wiring.reviews,
        monitoring_wiring.night,
        monitoring_wiring.report_monitoring,
    ):
        built.cache_clear()
