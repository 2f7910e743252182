"""Keys from Secrets Manager, read once by wiring; never from environment or code."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from puhui.errors import UpstreamUnavailable

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

MIN_KEY_BYTES = 32


def secret_key(client: SecretsManagerClient, secret_id: str) -> bytes:
    """Read a symmetric key: binary, base64 text of at least 32 bytes, or the text's own bytes."""
    try:
        answer = client.get_secret_value(SecretId=secret_id)
    except (ClientError, BotoCoreError) as error:
        raise UpstreamUnavailable("the secret cannot be read") from error
    if "SecretBinary" in answer:
        return answer["SecretBinary"]
    text = answer["SecretString"]
    try:
        decoded = base64.b64decode(text, validate=True)
    except ValueError:
        decoded = b""
    return decoded if len(decoded) >= MIN_KEY_BYTES else text.encode()
