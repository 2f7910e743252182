"""Bodies of intake's requests that are accepted; a test changes one thing."""

from __future__ import annotations

from typing import Any

from tests.support.intake_builders import (
    CREDIT_CODE,
    RESIDENT_ID,
    SHA,
    invoice_bytes,
    sha256,
)


def a_customer_body(**changes: Any) -> dict[str, Any]:
    """A firm."""
    return {
        "kind": "firm",
        "name": "合成测试商贸有限公司",
        "uscc": CREDIT_CODE,
        "legal_person_name": "测试人甲",
        "legal_person_id": RESIDENT_ID,
        "phone": "13800001234",
        "address": "安徽省阜阳市测试路1号",
        "region_code": "341200",
        "industry_section": "F",
        "established_on": "2015-05-01",
        "payout_account": "6217000012345678",
        **changes,
    }


def a_consent_body(**changes: Any) -> dict[str, Any]:
    """A consent to read invoices."""
    return {
        "scope": "tax_invoice",
        "version": "2026.1",
        "expires_on": "2021-03-01",
        "evidence_sha256": SHA,
        **changes,
    }


def a_document_body(content: bytes = b"", **changes: Any) -> dict[str, Any]:
    """The announcement of an invoice document."""
    body = content or invoice_bytes()
    return {
        "customer_id": "cust-1",
        "product": "invoice/1",
        "content_type": "application/json",
        "size_bytes": len(body),
        "sha256": sha256(body),
        "file_name": "发票明细.json",
        **changes,
    }


def an_application_body(**changes: Any) -> dict[str, Any]:
    """300,000 yuan for a year."""
    return {
        "customer_id": "cust-1",
        "product_code": "sme-invoice-loan",
        "amount_fen": 30_000_000,
        "term_months": 12,
        "repayment_method": "EQUAL_INSTALLMENT",
        "purpose": "采购原材料",
        "document_ids": [],
        **changes,
    }
