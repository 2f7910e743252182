"""POST /disclosures: any product's terms and fees become table, plan and page for the phone."""

from __future__ import annotations

from typing import Any

TERMS: dict[str, Any] = {
    "principal_fen": 30_000_000,
    "annual_rate_bps": 435,
    "term_months": 12,
    "method": "EQUAL_INSTALLMENT",
    "disbursement_date": "2026-11-02",
}
GUARANTEE = {
    "name": "担保费<b>",
    "kind": "guarantee",
    "payee": "合成担保有限公司",
    "rate_bps": 100,
}
