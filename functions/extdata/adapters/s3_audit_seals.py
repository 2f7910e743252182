"""Seals of audit chains in the archive bucket, whose lock keeps them (Object Lock).

A lock keeps versions: whoever may delete can still hide an object behind a delete marker, and
whoever may write can put a newer version before it. So seals are read from the list of versions,
and everything that a seal says is in its key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from extdata.domain.audit import ChainId
from extdata.domain.errors import ArchiveBroken
from extdata.domain.seal import ChainSeal
from puhui.aws import error_code
from puhui.bodies import Body
from puhui.errors import UpstreamUnavailable
from puhui.tenancy import BankId

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_KEY: Final = re.compile(r"(\d{1,4})/(\d{10,})-([0-9a-f]{64})\.json", re.ASCII)
_TAKEN: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
_SEAL = Body(ChainSeal)


class S3AuditSeals:
    """`extdata.audit_ports.AuditSeals`; keys hold shard, sequence and hash, so each is once."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def keep(self, seal: ChainSeal) -> None:
        """A conditional write; a seal that is there already was written by an earlier run."""
        chain = seal.chain
        key = f"{_prefix(chain.bank_id, chain.day)}{chain.shard}/{seal.sequence:010d}-{seal.hash}"
        with _s3_errors():
            try:
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=f"{key}.json",
                    Body=_SEAL.write(seal).encode(),
                    ContentType="application/json",
                    IfNoneMatch="*",
                )
            except ClientError as error:
                if error_code(error) not in _TAKEN:
                    raise

    def of_day(self, bank_id: BankId, day: str) -> Sequence[ChainSeal]:
        """Every seal that was ever kept for a day, by shard and sequence."""
        sealed: dict[str, ChainSeal] = {}
        with _s3_errors():
            pages = self._client.get_paginator("list_object_versions").paginate(
                Bucket=self._bucket, Prefix=_prefix(bank_id, day)
            )
            for page in pages:
                for one in page.get("Versions", []):
                    seal = _seal_of(bank_id, day, one["Key"], one["LastModified"])
                    known = sealed.setdefault(one["Key"], seal)
                    if seal.sealed_at < known.sealed_at:
                        sealed[one["Key"]] = seal
        return list(sealed.values())


def _prefix(bank_id: str, day: str) -> str:
    return f"audit-seals/{bank_id}/{day}/"


def _seal_of(bank_id: str, day: str, key: str, sealed_at: datetime) -> ChainSeal:
    """Read a seal out of its key; one that we cannot have written is an altered archive."""
    found = _KEY.fullmatch(key.removeprefix(_prefix(bank_id, day)))
    if found is None:
        raise ArchiveBroken("among the seals lies what is none", rule="archive.seal")
    shard, sequence, digest = found.groups()
    chain = ChainId(bank_id=bank_id, day=day, shard=int(shard))
    return ChainSeal(chain=chain, sequence=int(sequence), hash=digest, sealed_at=sealed_at)


@contextmanager
def _s3_errors() -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise UpstreamUnavailable("the archive does not answer") from error
