"""Fact documents that came with a back-office application, in the shared documents bucket."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from puhui.contracts.facts import FactReference
from puhui.tenancy import BankId

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Documents:
    """`factory.ports.Documents` under the factory's own prefix."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, bank_id: BankId, application_id: str, product: str, body: bytes) -> FactReference:
        """Addressed by content: the same document twice is one object."""
        digest = hashlib.sha256(body).hexdigest()
        key = f"factory/{bank_id}/{application_id}/{product.replace('/', '-')}-{digest[:16]}.json"
        self._client.put_object(
            Bucket=self._bucket, Key=key, Body=body, ContentType="application/json"
        )
        return FactReference(
            product=product,
            state="ok",
            document_id=f"{application_id}-{digest[:16]}",
            bucket=self._bucket,
            key=key,
            sha256=digest,
            size_bytes=len(body),
        )
