"""Seals open for their own application only (threats T13, T24)."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.data_keys import SealBroken
from puhui.field_cipher import FieldCipher
from puhui.sealing import Sealer
from tests.support.kms import InMemoryKms

PHONE = "13800138000"
CONTEXT = {"bank_id": "north", "application_id": "app-1"}
PARTY = {"name": "张三", "phone": PHONE, "amounts": [1, 2], "none": None}
TEXT = st.text(max_size=60)
DATA = st.dictionaries(TEXT, TEXT | st.integers() | st.none() | st.booleans(), max_size=5)


def a_sealer(kms: InMemoryKms | None = None) -> Sealer:
    return Sealer(kms or InMemoryKms(), "key-1")  # type: ignore[arg-type]


class CarelessKms(InMemoryKms):
    """A key service that does not look at contexts."""

    def generate_data_key(self, **request: Any) -> dict[str, Any]:
        """Make a key for any context."""
        return super().generate_data_key(**{**request, "EncryptionContext": {}})

    def decrypt(self, **request: Any) -> dict[str, Any]:
        """Open a key with any context."""
        return super().decrypt(**{**request, "EncryptionContext": {}})


def test_a_seal_checks_its_context_even_if_the_key_service_does_not() -> None:
    kms = CarelessKms()
    sealed = a_sealer(kms).seal(PARTY, CONTEXT)

    assert a_sealer(kms).open(sealed, CONTEXT) == PARTY
    with pytest.raises(SealBroken):
        a_sealer(kms).open(sealed, {**CONTEXT, "application_id": "app-2"})


@given(DATA)
def test_a_seal_opens_with_its_context(data: dict[str, object]) -> None:
    sealer = a_sealer()

    assert sealer.open(sealer.seal(data, CONTEXT), CONTEXT) == data


@pytest.mark.parametrize(
    "context",
    [
        {"bank_id": "south", "application_id": "app-1"},
        {"bank_id": "north", "application_id": "app-2"},
        {**CONTEXT, "more": "x"},
    ],
)
def test_a_seal_does_not_open_for_another_application(context: dict[str, str]) -> None:
    kms = InMemoryKms()
    sealed = a_sealer(kms).seal(PARTY, CONTEXT)

    with pytest.raises(SealBroken):
        a_sealer(kms).open(sealed, context)


@given(st.data())
def test_any_changed_byte_of_a_seal_is_found(data: st.DataObject) -> None:
    sealer = a_sealer()
    raw = bytearray(base64.b64decode(sealer.seal(PARTY, CONTEXT)))
    position = data.draw(st.integers(0, len(raw) - 1))
    raw[position] ^= data.draw(st.integers(1, 255))

    with pytest.raises(SealBroken):
        sealer.open(base64.b64encode(bytes(raw)).decode(), CONTEXT)


@given(st.integers(0, 400))
def test_a_cut_seal_is_refused(length: int) -> None:
    sealer = a_sealer()
    raw = base64.b64decode(sealer.seal(PARTY, CONTEXT))

    with pytest.raises(SealBroken):
        sealer.open(base64.b64encode(raw[: min(length, len(raw) - 1)]).decode(), CONTEXT)


@pytest.mark.parametrize("sealed", ["", "x", "====", "你好", PHONE])
def test_text_that_is_no_seal_is_refused(sealed: str) -> None:
    with pytest.raises(SealBroken):
        a_sealer().open(sealed, CONTEXT)


@pytest.mark.parametrize(
    "context", [{}, {"bank_id": "north"}, {"bank_id": "", "application_id": "a"}]
)
def test_a_context_names_bank_and_application(context: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="context names"):
        a_sealer().seal(PARTY, context)


def test_a_field_ciphertext_is_no_seal_and_their_keys_do_not_mix() -> None:
    kms = InMemoryKms()
    text = FieldCipher(kms, "key-1").encrypt(PHONE, "here")  # type: ignore[arg-type]
    wrapped = text.split(".")[2]
    raw = base64.urlsafe_b64decode(wrapped + "=" * (-len(wrapped) % 4))
    forged = base64.b64encode(b"s1" + len(raw).to_bytes(2, "big") + raw + bytes(40)).decode()

    with pytest.raises(SealBroken):
        a_sealer(kms).open(forged, CONTEXT)


def test_a_sealed_party_fits_its_field() -> None:
    party = {"name": "名" * 100, "address": "址" * 200, "phone": PHONE, "account": "6" * 30}

    assert len(a_sealer().seal(party, CONTEXT)) < 8_192
