"""What a sealed contract leaves behind: one PDF, one seal, nothing personal in clear."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator

import boto3
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests.support.aws import scan_text
from tests.support.signing import a_party
from tests.support.signing_world import DRAFTS, SEALS, TABLE, World, signing_world


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One deployment for all tests here: none of them changes what is sealed."""
    with pytest.MonkeyPatch.context() as monkeypatch, signing_world(monkeypatch) as deployed:
        deployed.sealed()
        yield deployed


def test_the_borrower_downloads_an_attachment_for_five_minutes(world: World) -> None:
    contract = world.contract()

    answer = world.api(
        "GET", "/contracts/{contract_id}/document", contract_id=contract["contract_id"]
    )

    query = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.body["url"]).query)
    assert answer.body["document_sha256"] == contract["document_sha256"]
    assert query["response-content-disposition"][0].startswith("attachment;")
    assert int(query.get("X-Amz-Expires", ["300"])[0]) <= 300


def test_personal_data_and_keys_lie_nowhere_in_clear(world: World) -> None:
    seal = boto3.client("secretsmanager").get_secret_value(SecretId=f"{SEALS}/north")

    table = scan_text(TABLE)
    party = a_party()
    for secret in (
        party.name,
        party.legal_person_name,
        party.legal_person_id,
        party.phone,
        party.payout_account,
        "token-1",
        "PRIVATE KEY",
        seal["SecretString"][10:60],
    ):
        assert secret not in table


def test_nobody_but_the_seal_secret_keeps_a_private_key(world: World) -> None:

    names = [one["Name"] for one in boto3.client("secretsmanager").list_secrets()["SecretList"]]

    assert sorted(name for name in names if name.startswith(SEALS)) == [f"{SEALS}/north"]
    assert len(names) == 3  # the shared secret, the authority, the seal


def test_the_drafts_are_kept_apart_from_what_is_sealed(world: World) -> None:

    keys = [o["Key"] for o in boto3.client("s3").list_objects_v2(Bucket=DRAFTS)["Contents"]]

    assert len(keys) == 2
    assert world.sealed_pdf().startswith(b"%PDF-1.7")


def test_the_certificate_in_the_pdf_is_the_borrowers(world: World) -> None:
    certificate = signer_certificates(world.sealed_pdf())[0]
    subject = {a.rfc4514_attribute_name: a.value for a in certificate.subject}

    assert subject["CN"] == "测试人"
    assert subject["O"] == "合成测试商贸有限公司"
    assert "sandbox" in str(subject["OU"])
    assert a_party().legal_person_id not in certificate.public_bytes(
        serialization.Encoding.DER
    ).decode("latin-1")
    lifetime = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert lifetime.days <= 1


def signer_certificates(content: bytes) -> list[x509.Certificate]:
    import io

    from pyhanko.pdf_utils.reader import PdfFileReader

    signatures = PdfFileReader(io.BytesIO(content)).embedded_signatures
    return [x509.load_der_x509_certificate(one.signer_cert.dump()) for one in signatures]
