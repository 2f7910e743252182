"""The bytes of policy versions, in the bucket where nothing can be changed, under their hash."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from puhui.errors import UpstreamUnavailable
from puhui.tenancy import BankId
from risk.domain.errors import PolicyNotValid

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX: Final = "policies/"


@dataclass(frozen=True)
class S3PolicyBodies:
    """Policies by bank and hash."""

    client: S3Client
    bucket: str

    def keep(self, bank_id: BankId, body: bytes) -> None:
        """Write the bytes; S3 checks the hash (Object Lock demands one)."""
        digest = hashlib.sha256(body)
        try:
            self.client.put_object(
                Bucket=self.bucket,
                Key=_key(bank_id, digest.hexdigest()),
                Body=body,
                ContentType="application/json",
                ChecksumAlgorithm="SHA256",
                ChecksumSHA256=base64.b64encode(digest.digest()).decode(),
            )
        except (ClientError, BotoCoreError) as error:
            raise UpstreamUnavailable("the policy store does not answer") from error

    def read(self, bank_id: BankId, sha256: str) -> bytes:
        """The bytes with this hash, and no others."""
        try:
            found = self.client.get_object(Bucket=self.bucket, Key=_key(bank_id, sha256))
            body = found["Body"].read()
        except (ClientError, BotoCoreError) as error:
            raise UpstreamUnavailable("the policy store does not answer") from error
        if hashlib.sha256(body).hexdigest() != sha256:
            raise PolicyNotValid("the policy's bytes are not those that were approved")
        return body


def _key(bank_id: BankId, sha256: str) -> str:
    return f"{PREFIX}{bank_id}/{sha256}.json"
