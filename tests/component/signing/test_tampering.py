"""Whatever is done to a sealed PDF, `verify_contract` finds it; each attack twice.

Once against the stored object alone, where the hash is enough; once with the hash in the row
brought in line, as an insider with write access could: then the signatures themselves must speak.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
from collections.abc import Iterator

import boto3
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from puhui.errors import NotFound
from sandbox.ca_wiring import wiring as authority_wiring
from signing.domain.contract import LoanContract
from signing.domain.errors import ContractNotValid
from signing.domain.evidence import ensure_signed_as_agreed
from signing.wiring import wiring
from tests.support.signing import NORTH
from tests.support.signing_attacks import ATTACKS, Attack, contract_row, flip, signed_again
from tests.support.signing_certificates import certified
from tests.support.signing_world import CONTRACTS, TABLE, World, restart, signing_world

FEW_FLIPS = 20
MANY_FLIPS = 1_000


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with pytest.MonkeyPatch.context() as monkeypatch, signing_world(monkeypatch) as deployed:
        deployed.sealed()
        yield deployed


@pytest.fixture(scope="module")
def original(world: World) -> bytes:
    return world.sealed_pdf()


@pytest.fixture(autouse=True)
def as_before(world: World, original: bytes) -> Iterator[None]:
    key, row = _sealed_key(), contract_row()
    yield
    boto3.client("s3").put_object(Bucket=CONTRACTS, Key=key, Body=original)
    boto3.client("dynamodb").put_item(TableName=TABLE, Item=row)


def test_the_untouched_contract_is_valid(world: World) -> None:
    assert _verified(world)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_changed_object_is_refused(world: World, original: bytes, attack: Attack) -> None:
    key = _sealed_key()
    boto3.client("s3").put_object(Bucket=CONTRACTS, Key=key, Body=attack(original, world))

    with pytest.raises(ContractNotValid) as refused:
        world.verify()

    assert refused.value.rule == "contract.bytes"


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_changed_object_with_a_matching_record_is_refused(
    world: World, original: bytes, attack: Attack
) -> None:
    changed = attack(original, world)
    key = _sealed_key()
    boto3.client("s3").put_object(Bucket=CONTRACTS, Key=key, Body=changed)
    sha256 = _bring_the_record_in_line(changed)

    with pytest.raises(ContractNotValid) as refused:
        world.verify(document_sha256=sha256)

    assert refused.value.rule not in ("contract.bytes", "contract.sha256", None)


@pytest.mark.parametrize("flips", [FEW_FLIPS, pytest.param(MANY_FLIPS, marks=pytest.mark.full)])
def test_random_flips_are_all_found_by_the_signatures_alone(original: bytes, flips: int) -> None:
    """Only the bank's own envelope is nobody's to cover; there the recorded hash decides."""
    contract = wiring().contracts.get(NORTH, _contract_id())
    *_, bank = PdfFileReader(io.BytesIO(original)).embedded_signatures
    _, until, since, _ = bank.byte_range
    covered = [*range(until), *range(since, len(original))]

    overlooked = [
        at
        for at in random.Random(20260803).sample(covered, flips)
        if _accepted(contract, flip(original, at))
    ]

    assert overlooked == []


def test_a_genuine_signature_that_was_made_again_is_not_the_recorded_one(
    world: World, original: bytes
) -> None:
    """Everything about it is right but that it is not the one that was sealed."""
    authority = authority_wiring().issue_certificate.authorities.the_one()
    twin = signed_again(original, world, lambda kind, scene: certified(authority, kind, scene))
    key = _sealed_key()
    boto3.client("s3").put_object(Bucket=CONTRACTS, Key=key, Body=twin)
    sha256 = _bring_the_record_in_line(twin)

    with pytest.raises(ContractNotValid) as refused:
        world.verify(document_sha256=sha256)

    assert refused.value.rule == "contract.certificates"


def test_without_a_pinned_root_nothing_is_valid(world: World) -> None:
    table = boto3.client("dynamodb")
    row = table.get_item(TableName=TABLE, Key={"pk": {"S": "TRUST#CA"}, "sk": {"S": "ROOT"}})
    table.delete_item(TableName=TABLE, Key={"pk": {"S": "TRUST#CA"}, "sk": {"S": "ROOT"}})

    with pytest.raises(NotFound):
        world.verify()

    table.put_item(TableName=TABLE, Item=row["Item"])


# ── helpers ─────────────────────────────────────────────────────────────────────────────────


def _verified(world: World) -> bool:
    return bool(world.verify()["signatures"])


def _accepted(contract: LoanContract, content: bytes) -> bool:
    assert contract.seal is not None
    try:
        findings = wiring().verify_contract.validator.examine(content, contract.seal.sealed_at)
        ensure_signed_as_agreed(contract, content, findings)
    except ContractNotValid:
        return False
    return True


def _bring_the_record_in_line(content: bytes) -> str:
    row = contract_row()
    seal = json.loads(row["seal"]["S"])
    sha256 = hashlib.sha256(content).hexdigest()
    seal["document"].update(sha256=sha256, size_bytes=len(content))
    row["seal"] = {"S": json.dumps(seal)}
    boto3.client("dynamodb").put_item(TableName=TABLE, Item=row)
    restart()
    return sha256


def _contract_id() -> str:
    pk: str = contract_row()["pk"]["S"]
    return pk.rpartition("#")[2]


def _sealed_key() -> str:
    key: str = json.loads(contract_row()["seal"]["S"])["document"]["key"]
    return key
