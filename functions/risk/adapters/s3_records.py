"""Decision records that are too large for a row, in a bucket where nothing can be changed."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from puhui.errors import UpstreamUnavailable
from puhui.tenancy import BankId

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "decisions/"


@dataclass(frozen=True)
class S3Records:
    """Records by bank, decision and hash; the bucket's Object Lock keeps each version."""

    client: S3Client
    bucket: str

    def keep(self, bank_id: BankId, decision_id: str, body: bytes) -> str:
        """Write the record and answer its key; S3 checks the hash (Object Lock demands one)."""
        digest = hashlib.sha256(body)
        key = f"{PREFIX}{bank_id}/{decision_id}-{digest.hexdigest()[:16]}.json"
        try:
            self.client.put_object(
                Bucket=self.bucket,
                Key=key,
                Body=body,
                ContentType="application/json",
                ChecksumAlgorithm="SHA256",
                ChecksumSHA256=base64.b64encode(digest.digest()).decode(),
            )
        except (ClientError, BotoCoreError) as error:
            raise UpstreamUnavailable("the record store does not answer") from error
        return key

    def read(self, key: str) -> bytes:
        """The record's bytes."""
        try:
            return self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except (ClientError, BotoCoreError) as error:
            raise UpstreamUnavailable("the record store does not answer") from error
