"""Attacks on a sealed contract: each makes another PDF of it, as a forger would."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import boto3
from cryptography import x509
from pyhanko.pdf_utils.generic import NameObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from puhui.clock import SystemClock
from sandbox.adapters.x509_issuer import make_authority
from sandbox.ca_wiring import wiring as authority_wiring
from signing.adapters.http_certificate_authority import scene_of
from signing.adapters.pyhanko_signer import PyHankoSigner
from signing.ports import SigningIdentity
from tests.support.signing_certificates import certified
from tests.support.signing_world import CONTRACTS, DRAFTS, TABLE, World

Attack = Callable[[bytes, World], bytes]


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
    return signed_again(content, world, lambda kind, scene: certified(forged, kind, scene))


def sign_for_another_act(content: bytes, world: World) -> bytes:
    """The right authority, the right people, a certificate that was made for something else."""
    authority = authority_wiring().issue_certificate.authorities.the_one()
    return signed_again(
        content, world, lambda kind, scene: certified(authority, kind, scene and "0" * 64)
    )


def seal_as_another_bank(content: bytes, world: World) -> bytes:
    authority = authority_wiring().issue_certificate.authorities.the_one()
    return signed_again(
        content, world, lambda kind, scene: certified(authority, kind, scene, "别的银行")
    )


def sign_in_the_wrong_order(content: bytes, world: World) -> bytes:
    authority = authority_wiring().issue_certificate.authorities.the_one()
    draft, marks = draft_and_marks()
    signer = PyHankoSigner()
    once = signer.sign(draft, "Borrower", certified(authority, "seal", None), marks)
    scene = scene_in(content)
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
    found = boto3.client("s3").get_object(Bucket=CONTRACTS, Key=vault_key(other["contract_id"]))
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


def signed_again(
    content: bytes, world: World, identity: Callable[[str, str | None], SigningIdentity]
) -> bytes:
    draft, marks = draft_and_marks()
    signer = PyHankoSigner()
    once = signer.sign(draft, "Borrower", identity("event", scene_in(content)), marks)
    return signer.sign(once, "Bank", identity("seal", None), marks)


def scene_in(content: bytes) -> str:
    signer = PdfFileReader(io.BytesIO(content)).embedded_signatures[0].signer_cert
    scene = scene_of(x509.load_der_x509_certificate(signer.dump()))
    assert scene is not None
    return scene


def contract_row() -> dict[str, Any]:
    items = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
    row: dict[str, Any]
    (row,) = [i for i in items if i.get("application_id", {}).get("S") == "app-1" and "draft" in i]
    return row


def draft_and_marks() -> tuple[bytes, bytes]:
    draft = json.loads(contract_row()["draft"]["S"])
    s3 = boto3.client("s3")
    contents = [
        s3.get_object(Bucket=DRAFTS, Key=draft[name]["key"])["Body"].read()
        for name in ("document", "marks")
    ]
    return contents[0], contents[1]


def vault_key(contract_id: str) -> str:
    listed = boto3.client("s3").list_objects_v2(Bucket=CONTRACTS)["Contents"]
    key: str
    (key,) = [one["Key"] for one in listed if contract_id in one["Key"]]
    return key
