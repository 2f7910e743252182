"""Ciphers and seals under keys of KMS itself, and keys from Secrets Manager."""

from __future__ import annotations

import base64

import boto3
import pytest

from puhui.blind_index import BlindIndex
from puhui.data_keys import SealBroken
from puhui.errors import UpstreamUnavailable
from puhui.field_cipher import FieldCipher
from puhui.sealing import Sealer
from puhui.secrets import secret_key

CONTEXT = {"bank_id": "north", "application_id": "app-1"}
PARTY = {"name": "张三", "payout_account": "6222021234567890123"}


def test_a_seal_made_in_one_function_opens_in_another(account: str) -> None:
    sealed = Sealer(boto3.client("kms"), account).seal(PARTY, CONTEXT)

    assert Sealer(boto3.client("kms"), account).open(sealed, CONTEXT) == PARTY


def test_a_seal_does_not_open_in_another_context(account: str) -> None:
    kms = boto3.client("kms")
    sealed = Sealer(kms, account).seal(PARTY, CONTEXT)

    with pytest.raises(SealBroken):
        Sealer(kms, account).open(sealed, {**CONTEXT, "bank_id": "south"})


def test_a_rotated_key_still_opens_what_it_closed(account: str) -> None:
    kms = boto3.client("kms")
    text = FieldCipher(kms, account).encrypt("13800138000", "here", bank_id="north")
    kms.enable_key_rotation(KeyId=account)

    assert FieldCipher(kms, account).decrypt(text, "here") == "13800138000"


@pytest.mark.parametrize("kind", ["binary", "base64", "text"])
def test_a_secret_key_is_read_in_whatever_form_it_was_written(kind: str, account: str) -> None:
    client, key = boto3.client("secretsmanager"), bytes(range(33))
    text = "a sentence of more than thirty-two characters"
    if kind == "binary":
        client.create_secret(Name=kind, SecretBinary=key)
    else:
        value = base64.b64encode(key).decode() if kind == "base64" else text
        client.create_secret(Name=kind, SecretString=value)

    assert secret_key(client, kind) == (text.encode() if kind == "text" else key)
    assert BlindIndex.from_secret(client, kind).index("f", "v")


def test_a_secret_that_is_not_there_is_unavailable(account: str) -> None:
    with pytest.raises(UpstreamUnavailable):
        secret_key(boto3.client("secretsmanager"), "nowhere")
