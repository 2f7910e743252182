"""Decision records, in a bucket where nothing can be changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from puhui.tenancy import BankId
from risk.adapters.immutable_objects import get, put_once
from risk.domain.errors import RecordBroken

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX: Final = "decisions/"
JSON: Final = "application/json"


@dataclass(frozen=True)
class S3Records:
    """Records by bank, decision and hash; the bucket's Object Lock keeps each version."""

    client: S3Client
    bucket: str

    def keep(self, bank_id: BankId, decision_id: str, body: bytes) -> str:
        """Write the record and answer its key, which holds its hash."""
        key = f"{PREFIX}{bank_id}/{decision_id}-{hashlib.sha256(body).hexdigest()}.json"
        put_once(self.client, self.bucket, key, body, JSON)
        return key

    def read(self, key: str) -> bytes:
        """The record's bytes, if they still have the hash in their key."""
        body = get(self.client, self.bucket, key)
        digest = key.rpartition("-")[2].removesuffix(".json")
        if body is None or hashlib.sha256(body).hexdigest() != digest:
            raise RecordBroken("the record is gone or was changed")
        return body
