"""AWS clients with explicit limits, one per service and process, made on first use."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

CONNECT_TIMEOUT_SECONDS = 2
READ_TIMEOUT_SECONDS = 5
INVOKE_READ_TIMEOUT_SECONDS = 60
"""Synchronous calls of another function wait as long as that function may run."""
MAX_ATTEMPTS = 3


@cache
def client(service: str) -> Any:
    """Answer the client of a service: `client("s3")`; endpoint and region come from the machine.

    Wiring annotates the result: `s3: S3Client = client("s3")`. A call of another function is not
    repeated here: its caller decides.
    """
    invokes = service == "lambda"
    return boto3.client(
        service,
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            read_timeout=INVOKE_READ_TIMEOUT_SECONDS if invokes else READ_TIMEOUT_SECONDS,
            retries={"mode": "standard", "max_attempts": 1 if invokes else MAX_ATTEMPTS},
            tcp_keepalive=True,
            # In old regions presigned forms are still signed with version 2, which KMS refuses.
            signature_version="s3v4" if service == "s3" else None,
        ),
    )
