"""Objects that are written once: the key must be free, and S3 checks the hash."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from puhui.aws import error_code
from puhui.errors import UpstreamUnavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

TAKEN: Final = frozenset({"PreconditionFailed", "412"})
BUSY: Final = frozenset({"ConditionalRequestConflict", "409"})
"""Somebody else is writing this key now: S3 asks to repeat, the object may never come."""
MAX_PUTS: Final = 3
ABSENT: Final = frozenset({"NoSuchKey", "NoSuchBucket", "404"})


def put_first(client: S3Client, bucket: str, key: str, body: bytes, content_type: str) -> bool:
    """Write an object if the key is free; False when another lies there, which then stays."""
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    for _ in range(MAX_PUTS):
        try:
            client.put_object(
                Bucket=bucket,
                Key=key,
                Body=body,
                ContentType=content_type,
                ChecksumAlgorithm="SHA256",
                ChecksumSHA256=digest,
                IfNoneMatch="*",
            )
            return True
        except ClientError as error:
            code = error_code(error)
            if code in TAKEN:
                return False
            if code not in BUSY:
                raise UpstreamUnavailable("the record store does not answer") from error
        except BotoCoreError as error:
            raise UpstreamUnavailable("the record store does not answer") from error
    raise UpstreamUnavailable("others write this record now")


def get(client: S3Client, bucket: str, key: str) -> bytes | None:
    """An object's bytes; None when there is no such object."""
    try:
        return client.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error_code(error) in ABSENT:
            return None
        raise UpstreamUnavailable("the record store does not answer") from error
    except BotoCoreError as error:
        raise UpstreamUnavailable("the record store does not answer") from error


def versions(client: S3Client, bucket: str, prefix: str, delimiter: str = "") -> list[Any]:
    """Every page of a listing of all versions: what was overwritten or deleted is in it, too."""
    try:
        paginator = client.get_paginator("list_object_versions")
        return list(paginator.paginate(Bucket=bucket, Prefix=prefix, Delimiter=delimiter))
    except (ClientError, BotoCoreError) as error:
        raise UpstreamUnavailable("the record store does not answer") from error
