"""Providers' keys in Secrets Manager: one secret for each bank and provider, versions inside.

The secret `{prefix}/{bank}/{provider}` is JSON: {name: {"current": v, "versions": {v: base64},
"order": [v, …]}}, oldest first. Rotation needs no downtime: a new version becomes the current one,
older ones stay for reading. A process notices after at most KEYS_SECONDS, or at once when it asks
to (`refresh`), as after a signature that no known version verifies. What cannot be read fails
closed: when the secret or the KMS key behind it is closed to us there is no key any more, at the
latest after KEYS_SECONDS.
"""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from extdata.adapters.short_memory import ShortMemory
from extdata.domain.errors import KeyUnavailable
from extdata.provider_ports import KeyVersion
from puhui.aws import error_code
from puhui.errors import BadRequest, Conflict, StaleVersion, UpstreamUnavailable
from puhui.ids import derived_id
from puhui.strict_json import dumps, loads
from puhui.tenancy import BankId

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

KEYS_SECONDS: Final = 60.0
"""How long keys are remembered: the bound for noticing a rotation or a revocation."""
REFRESH_SECONDS: Final = 5.0
"""How often a message that no key opens may make a provider's keys be read again."""
MAX_PUT_ATTEMPTS: Final = 3
_MISSING: Final = "ResourceNotFoundException"
_EXISTS: Final = "ResourceExistsException"
_UNAVAILABLE = frozenset({"InternalServiceError", "ThrottlingException", "RequestTimeout"})
Keys = dict[str, dict[str, Any]]


class SecretProviderKeys:
    """`extdata.ports.ProviderKeys`."""

    def __init__(
        self,
        client: SecretsManagerClient,
        prefix: str,
        kms_key_id: str,
        memory: ShortMemory[Keys] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep secrets below a prefix, encrypted under a KMS key."""
        self._client = client
        self._prefix = prefix
        self._kms_key_id = kms_key_id
        self._monotonic = monotonic
        self._refreshed: dict[tuple[str, str], float] = {}
        self._memory = ShortMemory[Keys](KEYS_SECONDS) if memory is None else memory

    def versions(self, bank_id: BankId, provider_id: str, name: str) -> Sequence[KeyVersion]:
        """The current version first, then the others from the newest to the oldest."""
        place = (bank_id, provider_id)
        try:
            keys = self._memory.get(place, lambda: self._load(*place)[0])
        except _NoSecret as error:
            raise KeyUnavailable(
                "the provider has no keys", field=name, rule="key.missing"
            ) from error
        return _versions(keys, name)

    def refresh(self, bank_id: BankId, provider_id: str, name: str) -> Sequence[KeyVersion]:
        """The same, read again now: a message may be signed by a key put a moment ago.

        At most once in REFRESH_SECONDS for each provider: a forged message must not cost a call.
        """
        place = (bank_id, provider_id)
        now = self._monotonic()
        if now - self._refreshed.get(place, -REFRESH_SECONDS) >= REFRESH_SECONDS:
            self._refreshed[place] = now
            self._memory.forget(place)
        return self.versions(bank_id, provider_id, name)

    def put(self, bank_id: BankId, provider_id: str, name: str, version: KeyVersion) -> None:
        """Add a version as the current one; the same again changes nothing.

        Two who put at once: the second finds that the secret changed and starts again with it.
        """
        with self._memory.changing((bank_id, provider_id)):
            for _ in range(MAX_PUT_ATTEMPTS):
                keys, stands = self._known(bank_id, provider_id)
                changed = _with(keys, name, version)
                if changed == keys:
                    return
                if self._written(bank_id, provider_id, changed, stands):
                    return
            raise StaleVersion("the provider's keys are being changed by somebody else")

    def _known(self, bank_id: BankId, provider_id: str) -> tuple[Keys, str | None]:
        try:
            return self._load(bank_id, provider_id)
        except _NoSecret:
            return {}, None

    def _load(self, bank_id: BankId, provider_id: str) -> tuple[Keys, str]:
        """What the secret holds and its version."""
        with _secret_errors():
            answer = self._client.get_secret_value(SecretId=self._name(bank_id, provider_id))
        return _parsed(answer["SecretString"]), answer["VersionId"]

    def _written(self, bank_id: BankId, provider_id: str, keys: Keys, stands: str | None) -> bool:
        """Write after the version that was read; False when another was written meanwhile.

        The token is the same for everybody who follows that version, so Secrets Manager takes
        one of them and refuses the others, whose content differs.
        """
        name = self._name(bank_id, provider_id)
        token = derived_id("put", name, stands or "first")
        try:
            with _secret_errors():
                if stands is None:
                    self._client.create_secret(
                        Name=name,
                        Description="服务商密钥 keys of one data provider, all versions",
                        KmsKeyId=self._kms_key_id,
                        ClientRequestToken=token,
                        SecretString=dumps(keys),
                    )
                else:
                    self._client.put_secret_value(
                        SecretId=name, ClientRequestToken=token, SecretString=dumps(keys)
                    )
        except _Taken:
            return False
        return True

    def _name(self, bank_id: BankId, provider_id: str) -> str:
        return f"{self._prefix}/{bank_id}/{provider_id}"


class _NoSecret(Exception):
    """No key of this provider was ever put."""


class _Taken(Exception):
    """Somebody else wrote after the version that was read."""


def _versions(keys: Keys, name: str) -> Sequence[KeyVersion]:
    if name not in keys:
        raise KeyUnavailable("the provider has no such key", field=name, rule="key.missing")
    current = keys[name]["current"]
    order = [current, *(one for one in reversed(_order(keys[name])) if one != current)]
    return tuple(
        KeyVersion(version=one, material=base64.b64decode(keys[name]["versions"][one]))
        for one in order
    )


def _order(key: Mapping[str, Any]) -> list[str]:
    """Versions from the first put to the last."""
    return list(key.get("order", key["versions"]))


def _with(keys: Keys, name: str, version: KeyVersion) -> Keys:
    """The keys with one more version, the current one; a version's material never changes."""
    key = keys.get(name, {"versions": {}, "order": []})
    material = base64.b64encode(version.material).decode()
    if key["versions"].get(version.version, material) != material:
        raise Conflict(
            "this version of the key has other material", field="version", rule="key.version"
        )
    order = [one for one in _order(key) if one != version.version]
    changed = {
        "current": version.version,
        "versions": {**key["versions"], version.version: material},
        "order": [*order, version.version],
    }
    return {**keys, name: changed}


def _parsed(text: str) -> Keys:
    """The keys, or KeyUnavailable for anything else; the text never gets into an error."""
    try:
        keys = loads(text)
        for key in keys.values():
            for material in key["versions"].values():
                base64.b64decode(material, validate=True)
            if key["current"] not in key["versions"]:
                raise KeyError
    except (BadRequest, AttributeError, KeyError, TypeError, binascii.Error):
        raise KeyUnavailable("the provider's keys are not readable", rule="key.format") from None
    return dict(keys)


@contextmanager
def _secret_errors() -> Iterator[None]:
    """Missing, taken, for a moment not there, or closed to us; causes hold no secret text."""
    try:
        yield
    except ClientError as error:
        code = error_code(error)
        if code == _MISSING:
            raise _NoSecret from error
        if code == _EXISTS:
            raise _Taken from error
        if code in _UNAVAILABLE:
            raise UpstreamUnavailable("the secret store does not answer") from error
        raise KeyUnavailable("the provider's keys are closed to us", rule="key.denied") from error
    except BotoCoreError as error:
        raise UpstreamUnavailable("the secret store does not answer") from error
