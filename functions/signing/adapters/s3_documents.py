"""Drafts, sealed contracts and links to them in S3."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from puhui.aws import error_code
from puhui.errors import UpstreamUnavailable
from signing.domain.contract import LoanContract, StoredDocument
from signing.domain.errors import DocumentNotAvailable
from signing.ports import Kept

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PDF: Final = "application/pdf"
MAX_DOCUMENT_BYTES: Final = 20 * 1024 * 1024
_MISSING = frozenset({"NoSuchKey", "404", "NotFound"})
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


class AlreadyKept(Exception):
    """Something else was written under the key first."""


class S3Drafts:
    """`signing.ports.Drafts`: documents to be signed, until their time is over."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, content: bytes) -> StoredDocument:
        """The same document again overwrites itself."""
        with _s3_errors():
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType=PDF)
        return _described(key, content)

    def get(self, document: StoredDocument) -> bytes:
        """Bytes that hash to something else are not the document."""
        with _s3_errors():
            answer = self._client.get_object(Bucket=self._bucket, Key=document.key)
            content = answer["Body"].read(MAX_DOCUMENT_BYTES + 1)
        if _described(document.key, content) != document:
            raise DocumentNotAvailable("the stored draft is another document")
        return content


class S3Vault:
    """`signing.ports.Vault`: a key is written once; the bucket's lock keeps it."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def keep(self, key: str, content: bytes) -> Kept:
        """A conditional write; whoever loses the race takes what the winner wrote."""
        try:
            with _s3_errors():
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=content,
                    ContentType=PDF,
                    IfNoneMatch="*",
                )
        except AlreadyKept:
            pass
        return self.get(key)

    def get(self, key: str) -> Kept:
        """The content with the instant at which S3 took it."""
        with _s3_errors():
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
            content = answer["Body"].read(MAX_DOCUMENT_BYTES + 1)
        return Kept(
            content=content, document=_described(key, content), kept_at=answer["LastModified"]
        )


class S3Downloads:
    """`signing.ports.Downloads`: presigned links, always as attachment."""

    def __init__(self, client: S3Client, drafts: str, contracts: str) -> None:
        self._client = client
        self._drafts = drafts
        self._contracts = contracts

    def link(self, contract: LoanContract, filename: str, seconds: int) -> str:
        """The filename is an id: it needs no quoting and tells nothing about a person."""
        return self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._contracts if contract.seal else self._drafts,
                "Key": contract.readable().key,
                "ResponseContentType": PDF,
                "ResponseContentDisposition": f'attachment; filename="{filename}"',
            },
            ExpiresIn=seconds,
        )


def _described(key: str, content: bytes) -> StoredDocument:
    return StoredDocument(
        key=key, sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content)
    )


@contextmanager
def _s3_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error_code(error)
        if code in _MISSING:
            raise DocumentNotAvailable("no such document") from error
        if code in _TAKEN:
            raise AlreadyKept from error
        raise UpstreamUnavailable("the document store refused") from error
    except BotoCoreError as error:
        raise UpstreamUnavailable("the document store does not answer") from error
