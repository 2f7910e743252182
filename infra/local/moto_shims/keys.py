"""Shim over moto's KMS: a symmetric key has no key pair.

moto makes an RSA pair of 2,048 bits for every key, symmetric ones included: a tenth of a second
for each key of a local cloud and of most component tests.
"""

from __future__ import annotations

import importlib
from typing import Any, NoReturn

from infra.local.moto_shims.patching import replace


class NoKeyPair:
    """What a symmetric key has instead: every use is refused as KMS refuses it."""

    def sign(self, *_: Any) -> NoReturn:
        """A symmetric key signs nothing."""
        raise _unsupported()

    def verify(self, *_: Any) -> NoReturn:
        """A symmetric key verifies nothing."""
        raise _unsupported()

    def public_key(self) -> NoReturn:
        """A symmetric key has no public key."""
        raise _unsupported()


def install() -> None:
    """Make key pairs for the key specs that have one only."""
    models = importlib.import_module("moto.kms.models")
    specs = importlib.import_module("moto.kms.utils").KeySpec
    symmetric = {specs.SYMMETRIC_DEFAULT.value, *specs.hmac_key_specs()}
    generate = models.generate_private_key

    def generate_where_there_is_one(key_spec: str) -> Any:
        return NoKeyPair() if key_spec in symmetric else generate(key_spec)

    replace(models, "generate_private_key", generate_where_there_is_one)


def _unsupported() -> Exception:
    from moto.core.exceptions import JsonRESTError

    return JsonRESTError(
        "UnsupportedOperationException", "The operation is not supported for a symmetric KMS key."
    )
