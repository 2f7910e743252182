"""Builders of intake: everything defaulted, every identity synthetic with valid check digits."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from datetime import date, datetime
from typing import Any

from intake.domain.application import LoanApplication
from intake.domain.consent import Consent
from intake.domain.customer import Customer, PersonalData
from intake.domain.document import Document
from intake.domain.timeline import FactoryStep, Timeline
from intake.usecases.draft_application import DraftApplicationCommand
from intake.usecases.grant_consent import GrantConsentCommand
from intake.usecases.register_customer import RegisterCustomerCommand
from intake.usecases.request_upload import RequestUploadCommand
from puhui.clock import UTC
from puhui.contracts.operations import LoanProduct
from puhui.identity import Principal
from puhui.money import Money
from puhui.tenancy import bank_id

NORTH = bank_id("north")
SOUTH = bank_id("south")
TODAY = date(2020, 3, 1)
NOON = datetime(2026, 8, 3, 4, 0, tzinfo=UTC)
SHA = "a" * 64
CREDIT_CODE = "91341200TE5T00016Q"
RESIDENT_ID = "11010519491231002X"


def a_principal(*roles: str, **changes: Any) -> Principal:
    """A relationship manager of branch b1, or whoever the roles say."""
    names = roles or ("relationship_manager",)
    customer = names == ("customer",)
    defaults: dict[str, Any] = {
        "subject": "cust-user-1" if customer else "rm-1",
        "bank_id": NORTH,
        "roles": frozenset(names),
        "branch": "b1" if "relationship_manager" in names else None,
        "customer_id": "cust-1" if customer else None,
    }
    return Principal(**{**defaults, **changes})


def some_personal_data(**changes: Any) -> PersonalData:
    """Who nobody is."""
    defaults = {
        "name": "合成测试商贸有限公司",
        "uscc": CREDIT_CODE,
        "legal_person_name": "测试人甲",
        "legal_person_id": RESIDENT_ID,
        "phone": "13800001234",
        "address": "安徽省阜阳市测试路1号",
        "payout_account": "6217000012345678",
    }
    return PersonalData(**{**defaults, **changes})


def a_customer(**changes: Any) -> Customer:
    """A firm of branch b1; fields of `PersonalData` go in `personal`."""
    defaults: dict[str, Any] = {
        "customer_id": "cust-1",
        "bank_id": NORTH,
        "branch_id": "b1",
        "kind": "firm",
        "personal": some_personal_data(),
        "region_code": "341200",
        "industry_section": "F",
        "established_on": date(2015, 5, 1),
        "created_by": "rm-1",
        "created_at": NOON,
    }
    return Customer(**{**defaults, **changes})


def a_registration(**changes: Any) -> RegisterCustomerCommand:
    """The registration of `a_customer`."""
    defaults: dict[str, Any] = {
        "principal": a_principal(),
        "kind": "firm",
        "personal": some_personal_data(),
        "region_code": "341200",
        "industry_section": "F",
        "established_on": date(2015, 5, 1),
        "branch_id": None,
    }
    return RegisterCustomerCommand(**{**defaults, **changes})


def a_consent(**changes: Any) -> Consent:
    """A live consent to read invoices."""
    defaults: dict[str, Any] = {
        "consent_id": "con-1",
        "bank_id": NORTH,
        "branch_id": "b1",
        "customer_id": "cust-1",
        "scope": "tax_invoice",
        "wording_version": "2026.1",
        "evidence_sha256": SHA,
        "granted_on": TODAY,
        "expires_on": date(2021, 3, 1),
        "created_by": "rm-1",
        "created_at": NOON,
    }
    return Consent(**{**defaults, **changes})


def a_grant(**changes: Any) -> GrantConsentCommand:
    """The grant of `a_consent`."""
    defaults: dict[str, Any] = {
        "principal": a_principal(),
        "customer_id": "cust-1",
        "scope": "tax_invoice",
        "wording_version": "2026.1",
        "expires_on": date(2021, 3, 1),
        "evidence_sha256": SHA,
    }
    return GrantConsentCommand(**{**defaults, **changes})


def an_invoice(**changes: Any) -> dict[str, Any]:
    """One sale."""
    return {
        "number": "00000001",
        "direction": "out",
        "issued_on": "2020-01-15",
        "counterparty": "甲客户",
        "amount_fen": 100_00,
        "tax_fen": 13_00,
        "total_fen": 113_00,
        "status": "valid",
        **changes,
    }


def an_invoice_document(count: int = 2, **changes: Any) -> dict[str, Any]:
    """A fact document that is what it declares."""
    return {
        "schema": "invoice/1",
        "source": "synthetic",
        "period_from": "2019-01-01",
        "period_to": "2020-02-29",
        "row_count": count,
        "rows": [an_invoice(number=f"{n:08d}") for n in range(count)],
        **changes,
    }


def invoice_bytes(count: int = 2, **changes: Any) -> bytes:
    """The document as it is uploaded."""
    return json.dumps(an_invoice_document(count, **changes), ensure_ascii=False).encode()


def a_pdf(content: bytes = b"1 0 obj <</Type /Catalog>> endobj") -> bytes:
    """As little as a PDF may be."""
    return b"%PDF-1.7\n" + content + b"\ntrailer <</Root 1 0 R>>\n%%EOF\n"


def a_png(width: int = 1, height: int = 1, extra: bytes = b"") -> bytes:
    """A grey image."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\x00\x80")
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
        + extra
    )


def a_jpeg(width: int = 8, height: int = 8, end: bytes = b"\xff\xd9") -> bytes:
    """Headers of a baseline image and a scan."""
    app0 = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    scan = b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\x00\x00\x3f\x00" + b"\x55"
    return b"\xff\xd8" + app0 + frame + scan + end


def sha256(body: bytes) -> str:
    """The hash a client announces."""
    return hashlib.sha256(body).hexdigest()


def a_document(body: bytes = b"", /, **changes: Any) -> Document:
    """An announced invoice document; with a body, announced as exactly that."""
    content = body or invoice_bytes()
    defaults: dict[str, Any] = {
        "document_id": "doc-1",
        "bank_id": NORTH,
        "branch_id": "b1",
        "customer_id": "cust-1",
        "product": "invoice/1",
        "content_type": "application/json",
        "size_bytes": len(content),
        "sha256": sha256(content),
        "file_name": "发票明细.json",
        "created_by": "rm-1",
        "created_at": NOON,
    }
    return Document(**{**defaults, **changes})


def an_accepted_document(**changes: Any) -> Document:
    """A document in the documents bucket."""
    document = a_document(**changes)
    return document.accept("documents", f"intake/north/{document.document_id}", NOON)


def an_upload_request(**changes: Any) -> RequestUploadCommand:
    """The announcement of `a_document`."""
    content = invoice_bytes()
    defaults: dict[str, Any] = {
        "principal": a_principal(),
        "customer_id": "cust-1",
        "product": "invoice/1",
        "content_type": "application/json",
        "size_bytes": len(content),
        "sha256": sha256(content),
        "file_name": "发票明细.json",
    }
    return RequestUploadCommand(**{**defaults, **changes})


def a_product(**changes: Any) -> LoanProduct:
    """A one-year loan for small firms."""
    return LoanProduct.model_validate(
        {
            "code": "sme-invoice-loan",
            "name": "税票贷",
            "customer_kinds": ("firm", "sole_proprietor"),
            "min_amount_fen": 10_000_000,
            "max_amount_fen": 100_000_000,
            "min_rate_bps": 400,
            "max_rate_bps": 1_500,
            "term_months": (12,),
            "repayment_methods": ("EQUAL_INSTALLMENT", "INTEREST_FIRST"),
            "required_facts": ("invoice/1",),
            "required_consents": ("tax_invoice",),
            "effective_from": date(2020, 1, 1),
            **changes,
        }
    )


def an_application(**changes: Any) -> LoanApplication:
    """A draft for 300,000 yuan."""
    defaults: dict[str, Any] = {
        "application_id": "app-1",
        "bank_id": NORTH,
        "branch_id": "b1",
        "customer_id": "cust-1",
        "product_code": "sme-invoice-loan",
        "amount": Money(30_000_000),
        "term_months": 12,
        "repayment_method": "EQUAL_INSTALLMENT",
        "purpose": "采购原材料",
        "document_ids": ("doc-1",),
        "payload_sha256": SHA,
        "created_by": "rm-1",
        "created_at": NOON,
        "timeline": Timeline().with_milestone("created", NOON),
        "relationship_manager_id": "rm-1",
    }
    return LoanApplication(**{**defaults, **changes})


def a_draft_request(**changes: Any) -> DraftApplicationCommand:
    """The request that leads to `an_application`."""
    defaults: dict[str, Any] = {
        "principal": a_principal(),
        "idempotency_key": "key-1",
        "customer_id": "cust-1",
        "product_code": "sme-invoice-loan",
        "amount": Money(30_000_000),
        "term_months": 12,
        "repayment_method": "EQUAL_INSTALLMENT",
        "purpose": "采购原材料",
        "document_ids": ("doc-1",),
    }
    return DraftApplicationCommand(**{**defaults, **changes})


def a_step(event_id: str = "evt-1", at: datetime = NOON, **changes: Any) -> FactoryStep:
    """The factory says that the application waits for a decision."""
    defaults: dict[str, Any] = {"station": "decide", "station_status": "checked"}
    if "outcome" in changes:
        defaults = {}
    return FactoryStep(event_id=event_id, occurred_at=at, **{**defaults, **changes})
