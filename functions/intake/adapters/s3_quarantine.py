"""The quarantine bucket: uploads come in by presigned form, and only CheckDocument reads them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from intake.domain.document import Document
from intake.domain.errors import DocumentNotFound
from intake.ports import UploadForm
from puhui.aws import error_code
from puhui.errors import UpstreamUnavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

UPLOAD_SECONDS = 300
"""How long a form is good for: time to send 32 MB over a slow line, not to pass it on."""

_MISSING = {"NoSuchKey", "404", "NotFound"}


@dataclass(frozen=True)
class S3Quarantine:
    """One key per document, `bank/document`."""

    client: S3Client
    bucket: str

    def upload_form(self, document: Document) -> UploadForm:
        """Make the form for exactly this key, type, size and checksum."""
        fixed = {
            "Content-Type": document.content_type,
            "x-amz-checksum-algorithm": "SHA256",
            "x-amz-checksum-sha256": checksum(document.sha256),
        }
        conditions: list[Any] = [{name: value} for name, value in fixed.items()]
        conditions.append(["content-length-range", document.size_bytes, document.size_bytes])
        form = self.client.generate_presigned_post(
            Bucket=self.bucket,
            Key=quarantine_key(document),
            Fields=dict(fixed),
            Conditions=conditions,
            ExpiresIn=UPLOAD_SECONDS,
        )
        return UploadForm(url=str(form["url"]), fields=dict(form["fields"]))

    def read(self, document: Document) -> bytes:
        """Return the upload, one byte more than announced at most."""
        with s3_errors():
            answer = self.client.get_object(Bucket=self.bucket, Key=quarantine_key(document))
            return answer["Body"].read(document.size_bytes + 1)

    def discard(self, document: Document) -> None:
        """Remove the upload; removing it twice is fine."""
        with s3_errors():
            self.client.delete_object(Bucket=self.bucket, Key=quarantine_key(document))


def quarantine_key(document: Document) -> str:
    """Name the upload of a document."""
    return f"{document.bank_id}/{document.document_id}"


def checksum(sha256: str) -> str:
    """Write a hash as S3 does: base64 of its bytes."""
    return base64.b64encode(bytes.fromhex(sha256)).decode()


@contextmanager
def s3_errors() -> Iterator[None]:
    """Translate S3's errors: a missing object, and everything else that may pass."""
    try:
        yield
    except ClientError as error:
        if error_code(error) in _MISSING:
            raise DocumentNotFound("there is no such upload") from error
        raise UpstreamUnavailable("the bucket refused") from error
    except BotoCoreError as error:
        raise UpstreamUnavailable("the bucket does not answer") from error
