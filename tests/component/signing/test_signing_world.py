"""The whole of signing with real PDFs, keys and certificates."""

from __future__ import annotations

import hashlib

import boto3

from tests.support.signing_world import TABLE, World, restart


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


def test_a_signature_after_the_deadline_is_refused(world: World) -> None:
    world.prepare(world.command(deadline_seconds=60), sent_ms=1_700_000_000_000)

    answer = world.request_signature()

    assert (answer.status, answer.error["rule"]) == (409, "contract.deadline")


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
