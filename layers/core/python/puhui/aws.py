"""AWS clients with explicit limits, one per service and process, made on first use."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CONNECT_TIMEOUT_SECONDS = 2
READ_TIMEOUT_SECONDS = 5
INVOKE_READ_TIMEOUT_SECONDS = 60
"""Synchronous calls of another function wait as long as that function may run."""
MAX_ATTEMPTS = 3
NOT_REPEATED = frozenset({"lambda", "stepfunctions"})
"""A call of a function is its caller's to repeat; a repeated answer to a waiting state whose first
try arrived would be told that nobody waits any more."""


@cache
def client(service: str) -> Any:
    """Answer the client of a service: `client("s3")`; endpoint and region come from the machine.

    Wiring annotates the result: `s3: S3Client = client("s3")`. A call of another function is not
    repeated here: its caller decides.
    """
    invokes = service == "lambda"
    once = service in NOT_REPEATED
    return boto3.client(
        service,
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            read_timeout=INVOKE_READ_TIMEOUT_SECONDS if invokes else READ_TIMEOUT_SECONDS,
            retries={"mode": "standard", "max_attempts": 1 if once else MAX_ATTEMPTS},
            tcp_keepalive=True,
            # In old regions presigned forms are still signed with version 2, which KMS refuses.
            signature_version="s3v4" if service == "s3" else None,
        ),
    )


def error_code(error: ClientError) -> str:
    """Read AWS's name of an error; empty when the answer had none."""
    return str(error.response.get("Error", {}).get("Code", ""))
