"""Intake on moto: what its stack makes, its environment, and its wiring built anew."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import boto3

from intake.adapters.rows import bind_rows
from intake.wiring import wiring
from puhui.aws import client
from tests.support.aws import aws, create_key, create_table
from tests.support.intake_builders import TODAY

TABLE = "puhui-dev-intake-table"
QUARANTINE = "puhui-dev-intake-quarantine-123456789012"
DOCUMENTS = "puhui-dev-platform-documents-123456789012"
INDEXES = [
    ("by_bank", "bank_key", "listed_as"),
    ("by_branch", "branch_key", "listed_as"),
    ("by_customer", "customer_key", "listed_as"),
]


@contextmanager
def intake_on_aws(**environment: str) -> Iterator[None]:
    """The module's resources and environment; clients and wiring are built anew inside."""
    with aws():
        client.cache_clear()
        wiring.cache_clear()
        before = dict(os.environ)
        os.environ.update(_resources(), **environment)
        try:
            bind_rows(TABLE)
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)
            client.cache_clear()
            wiring.cache_clear()


def _resources() -> dict[str, str]:
    create_table(TABLE, INDEXES)
    s3 = boto3.client("s3")
    for bucket in (QUARANTINE, DOCUMENTS):
        s3.create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "cn-north-1"}
        )
    secret = boto3.client("secretsmanager").create_secret(
        Name="puhui-dev-blind-index", SecretBinary=bytes(range(32))
    )
    return {
        "TABLE_NAME": TABLE,
        "DATA_KEY_ARN": create_key(),
        "EXCHANGE_KEY_ARN": create_key(),
        "BLIND_INDEX_SECRET_ARN": secret["ARN"],
        "QUARANTINE_BUCKET": QUARANTINE,
        "DOCUMENTS_BUCKET": DOCUMENTS,
        "BUSINESS_DATE": TODAY.isoformat(),
        "KEEP_CONSENT_ARN": "absent",
        "POWERTOOLS_SERVICE_NAME": "intake",
    }
