"""Providers' keys: rotated without downtime, closed when closed, never in any log."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from extdata.adapters.secret_provider_keys import KEYS_SECONDS, Keys, SecretProviderKeys
from extdata.adapters.short_memory import ShortMemory
from extdata.domain.errors import KeyUnavailable
from extdata.provider_ports import KeyVersion
from puhui.data_keys import KeyUnavailable as KmsKeyUnavailable
from puhui.errors import Conflict, PuhuiError, StaleVersion, UpstreamUnavailable
from puhui.field_cipher import FieldCipher
from puhui.observability import instrument, logger
from tests.component.extdata.storage import (
    KEYS_PREFIX,
    Faulty,
    Ticks,
    account,
    raising,
    refusal,
    taking_effect_then,
)
from tests.support.extdata import BANK

SECRET_ID = f"{KEYS_PREFIX}/{BANK}/sbx-tax"
DENIALS = (
    "AccessDeniedException",
    "DecryptionFailure",
    "InvalidRequestException",
    "KMSInvalidStateException",
)
"""What Secrets Manager says when the secret or the KMS key behind it is closed."""
GONE = EndpointConnectionError(endpoint_url="https://secretsmanager")


@pytest.fixture
def kms_key() -> Iterator[str]:
    """An empty account; the module's key."""
    with account() as key:
        yield key


def some_keys(kms_key: str, client: Any = None, ticks: Ticks | None = None) -> SecretProviderKeys:
    """Keys of one process."""
    memory = ShortMemory[Keys](KEYS_SECONDS, ticks or Ticks())
    return SecretProviderKeys(
        client or boto3.client("secretsmanager"), KEYS_PREFIX, kms_key, memory
    )


def a_version(number: int, material: bytes = b"") -> KeyVersion:
    """A version with material of its own."""
    return KeyVersion(version=f"v{number}", material=material or bytes([number]) * 32)


def names(keys: SecretProviderKeys, name: str = "body") -> list[str]:
    """Versions as they are known now."""
    return [one.version for one in keys.versions(BANK, "sbx-tax", name)]


def test_a_rotation_is_noticed_without_downtime(kms_key: str) -> None:
    ticks = Ticks()
    here, there = some_keys(kms_key, ticks=ticks), some_keys(kms_key)
    there.put(BANK, "sbx-tax", "body", a_version(1))
    assert names(here) == ["v1"]
    there.put(BANK, "sbx-tax", "body", a_version(2))

    remembered = names(here)
    ticks.now += KEYS_SECONDS

    assert (remembered, names(here)) == (["v1"], ["v2", "v1"])


def test_a_message_under_a_fresh_key_makes_a_process_look_again_at_once(kms_key: str) -> None:
    here, there = some_keys(kms_key), some_keys(kms_key)
    there.put(BANK, "sbx-tax", "body", a_version(1))
    names(here)
    there.put(BANK, "sbx-tax", "body", a_version(2))

    refreshed = here.refresh(BANK, "sbx-tax", "body")

    assert [one.version for one in refreshed] == ["v2", "v1"]


def test_going_back_to_an_older_version_makes_it_the_current_one(kms_key: str) -> None:
    keys = some_keys(kms_key)
    for number in (1, 2):
        keys.put(BANK, "sbx-tax", "body", a_version(number))

    keys.put(BANK, "sbx-tax", "body", a_version(1))

    assert names(keys) == ["v1", "v2"]


def test_the_same_version_put_twice_is_one(kms_key: str) -> None:
    client = Faulty(boto3.client("secretsmanager"))
    keys = some_keys(kms_key, client)
    keys.put(BANK, "sbx-tax", "body", a_version(1))

    keys.put(BANK, "sbx-tax", "body", a_version(1))

    assert names(keys) == ["v1"]
    assert "put_secret_value" not in client.calls


def test_a_version_never_changes_its_material(kms_key: str) -> None:
    keys = some_keys(kms_key)
    keys.put(BANK, "sbx-tax", "body", a_version(1))

    with pytest.raises(Conflict) as refused:
        keys.put(BANK, "sbx-tax", "body", a_version(1, b"x" * 32))

    assert refused.value.rule == "key.version"


def test_a_put_whose_answer_is_lost_is_found_by_the_repetition(kms_key: str) -> None:
    client = Faulty(
        boto3.client("secretsmanager"),
        {
            "create_secret": [taking_effect_then(GONE)],
            "put_secret_value": [taking_effect_then(GONE)],
        },
    )
    keys = some_keys(kms_key, client)

    for number in (1, 2):
        with pytest.raises(UpstreamUnavailable):
            keys.put(BANK, "sbx-tax", "body", a_version(number))
        keys.put(BANK, "sbx-tax", "body", a_version(number))

    assert names(keys) == ["v2", "v1"]


def test_who_puts_second_adds_to_what_the_first_wrote(kms_key: str) -> None:
    some_keys(kms_key).put(BANK, "sbx-tax", "body", a_version(1))
    client = Faulty(boto3.client("secretsmanager"))
    late = some_keys(kms_key, client)

    def another_was_first(_: Any) -> Any:
        some_keys(kms_key).put(BANK, "sbx-tax", "body", a_version(2))
        raise refusal("ResourceExistsException", "PutSecretValue")

    client.faults["put_secret_value"] = [another_was_first]
    late.put(BANK, "sbx-tax", "body", a_version(3))

    assert names(late) == ["v3", "v2", "v1"]


class Refusing(Faulty):
    """A secret store in which somebody else is always faster."""

    def put_secret_value(self, **request: Any) -> Any:
        """Keep the token, refuse the write."""
        self.calls.append(request["ClientRequestToken"])
        raise refusal("ResourceExistsException", "PutSecretValue")


def test_all_who_follow_the_same_version_send_the_same_token(kms_key: str) -> None:
    some_keys(kms_key).put(BANK, "sbx-tax", "body", a_version(1))
    clients = [Refusing(boto3.client("secretsmanager")) for _ in range(2)]

    for number, client in enumerate(clients, start=2):
        with pytest.raises(StaleVersion):
            some_keys(kms_key, client).put(BANK, "sbx-tax", "body", a_version(number))

    tokens = {call for client in clients for call in client.calls if call != "get_secret_value"}
    assert len(tokens) == 1


@pytest.mark.parametrize("code", DENIALS)
def test_keys_that_are_closed_to_us_are_no_longer_used_after_the_bound(
    kms_key: str, code: str
) -> None:
    ticks, client = Ticks(), Faulty(boto3.client("secretsmanager"))
    keys = some_keys(kms_key, client, ticks)
    keys.put(BANK, "sbx-tax", "body", a_version(1))
    names(keys)
    client.faults["get_secret_value"] = [raising(refusal(code, "GetSecretValue"))]

    ticks.now += KEYS_SECONDS

    with pytest.raises(KeyUnavailable) as closed:
        names(keys)
    assert closed.value.rule == "key.denied"


def test_a_silent_secret_store_is_unavailable_and_may_be_asked_again(kms_key: str) -> None:
    client = Faulty(boto3.client("secretsmanager"))
    keys = some_keys(kms_key, client)
    keys.put(BANK, "sbx-tax", "body", a_version(1))
    client.faults["get_secret_value"] = [raising(GONE)]

    with pytest.raises(UpstreamUnavailable):
        names(keys)

    assert names(keys) == ["v1"]


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        '{"body": {"current": "v2", "versions": {"v1": "AAAA"}}}',
        '{"body": {"current": "v1", "versions": {"v1": "not base64!"}}}',
        '{"body": "AAAA"}',
    ],
)
def test_a_secret_of_another_form_is_no_key(kms_key: str, text: str) -> None:
    boto3.client("secretsmanager").create_secret(Name=SECRET_ID, SecretString=text)

    with pytest.raises(KeyUnavailable) as refused:
        names(some_keys(kms_key))

    assert refused.value.rule == "key.format"


def test_a_secret_written_by_hand_is_read(kms_key: str) -> None:
    key = base64.b64encode(bytes(32)).decode()
    text = json.dumps({"body": {"current": "v1", "versions": {"v0": key, "v1": key}}})
    boto3.client("secretsmanager").create_secret(Name=SECRET_ID, SecretString=text)

    assert names(some_keys(kms_key)) == ["v1", "v0"]


def test_secrets_lie_under_the_modules_own_key(kms_key: str) -> None:
    some_keys(kms_key).put(BANK, "sbx-tax", "body", a_version(1))

    described = boto3.client("secretsmanager").describe_secret(SecretId=SECRET_ID)

    assert described["KmsKeyId"] == kms_key


class HonestKms(Faulty):
    """moto decrypts under a disabled key; KMS does not."""

    def decrypt(self, **request: Any) -> Any:
        """Refuse unless the key is enabled."""
        key = self.client.describe_key(KeyId=request["KeyId"])["KeyMetadata"]
        if key["KeyState"] != "Enabled":
            raise refusal("DisabledException", "Decrypt")
        return self.client.decrypt(**request)


def test_data_under_a_rotated_kms_key_is_still_read_and_under_a_disabled_one_not(
    kms_key: str,
) -> None:
    kms = boto3.client("kms")
    text = FieldCipher(kms, kms_key).encrypt("old data", "here", bank_id=BANK)
    honest: Any = HonestKms(kms)
    kms.enable_key_rotation(KeyId=kms_key)
    read = FieldCipher(honest, kms_key).decrypt(text, "here")

    kms.disable_key(KeyId=kms_key.rpartition("/")[2])

    assert read == "old data"
    with pytest.raises(KmsKeyUnavailable):
        FieldCipher(honest, kms_key).decrypt(text, "here")


def test_no_key_gets_into_a_log_line_whatever_fails(
    kms_key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    material = b"a key that nobody may ever see!!"
    client = Faulty(boto3.client("secretsmanager"))
    keys = some_keys(kms_key, client)
    version = a_version(1, material)

    @instrument
    def handler(event: Any, context: Any) -> Any:
        keys.put(BANK, "sbx-tax", "body", version)
        logger.info("key put", version=repr(version), subject=version, key=keys.versions)
        with pytest.raises(Conflict) as clash:
            keys.put(BANK, "sbx-tax", "body", a_version(1, b"another one of thirty-two bytes!"))
        logger.error("refused", error=clash.value)
        client.faults["get_secret_value"] = [raising(refusal("DecryptionFailure", "Get"))]
        return keys.refresh(BANK, "sbx-tax", "body")

    with pytest.raises(PuhuiError) as failed:
        handler({"correlation_id": "cor-1"}, None)

    shown = "".join(capsys.readouterr()) + repr(failed.value) + repr(version)
    assert "key put" in shown
    for form in (material.decode(), base64.b64encode(material).decode(), material.hex()):
        assert form not in shown
    assert "another one" not in shown
