"""Whatever is done to a sealed PDF, `verify_contract` finds it; each attack twice.

Once against the stored object alone, where the hash is enough; once with the hash in the row
brought in line, as an insider with write access could: then the signatures themselves must speak.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from cryptography import x509
from pyhanko.pdf_utils.generic import NameObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from puhui.clock import SystemClock
from puhui.errors import NotFound
from sandbox.adapters.x509_issuer import make_authority
from sandbox.ca_wiring import wiring as authority_wiring
from signing.adapters.http_certificate_authority import scene_of
from signing.adapters.pyhanko_signer import PyHankoSigner
from signing.domain.contract import LoanContract
from signing.domain.errors import ContractNotValid
from signing.domain.evidence import ensure_signed_as_agreed
from signing.ports import SigningIdentity
from signing.wiring import wiring
from tests.support.signing import NORTH
from tests.support.signing_certificates import certified
from tests.support.signing_world import CONTRACTS, DRAFTS, TABLE, World, restart, signing_world

FEW_FLIPS = 40
MANY_FLIPS = 1_000
Attack = Callable[[bytes, World], bytes]


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
    key, row = _sealed_key(), _contract_row()
    yield
    boto3.client("s3").put_object(Bucket=CONTRACTS, Key=key, Body=original)
    boto3.client("dynamodb").put_item(TableName=TABLE, Item=row)


def flip(content: bytes, at: int) -> bytes:
    """One bit of one byte."""
    changed = bytearray(content)
    changed[at] ^= 0x01
    return bytes(changed)


def flip_a_page(content: bytes, _: World) -> bytes:
    return flip(content, content.index(b"stream\n") + 200)


def flip_the_trailer(content: bytes, _: World) -> bytes:
    return flip(content, len(content) - 8)


def flip_inside_the_borrowers_signature(content: bytes, _: World) -> bytes:
    signature = PdfFileReader(io.BytesIO(content)).embedded_signatures[0]
    start = signature.byte_range[1]
    return flip(content, start + 4_000)


def append_a_comment(content: bytes, _: World) -> bytes:
    return content + b"\n% a note nobody signed\n"


def overlay_another_amount(content: bytes, _: World) -> bytes:
    """An incremental update that draws over a page: viewers show it, hashes of parts hold."""
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(content))
    page_ref, _resources = writer.find_page_for_modification(0)
    page = page_ref.get_object()
    drawing = StreamObject(stream_data=b"1 1 1 rg 100 500 300 40 re f")
    page[NameObject("/Contents")] = writer.add_object(drawing)
    writer.update_container(page)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def roll_back_to_the_borrower(content: bytes, _: World) -> bytes:
    """A valid document by itself: only the record knows that the bank signed too."""
    signature = PdfFileReader(io.BytesIO(content)).embedded_signatures[0]
    _, _, start, length = signature.byte_range
    return content[: start + length]


def roll_back_to_the_draft(content: bytes, _: World) -> bytes:
    return content[: content.index(b"%%EOF") + 6]


def sign_with_a_forged_authority(content: bytes, world: World) -> bytes:
    """Same names, other keys: what only a pinned root tells apart."""
    forged = make_authority(SystemClock().now())
    return _signed_again(content, world, lambda kind, scene: certified(forged, kind, scene))


def sign_for_another_act(content: bytes, world: World) -> bytes:
    """The right authority, the right people, a certificate that was made for something else."""
    authority = authority_wiring().issue_certificate.authorities.the_one()
    return _signed_again(
        content, world, lambda kind, scene: certified(authority, kind, scene and "0" * 64)
    )


def seal_as_another_bank(content: bytes, world: World) -> bytes:
    authority = authority_wiring().issue_certificate.authorities.the_one()
    return _signed_again(
        content, world, lambda kind, scene: certified(authority, kind, scene, "别的银行")
    )


def sign_in_the_wrong_order(content: bytes, world: World) -> bytes:
    authority = authority_wiring().issue_certificate.authorities.the_one()
    draft, marks = _draft_and_marks()
    signer = PyHankoSigner()
    once = signer.sign(draft, "Borrower", certified(authority, "seal", None), marks)
    scene = _scene_of(content)
    return signer.sign(once, "Bank", certified(authority, "event", scene), marks)


def replace_by_another_contract(_: bytes, world: World) -> bytes:
    """Sealed by the same bank for the same borrower: genuine, and not this contract."""
    world.prepare(world.command(application_id="app-2", offer_id="off-2"))
    other = world.contract("app-2")
    if other["status"] == "awaiting_signature":
        world.api(
            "POST",
            "/contracts/{contract_id}/signature",
            body={"document_sha256": other["document_sha256"], "cost_disclosure_read": True},
            contract_id=other["contract_id"],
        )
        world.sign()
    found = boto3.client("s3").get_object(Bucket=CONTRACTS, Key=_vault_key(other["contract_id"]))
    body: bytes = found["Body"].read()
    return body


def empty(_: bytes, __: World) -> bytes:
    return b""


def no_pdf(_: bytes, __: World) -> bytes:
    return b"PK\x03\x04 something else entirely"


def cut_in_half(content: bytes, _: World) -> bytes:
    return content[: len(content) // 2]


ATTACKS: tuple[Attack, ...] = (
    flip_a_page,
    flip_the_trailer,
    flip_inside_the_borrowers_signature,
    append_a_comment,
    overlay_another_amount,
    roll_back_to_the_borrower,
    roll_back_to_the_draft,
    sign_with_a_forged_authority,
    sign_for_another_act,
    seal_as_another_bank,
    sign_in_the_wrong_order,
    replace_by_another_contract,
    empty,
    no_pdf,
    cut_in_half,
)


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
    twin = _signed_again(original, world, lambda kind, scene: certified(authority, kind, scene))
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


def _signed_again(
    content: bytes, world: World, identity: Callable[[str, str | None], SigningIdentity]
) -> bytes:
    draft, marks = _draft_and_marks()
    signer = PyHankoSigner()
    once = signer.sign(draft, "Borrower", identity("event", _scene_of(content)), marks)
    return signer.sign(once, "Bank", identity("seal", None), marks)


def _scene_of(content: bytes) -> str:
    signer = PdfFileReader(io.BytesIO(content)).embedded_signatures[0].signer_cert
    scene = scene_of(x509.load_der_x509_certificate(signer.dump()))
    assert scene is not None
    return scene


def _contract_row() -> dict[str, Any]:
    items = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
    row: dict[str, Any]
    (row,) = [i for i in items if i.get("application_id", {}).get("S") == "app-1" and "draft" in i]
    return row


def _draft_and_marks() -> tuple[bytes, bytes]:
    draft = json.loads(_contract_row()["draft"]["S"])
    s3 = boto3.client("s3")
    contents = [
        s3.get_object(Bucket=DRAFTS, Key=draft[name]["key"])["Body"].read()
        for name in ("document", "marks")
    ]
    return contents[0], contents[1]


def _bring_the_record_in_line(content: bytes) -> str:
    row = _contract_row()
    seal = json.loads(row["seal"]["S"])
    sha256 = hashlib.sha256(content).hexdigest()
    seal["document"].update(sha256=sha256, size_bytes=len(content))
    row["seal"] = {"S": json.dumps(seal)}
    boto3.client("dynamodb").put_item(TableName=TABLE, Item=row)
    restart()
    return sha256


def _contract_id() -> str:
    pk: str = _contract_row()["pk"]["S"]
    return pk.rpartition("#")[2]


def _sealed_key() -> str:
    key: str = json.loads(_contract_row()["seal"]["S"])["document"]["key"]
    return key


def _vault_key(contract_id: str) -> str:
    listed = boto3.client("s3").list_objects_v2(Bucket=CONTRACTS)["Contents"]
    key: str
    (key,) = [one["Key"] for one in listed if contract_id in one["Key"]]
    return key
