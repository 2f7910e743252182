"""Encrypted fields open in their own place only (threats T13, T16, T24)."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.blind_index import BlindIndex, normalised
from puhui.clock import UTC, FixedClock
from puhui.data_keys import MAX_CACHED_KEYS, DataKeys, KeyUnavailable, SealBroken
from puhui.errors import UpstreamUnavailable
from puhui.field_cipher import CIPHERTEXT, FieldCipher, field_aad
from tests.support.kms import InMemoryKms

NOON = datetime(2026, 8, 3, 12, 0, tzinfo=UTC)
HERE = field_aad("t", "BANK#north#CUS#1", "CUSTOMER", "phone")
PHONE = "13800138000"
TEXT = st.text(max_size=60)


def a_cipher(kms: InMemoryKms | None = None, clock: FixedClock | None = None) -> FieldCipher:
    return FieldCipher(kms or InMemoryKms(), "key-1", clock or FixedClock(NOON))  # type: ignore[arg-type]


@given(TEXT, TEXT)
def test_a_field_reads_back_in_its_place(plaintext: str, aad: str) -> None:
    cipher = a_cipher()

    assert cipher.decrypt(cipher.encrypt(plaintext, aad, bank_id="north"), aad) == plaintext


@pytest.mark.parametrize(
    "elsewhere",
    [
        field_aad("t", "BANK#north#CUS#2", "CUSTOMER", "phone"),
        field_aad("t", "BANK#north#CUS#1", "OTHER", "phone"),
        field_aad("t", "BANK#north#CUS#1", "CUSTOMER", "id_number"),
        field_aad("u", "BANK#north#CUS#1", "CUSTOMER", "phone"),
        field_aad("t", "BANK#north#CUS#1|CUSTOMER", "", "phone"),
        "",
    ],
)
def test_a_ciphertext_moved_elsewhere_does_not_open(elsewhere: str) -> None:
    cipher = a_cipher()
    moved = cipher.encrypt(PHONE, HERE)

    with pytest.raises(SealBroken):
        cipher.decrypt(moved, elsewhere)


def test_the_name_of_a_place_cannot_be_made_from_other_parts() -> None:
    assert field_aad("t", "a|b", "c", "f") != field_aad("t", "a", "b|c", "f")


def test_a_ciphertext_relabelled_to_another_bank_or_month_does_not_open() -> None:
    cipher = a_cipher()
    text = cipher.encrypt(PHONE, HERE, bank_id="north")

    for label in ("south/2026-08", "north/2026-09"):
        with pytest.raises(SealBroken):
            cipher.decrypt(text.replace("north/2026-08", label), HERE)


@given(st.data())
def test_any_changed_character_of_a_ciphertext_is_found(data: st.DataObject) -> None:
    cipher = a_cipher()
    text = cipher.encrypt(PHONE, HERE)
    position = data.draw(st.integers(0, len(text) - 1))
    character = data.draw(st.sampled_from("abcXYZ019-_./"))
    changed = text[:position] + character + text[position + 1 :]

    if base_bytes(changed) != base_bytes(text):
        with pytest.raises(SealBroken):
            cipher.decrypt(changed, HERE)


def base_bytes(text: str) -> object:
    """What a ciphertext says: base64 has spare bits in its last character that say nothing."""
    match = CIPHERTEXT.fullmatch(text)
    if match is None:
        return text
    parts = match.groups()
    return (*parts[:2], *(base64.urlsafe_b64decode(p + "=" * (-len(p) % 4)) for p in parts[2:]))


@pytest.mark.parametrize(
    "text", ["", PHONE, "e1...", "e2.north/2026-08.AA.AA", "e1.north/2026-08.A.A"]
)
def test_text_that_is_no_ciphertext_is_refused(text: str) -> None:
    with pytest.raises(SealBroken):
        a_cipher().decrypt(text, HERE)


def test_a_ciphertext_shows_nothing_and_never_repeats() -> None:
    cipher = a_cipher()
    one, other = cipher.encrypt(PHONE, HERE), cipher.encrypt(PHONE, HERE)

    assert one != other
    assert PHONE not in one


def test_one_key_serves_a_bank_for_a_month() -> None:
    kms, clock = InMemoryKms(), FixedClock(NOON)
    cipher = a_cipher(kms, clock)

    for number in range(50):
        cipher.encrypt(str(number), HERE, bank_id="north")
    assert kms.generated == 1
    cipher.encrypt("x", HERE, bank_id="south")
    clock.advance(timedelta(days=31))
    cipher.encrypt("x", HERE, bank_id="north")

    assert kms.generated == 3


def test_last_months_ciphertext_opens_this_month_in_another_process() -> None:
    kms, clock = InMemoryKms(), FixedClock(NOON)
    text = a_cipher(kms, clock).encrypt(PHONE, HERE)
    clock.advance(timedelta(days=31))

    fresh = a_cipher(kms, clock)

    assert [fresh.decrypt(text, HERE) for _ in range(3)] == [PHONE] * 3
    assert kms.decrypted == 1


@pytest.mark.parametrize(
    ("aad", "bank"),
    [
        (field_aad("t", "BANK#north#APP#1", "X", "f"), "north"),
        ("BANK#huangshan-rcb#APP#1|task_token", "huangshan-rcb"),
        ("BANK#south", "south"),
        ("APP#1", "shared"),
        ("BANK#North#1", "shared"),
    ],
)
def test_the_bank_of_a_key_is_read_from_the_row(aad: str, bank: str) -> None:
    assert a_cipher().encrypt(PHONE, aad).startswith(f"e1.{bank}/2026-08.")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("AccessDeniedException", KeyUnavailable),
        ("DisabledException", KeyUnavailable),
        ("KMSInvalidStateException", KeyUnavailable),
        ("InvalidCiphertextException", SealBroken),
        ("ThrottlingException", UpstreamUnavailable),
        ("KMSInternalException", UpstreamUnavailable),
    ],
)
def test_a_revoked_key_fails_closed_and_a_busy_one_may_be_asked_again(
    code: str, expected: type[Exception]
) -> None:
    kms = InMemoryKms()
    text = a_cipher(kms).encrypt(PHONE, HERE)
    kms.error_code = code

    with pytest.raises(expected):
        a_cipher(kms).decrypt(text, HERE)
    with pytest.raises(expected):
        a_cipher(kms).encrypt(PHONE, HERE)


def test_a_key_service_out_of_reach_is_unavailable() -> None:
    kms = InMemoryKms()
    kms.unreachable = True

    with pytest.raises(UpstreamUnavailable):
        a_cipher(kms).encrypt(PHONE, HERE)


def test_opened_keys_are_bounded_and_can_be_forgotten() -> None:
    kms = InMemoryKms()
    keys = DataKeys(kms, "key-1")  # type: ignore[arg-type]
    first = keys.generate({"n": "0"})
    for number in range(1, MAX_CACHED_KEYS + 1):
        keys.generate({"n": str(number)})

    keys.open(first.wrapped, {"n": "0"})
    assert kms.decrypted == 1
    keys.forget()
    keys.open(first.wrapped, {"n": "0"})

    assert kms.decrypted == 2
    assert str(first.plaintext) not in repr(first)


def test_a_key_opened_before_does_not_open_in_another_context() -> None:
    keys = DataKeys(InMemoryKms(), "key-1")  # type: ignore[arg-type]
    key = keys.generate({"bank_id": "north"})

    assert keys.open(key.wrapped, {"bank_id": "north"}) == key.plaintext
    with pytest.raises(SealBroken):
        keys.open(key.wrapped, {"bank_id": "south"})


INDEX = BlindIndex(b"k" * 32)


@pytest.mark.parametrize(
    "spelling", [PHONE, " 138-0013-8000 ", "１３８００１３８０００", "138 0013 8000"]
)
def test_spellings_of_one_value_have_one_fingerprint(spelling: str) -> None:
    assert INDEX.index("phone", spelling) == INDEX.index("phone", PHONE)


def test_a_fingerprint_is_32_hex_characters_and_shows_nothing() -> None:
    fingerprint = INDEX.index("phone", PHONE)

    assert len(fingerprint) == 32
    assert int(fingerprint, 16) >= 0
    assert PHONE not in fingerprint


def test_another_field_or_key_gives_another_fingerprint() -> None:
    assert INDEX.index("phone", PHONE) != INDEX.index("account", PHONE)
    assert INDEX.index("phone", PHONE) != BlindIndex(b"l" * 32).index("phone", PHONE)


@given(TEXT, TEXT)
def test_equal_fingerprints_mean_equal_values(one: str, other: str) -> None:
    same = INDEX.index("f", one) == INDEX.index("f", other)

    assert same == (normalised(one) == normalised(other))


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        BlindIndex(b"short")
