"""The raw archive and the canonical documents in S3; every object is addressed by its content.

Archive bucket (Object Lock, KMS): `raw/{bank}/{sha256}` and
`manifest/{bank}/{query}/{attempt}-{sha256}.json`. Documents bucket of the platform:
`extdata/{bank}/{sha256}.json` and `extdata/{bank}/columns/{raw sha256}-{document}.npz`. Keys hold
ids and hashes only. Nothing is ever overwritten: a write that finds its key taken reads back what
is there and compares, so a lost answer and a repetition end alike.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from extdata.domain.answer import RawPage
from extdata.domain.archive import Manifest, sha256
from extdata.domain.errors import ArchiveBroken
from extdata.domain.query import DocumentRef
from puhui.aws import error_code
from puhui.bodies import Body, StoredRowUnreadable
from puhui.errors import UpstreamUnavailable
from puhui.tenancy import BankId

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

JSON: Final = "application/json"
BINARY: Final = "application/octet-stream"
MAX_PUTS_AT_ONCE: Final = 8
"""A paged answer has up to 100 pages of two forms each; one after another they take seconds."""
DOCUMENT_DIGITS: Final = 16
_MISSING = frozenset({"NoSuchKey", "404", "NotFound"})
_TAKEN = frozenset({"PreconditionFailed", "412"})
_BUSY = frozenset({"ConditionalRequestConflict", "409"})
"""Somebody else is writing this key now: S3 asks to repeat, the object may never come."""
MAX_PUTS: Final = 3
_MANIFEST = Body(Manifest)


class S3Archive:
    """`extdata.ports.Archive`; needs `s3:PutObject` and `s3:GetObject` on both buckets."""

    def __init__(self, client: S3Client, archive_bucket: str, documents_bucket: str) -> None:
        self._client = client
        self._archive = archive_bucket
        self._documents = documents_bucket

    def keep_raw(self, bank_id: BankId, pages: Sequence[RawPage]) -> None:
        """The bytes on the wire and the opened ones, each once."""
        bodies = {sha256(body): body for page in pages for body in (page.wire, page.opened)}
        self._keep_all({_raw_key(bank_id, digest): body for digest, body in bodies.items()})

    def keep_manifest(self, manifest: Manifest) -> str:
        """An attempt that is repeated, or answered later, has one manifest for each time."""
        body = _MANIFEST.write(manifest).encode()
        key = f"manifest/{manifest.bank_id}/{manifest.query_id}/{manifest.attempt}-{sha256(body)}"
        self._keep(self._archive, f"{key}.json", body, JSON)
        return f"{key}.json"

    def keep_document(
        self, bank_id: BankId, body: bytes, columns: bytes | None, raw_sha256: str | None
    ) -> DocumentRef:
        """A document under its hash; its columns also name the response they were made from."""
        digest = sha256(body)
        key = f"extdata/{bank_id}/{digest}.json"
        self._keep(self._documents, key, body, JSON)
        columns_key = None
        if columns is not None:
            made_from = f"{raw_sha256 or digest}-{digest[:DOCUMENT_DIGITS]}"
            columns_key = f"extdata/{bank_id}/columns/{made_from}.npz"
            # Columns are derived: other bytes from another version of the writer mean the same.
            self._put(self._documents, columns_key, columns, BINARY)
        return DocumentRef(
            bucket=self._documents,
            key=key,
            sha256=digest,
            size_bytes=len(body),
            columns_key=columns_key,
            columns_sha256=None if columns is None else sha256(columns),
            raw_sha256=raw_sha256,
        )

    def manifest(self, key: str) -> Manifest:
        """The manifest, if its bytes still have the hash in its key."""
        digest = key.rpartition("-")[2].removesuffix(".json")
        try:
            return _MANIFEST.read(_checked(self._get(self._archive, key), digest))
        except StoredRowUnreadable as error:
            raise ArchiveBroken("not a manifest", rule="archive.manifest") from error

    def raw(self, bank_id: BankId, digest: str) -> bytes:
        """The bytes, if they still have their hash."""
        return _checked(self._get(self._archive, _raw_key(bank_id, digest)), digest)

    def document(self, reference: DocumentRef) -> bytes:
        """The document, if it still has its hash; only this bucket's documents are opened."""
        if reference.bucket != self._documents:
            raise ArchiveBroken("the document lies in another bucket", rule="archive.bucket")
        return _checked(self._get(self._documents, reference.key), reference.sha256)

    def _keep_all(self, bodies: Mapping[str, bytes]) -> None:
        if len(bodies) <= 1:
            for key, body in bodies.items():
                self._keep(self._archive, key, body, BINARY)
            return
        with ThreadPoolExecutor(max_workers=min(MAX_PUTS_AT_ONCE, len(bodies))) as pool:
            kept = [
                pool.submit(self._keep, self._archive, key, body, BINARY)
                for key, body in bodies.items()
            ]
        for one in kept:
            one.result()

    def _keep(self, bucket: str, key: str, body: bytes, content_type: str) -> None:
        """Write once; what is there already must be the same bytes."""
        if not self._put(bucket, key, body, content_type) and self._get(bucket, key) != body:
            raise ArchiveBroken("other bytes lie under this address", rule="archive.hash")

    def _put(self, bucket: str, key: str, body: bytes, content_type: str) -> bool:
        """Answer whether it was written now; S3 checks the hash and that the key is free."""
        for _ in range(MAX_PUTS - 1):
            with suppress(_Busy):
                return self._put_once(bucket, key, body, content_type)
        return self._put_once(bucket, key, body, content_type)

    def _put_once(self, bucket: str, key: str, body: bytes, content_type: str) -> bool:
        digest = hashlib.sha256(body).digest()
        try:
            with _s3_errors():
                self._client.put_object(
                    Bucket=bucket,
                    Key=key,
                    Body=body,
                    ContentType=content_type,
                    ChecksumAlgorithm="SHA256",
                    ChecksumSHA256=base64.b64encode(digest).decode(),
                    IfNoneMatch="*",
                )
        except _Taken:
            return False
        return True

    def _get(self, bucket: str, key: str) -> bytes:
        with _s3_errors():
            return self._client.get_object(Bucket=bucket, Key=key)["Body"].read()


class _Busy(UpstreamUnavailable):
    """Another write of the same key is under way."""


class _Taken(Exception):
    """Something lies under the key."""


def _raw_key(bank_id: BankId, digest: str) -> str:
    return f"raw/{bank_id}/{digest}"


def _checked(body: bytes, digest: str) -> bytes:
    if sha256(body) != digest:
        raise ArchiveBroken(rule="archive.hash")
    return body


@contextmanager
def _s3_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error_code(error)
        if code in _TAKEN:
            raise _Taken from error
        if code in _BUSY:
            raise _Busy("the archive is busy with this key") from error
        if code in _MISSING:
            raise ArchiveBroken("the archive has no such object", rule="archive.missing") from error
        raise UpstreamUnavailable("the archive refused") from error
    except BotoCoreError as error:
        raise UpstreamUnavailable("the archive does not answer") from error
