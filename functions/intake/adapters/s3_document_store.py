"""The platform's bucket of checked documents, below intake's own prefix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.adapters.s3_quarantine import checksum, s3_errors
from intake.domain.document import Document

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "intake/"


@dataclass(frozen=True)
class S3DocumentStore:
    """One key per document; its bytes never change, because their hash was announced."""

    client: S3Client
    bucket: str
    key_arn: str

    def keep(self, document: Document, body: bytes) -> tuple[str, str]:
        """Keep the checked bytes under the platform's key; S3 checks the hash once more."""
        key = f"{PREFIX}{document.bank_id}/{document.document_id}"
        with s3_errors():
            self.client.put_object(
                Bucket=self.bucket,
                Key=key,
                Body=body,
                ContentType=document.content_type,
                ContentDisposition="attachment",
                ChecksumSHA256=checksum(document.sha256),
                ServerSideEncryption="aws:kms",
                SSEKMSKeyId=self.key_arn,
            )
        return self.bucket, key
