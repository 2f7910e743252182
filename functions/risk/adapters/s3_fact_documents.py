"""Fact documents in the platform's bucket, read by reference and verified by hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from puhui.aws import error_code
from puhui.contracts.facts import MAX_DOCUMENT_BYTES, FactReference
from puhui.errors import UpstreamUnavailable
from puhui.tenancy import BankId
from risk.ports import DocumentUnusable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ABSENT: Final = frozenset({"NoSuchKey", "NoSuchBucket", "404"})
DEFAULT_MAX_BYTES: Final = 1024 * 1024
MAX_COLUMNS_BYTES: Final = 32 * 1024 * 1024


@dataclass(frozen=True)
class S3FactDocuments:
    """`risk.ports.FactDocuments` on the one bucket that documents lie in."""

    client: S3Client
    bucket: str

    def read(self, bank_id: BankId, reference: FactReference) -> bytes:
        """One read; a document of another bank is never opened, whatever the reference says."""
        key = self._checked(bank_id, reference, reference.key)
        body = self._fetch(key, MAX_DOCUMENT_BYTES.get(reference.product, DEFAULT_MAX_BYTES))
        if hashlib.sha256(body).hexdigest() != reference.sha256:
            raise DocumentUnusable("sha256")
        return body

    def read_columns(self, bank_id: BankId, reference: FactReference) -> bytes | None:
        """One read; columns that are not what the reference says are as good as none."""
        if reference.columns_key is None or reference.columns_sha256 is None:
            return None
        key = self._checked(bank_id, reference, reference.columns_key)
        try:
            body = self._fetch(key, MAX_COLUMNS_BYTES)
        except DocumentUnusable:
            return None
        return body if hashlib.sha256(body).hexdigest() == reference.columns_sha256 else None

    def _checked(self, bank_id: BankId, reference: FactReference, key: str | None) -> str:
        if reference.bucket != self.bucket:
            raise DocumentUnusable("bucket")
        if key is None or key.split("/")[1:2] != [bank_id]:
            raise DocumentUnusable("owner")
        return key

    def _fetch(self, key: str, most: int) -> bytes:
        try:
            found = self.client.get_object(Bucket=self.bucket, Key=key)
            if found["ContentLength"] > most:
                raise DocumentUnusable("size")
            return found["Body"].read()
        except ClientError as error:
            if error_code(error) in ABSENT:
                raise DocumentUnusable("absent") from error
            raise UpstreamUnavailable("the document store does not answer") from error
        except BotoCoreError as error:
            raise UpstreamUnavailable("the document store does not answer") from error
