"""Daily files as they were delivered, in the rail's bucket; each lies under its hash, once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from puhui.aws import error_code
from puhui.errors import UpstreamUnavailable
from servicing.domain.rail.errors import RailFileRefused
from servicing.domain.rail.statement_file import MAX_FILE_BYTES

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

INCOMING: Final = "incoming/"
CSV: Final = "text/csv; charset=utf-8"
LIES_THERE: Final = frozenset({"PreconditionFailed", "412"})


@dataclass(frozen=True)
class S3RailFiles:
    """`servicing.rail_ports.FileStore`."""

    client: S3Client
    bucket: str

    def keep(self, content: bytes) -> str:
        """One write where the key is free; the same file delivered again lies there already."""
        key = f"{INCOMING}{hashlib.sha256(content).hexdigest()}.csv"
        try:
            self.client.put_object(
                Bucket=self.bucket, Key=key, Body=content, ContentType=CSV, IfNoneMatch="*"
            )
        except ClientError as error:
            if error_code(error) not in LIES_THERE:
                raise UpstreamUnavailable("the bucket of the rail refused") from error
        except BotoCoreError as error:
            raise UpstreamUnavailable("the bucket of the rail does not answer") from error
        return key

    def read(self, object_key: str) -> bytes:
        """One object; its size is checked before its bytes are."""
        try:
            answer = self.client.get_object(Bucket=self.bucket, Key=object_key)
            if answer["ContentLength"] > MAX_FILE_BYTES:
                raise RailFileRefused("the file is too large", field="file", rule="file.size")
            return answer["Body"].read()
        except (ClientError, BotoCoreError) as error:
            raise UpstreamUnavailable("the bucket of the rail does not answer") from error
