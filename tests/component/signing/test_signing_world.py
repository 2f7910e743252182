"""The whole of signing with real PDFs, keys and certificates."""

from __future__ import annotations

import hashlib
import urllib.parse

import boto3
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests.support.api import a_customer, a_principal
from tests.support.aws import scan_text
from tests.support.signing import a_party
from tests.support.signing_world import DRAFTS, SEALS, TABLE, World, restart


def test_a_contract_is_prepared_signed_sealed_and_verified(world: World) -> None:
    contract = world.sealed()

    assert contract["status"] == "sealed"
    assert contract["status_name"] == "已签署"
    assert all(contract["reliability"].values())
    assert contract["document_sha256"] == hashlib.sha256(world.sealed_pdf()).hexdigest()
    assert world.verify()["signatures"] == ["借款人", "贷款人"]
    assert len(world.outbox("ContractSealed")) == 1


def test_a_signature_request_delivered_again_changes_nothing(world: World) -> None:
    first = world.sealed()
    restart()

    assert world.sign() == [{"batchItemFailures": []}]

    assert world.contract() == first
    assert len(world.outbox("ContractSealed")) == 1


def test_an_authority_that_fails_is_asked_again(world: World) -> None:
    world.prepare(world.command())
    world.request_signature()
    world.authority.failures = [503]

    failed = world.sign()
    status = world.contract()["status"]
    succeeded = world.sign()

    assert failed == [{"batchItemFailures": [{"itemIdentifier": "m-1"}]}]
    assert status == "signing"
    assert succeeded == [{"batchItemFailures": []}]
    assert world.contract()["status"] == "sealed"


def test_a_command_that_cannot_be_read_comes_again(world: World) -> None:
    broken = world.command().model_copy(update={"deadline_seconds": 0})

    assert world.prepare(broken)["batchItemFailures"] == [{"itemIdentifier": "m-1"}]


def test_the_borrower_downloads_an_attachment_for_five_minutes(world: World) -> None:
    contract = world.sealed()

    answer = world.api(
        "GET", "/contracts/{contract_id}/document", contract_id=contract["contract_id"]
    )

    query = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.body["url"]).query)
    assert answer.body["document_sha256"] == contract["document_sha256"]
    assert query["response-content-disposition"][0].startswith("attachment;")
    assert int(query.get("X-Amz-Expires", ["300"])[0]) <= 300


@pytest.mark.parametrize(
    "who",
    [
        a_principal(role, subject="staff", customer_id="cus-1", branch="b1")
        for role in (
            "relationship_manager",
            "approver",
            "underwriter",
            "risk_manager",
            "data_steward",
            "operator",
            "collector",
            "finance",
            "auditor",
            "admin",
        )
    ],
    ids=lambda who: next(iter(who.roles)),
)
@pytest.mark.parametrize("act", ["signature", "refusal"])
def test_no_member_of_staff_can_sign_or_refuse(world: World, who: object, act: str) -> None:
    world.prepare(world.command())
    contract = world.contract()
    body = {"document_sha256": contract["document_sha256"], "cost_disclosure_read": True}

    answer = world.api(
        "POST",
        f"/contracts/{{contract_id}}/{act}",
        who=who,  # type: ignore[arg-type]
        body=body if act == "signature" else None,
        contract_id=contract["contract_id"],
    )

    assert answer.status == 403
    assert world.contract()["status"] == "awaiting_signature"


@pytest.mark.parametrize("who", [a_customer("cus-2"), a_customer("cus-1", bank="south")])
@pytest.mark.parametrize(
    ("method", "resource"),
    [
        ("GET", "/contracts/{contract_id}"),
        ("GET", "/contracts/{contract_id}/document"),
        ("POST", "/contracts/{contract_id}/signature"),
        ("POST", "/contracts/{contract_id}/refusal"),
    ],
)
def test_a_stranger_does_not_learn_that_a_contract_exists(
    world: World, who: object, method: str, resource: str
) -> None:
    world.prepare(world.command())
    contract = world.contract()
    body = {"document_sha256": contract["document_sha256"], "cost_disclosure_read": True}

    answer = world.api(
        method,
        resource,
        who=who,  # type: ignore[arg-type]
        body=body if resource.endswith("signature") else None,
        contract_id=contract["contract_id"],
    )

    assert answer.status == 404


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"cost_disclosure_read": False}, 422),
        ({"document_sha256": "0" * 64}, 409),
        ({"document_sha256": "short"}, 422),
        ({"signed_by": "me"}, 422),
    ],
)
def test_a_signature_without_reading_or_about_something_else_is_refused(
    world: World, changes: dict[str, object], status: int
) -> None:
    world.prepare(world.command())

    assert world.request_signature(**changes).status == status
    assert world.contract()["status"] == "awaiting_signature"


def test_a_signature_after_the_deadline_is_refused(world: World) -> None:
    world.prepare(world.command(deadline_seconds=60), sent_ms=1_700_000_000_000)

    answer = world.request_signature()

    assert (answer.status, answer.error["rule"]) == (409, "contract.deadline")


def test_personal_data_and_keys_lie_nowhere_in_clear(world: World) -> None:
    world.sealed()
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


def test_two_contracts_have_two_borrower_certificates_and_one_seal(world: World) -> None:
    world.sealed()
    world.prepare(world.command(application_id="app-2", offer_id="off-2"))
    second = world.contract("app-2")
    world.api(
        "POST",
        "/contracts/{contract_id}/signature",
        body={"document_sha256": second["document_sha256"], "cost_disclosure_read": True},
        contract_id=second["contract_id"],
    )
    restart()
    world.sign()

    borrowers, seals = zip(*certificates_in_row(), strict=True)

    assert len(set(borrowers)) == 2
    assert len(set(seals)) == 1


def certificates_in_row() -> list[tuple[str, str]]:
    import json

    items = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
    return [
        tuple(json.loads(item["seal"]["S"])["certificates"]) for item in items if "seal" in item
    ]


def test_nobody_but_the_seal_secret_keeps_a_private_key(world: World) -> None:
    world.sealed()

    names = [one["Name"] for one in boto3.client("secretsmanager").list_secrets()["SecretList"]]

    assert sorted(name for name in names if name.startswith(SEALS)) == [f"{SEALS}/north"]
    assert len(names) == 3  # the shared secret, the authority, the seal


def test_the_drafts_are_kept_apart_from_what_is_sealed(world: World) -> None:
    world.sealed()

    keys = [o["Key"] for o in boto3.client("s3").list_objects_v2(Bucket=DRAFTS)["Contents"]]

    assert len(keys) == 2
    assert world.sealed_pdf().startswith(b"%PDF-1.7")


def test_the_certificate_in_the_pdf_is_the_borrowers(world: World) -> None:
    world.sealed()
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
