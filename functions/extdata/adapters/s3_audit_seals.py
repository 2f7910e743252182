"""Seals of audit chains in the archive bucket, whose lock keeps them (Object Lock)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from extdata.adapters.bodies import Body
from extdata.domain.seal import ChainSeal
from puhui.aws import error_code
from puhui.errors import UpstreamUnavailable
from puhui.tenancy import BankId

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MAX_SEAL_BYTES: Final = 4_096
_TAKEN: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
_SEAL = Body(ChainSeal)


class S3AuditSeals:
    """`extdata.finance_ports.AuditSeals`; keys hold shard, sequence and hash, so each is once."""

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
        """Every seal of a day, by shard and sequence."""
        seals: list[ChainSeal] = []
        with _s3_errors():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=_prefix(bank_id, day)
            )
            for page in pages:
                for one in page.get("Contents", []):
                    answer = self._client.get_object(Bucket=self._bucket, Key=one["Key"])
                    seals.append(_SEAL.read(answer["Body"].read(MAX_SEAL_BYTES)))
        return seals


def _prefix(bank_id: str, day: str) -> str:
    return f"audit-seals/{bank_id}/{day}/"


@contextmanager
def _s3_errors() -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise UpstreamUnavailable("the archive does not answer") from error
