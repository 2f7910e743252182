"""Malformed requests to the other modules, refused by their request models alone."""

from __future__ import annotations

from typing import Any

from puhui.identity import Principal
from tests.component.bad_input.table import CUSTOMER, Row
from tests.support.intake_builders import CREDIT_CODE, RESIDENT_ID, SHA, a_principal

APPROVER = a_principal("approver")
ADMIN = a_principal("admin")
QUOTE: dict[str, Any] = {
    "principal_fen": 30_000_000,
    "annual_rate_bps": 600,
    "term_months": 12,
    "method": "EQUAL_INSTALLMENT",
}
BANK: dict[str, Any] = {
    "name": "北方测试村镇银行",
    "licensed_regions": ["341200"],
    "branches": [{"branch_id": "b1", "name": "营业部", "region_code": "341200"}],
    "rule_edition": "2026-11",
}
PAPER: dict[str, Any] = {
    "customer_id": "cust-1",
    "party": {
        "kind": "firm",
        "name": "合成测试商贸有限公司",
        "uscc": CREDIT_CODE,
        "legal_person_name": "测试人甲",
        "legal_person_id": RESIDENT_ID,
        "phone": "13800001234",
        "address": "安徽省阜阳市测试路1号",
        "region_code": "341200",
        "payout_account": "6217000012345678",
    },
    "product_code": "sme-invoice-loan",
    "amount_fen": 30_000_000,
    "term_months": 12,
    "repayment_method": "EQUAL_INSTALLMENT",
    "purpose": "采购原材料",
    "industry_section": "F",
    "consents": [],
}
SIGNATURE: dict[str, Any] = {"document_sha256": SHA, "cost_disclosure_read": True}


def _row(name: str, module: str, resource: str, who: Principal, /, **options: Any) -> Row:
    return Row(
        **{
            "name": f"{module}: {name}",
            "module": module,
            "resource": resource,
            "who": who,
            "status": 422,
            "code": "unprocessable",
            "headers": {"Idempotency-Key": "other"},
            **options,
        }
    )


def _changed(
    module: str, resource: str, who: Principal, base: dict[str, Any], /, **options: Any
) -> list[Row]:
    """A row for each change of the base: (field named, change)."""
    changes: list[tuple[str, dict[str, Any]]] = options.pop("changes")
    return [
        _row(
            f"{options.get('method', 'POST')} {resource} with {wrong} in {change!r:.50}",
            module,
            resource,
            who,
            body={**base, **change},
            wrong=wrong,
            **options,
        )
        for wrong, change in changes
    ]


QUOTES = _changed(
    "servicing",
    "/quotes",
    a_principal("relationship_manager"),
    QUOTE,
    changes=[
        ("principal_fen", {"principal_fen": 0}),
        ("principal_fen", {"principal_fen": -1}),
        ("principal_fen", {"principal_fen": 10**18}),
        ("principal_fen", {"principal_fen": 300000.5}),
        ("principal_fen", {"principal_fen": "30000000"}),
        ("annual_rate_bps", {"annual_rate_bps": -1}),
        ("annual_rate_bps", {"annual_rate_bps": 100_001}),
        ("annual_rate_bps", {"annual_rate_bps": 4.35}),
        ("term_months", {"term_months": 0}),
        ("term_months", {"term_months": 361}),
        ("method", {"method": "BALLOON"}),
        ("disbursement_date", {"disbursement_date": "2020-02-30"}),
        ("currency", {"currency": "EUR"}),
    ],
)
SCHEDULES = _changed(
    "servicing",
    "/schedules",
    a_principal("relationship_manager"),
    {
        "principal": 300000,
        "annual_rate_pct": "4.35",
        "disbursement_date": "2020-03-01",
        "n": 12,
        "method": "FLAT",
    },
    changes=[
        ("principal", {"principal": 0}),
        ("n", {"n": 0}),
        ("n", {"n": 10**9}),
        ("frequency", {"frequency": "1 MOON"}),
        ("events.0.type", {"events": [{"date": "2020-06-16", "type": "GIFT"}]}),
        ("events.date", {"events": [{"date": "2019-06-16", "type": "PAYOFF"}]}),
        ("fees.0.amount", {"fees": [{"name": "x", "amount": -1, "date": "2020-03-01"}]}),
        ("currency", {"currency": "EUR"}),
    ],
)
DECISIONS = _changed(
    "operations",
    "/tasks/{task_id}/decision",
    APPROVER,
    {"outcome": "approved"},
    values={"task_id": "task-1"},
    changes=[
        ("outcome", {"outcome": "maybe"}),
        ("outcome", {"outcome": None}),
        ("limit_fen", {"limit_fen": -1}),
        ("limit_fen", {"limit_fen": 10**18}),
        ("limit_fen", {"limit_fen": 1.5}),
        ("annual_rate_bps", {"annual_rate_bps": 100_001}),
        ("comment", {"comment": "好" * 201}),
        ("decided_by", {"decided_by": "somebody-else"}),
    ],
)
BANKS = _changed(
    "operations",
    "/bank",
    ADMIN,
    BANK,
    method="PUT",
    changes=[
        ("name", {"name": ""}),
        ("licensed_regions", {"licensed_regions": []}),
        ("licensed_regions.0", {"licensed_regions": ["34120"]}),
        ("branches", {"branches": []}),
        ("branches.0.branch_id", {"branches": [{**BANK["branches"][0], "branch_id": "a b"}]}),
        ("rule_edition", {"rule_edition": "no spaces please"}),
        ("bank_id", {"bank_id": "south"}),
    ],
)
TASK_LISTS = [
    _row(
        f"GET /tasks?{name}={value}",
        "operations",
        "/tasks",
        APPROVER,
        method="GET",
        query={name: [value]},
        wrong=f"query.{name}",
        headers={},
    )
    for name, value in (
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "many"),
        ("status", "forgotten"),
        ("cursor", "../../south"),
        ("bank_id", "south"),
    )
]
PAPERS = _changed(
    "factory",
    "/applications",
    a_principal("relationship_manager"),
    PAPER,
    changes=[
        ("amount_fen", {"amount_fen": 0}),
        ("amount_fen", {"amount_fen": 10**18}),
        ("term_months", {"term_months": 0}),
        ("repayment_method", {"repayment_method": "BALLOON"}),
        ("party.payout_account", {"party": {**PAPER["party"], "payout_account": "x"}}),
        ("party.region_code", {"party": {**PAPER["party"], "region_code": "1"}}),
        ("consents.0.consent_id", {"consents": [{"scope": "x"}]}),
        ("documents.0.product", {"documents": [{"product": "invoice/9", "content": {}}]}),
        ("application_id", {"application_id": "app-mine"}),
    ],
)
OFFERS = [
    _row(
        f"POST {resource} of terms {terms!r:.20}",
        "factory",
        resource,
        CUSTOMER,
        values={"application_id": "app-1"},
        body={"terms_sha256": terms},
        wrong="terms_sha256",
    )
    for resource in (
        "/applications/{application_id}/offer/acceptance",
        "/applications/{application_id}/offer/refusal",
    )
    for terms in ("", "A" * 64, 1, None)
]
TABLES = [
    _row(
        f"POST {resource} of table {table!r:.20}",
        "factory",
        resource,
        who,
        values={"application_id": "app-1"},
        body={"signature_sha256": "a" * 64, "disclosure_sha256": table}
        if resource.endswith("signature")
        else {"disclosure_sha256": table},
        wrong="disclosure_sha256",
    )
    for resource, who in (
        ("/applications/{application_id}/offer/disclosure/confirmation", CUSTOMER),
        (
            "/applications/{application_id}/offer/disclosure/signature",
            a_principal("relationship_manager"),
        ),
    )
    for table in ("", "A" * 64, 1, None)
]
FEE = {"name": "担保费", "kind": "guarantee", "payee": "合成担保有限公司", "amount_fen": 100}
DISCLOSURES = _changed(
    "servicing",
    "/disclosures",
    a_principal("relationship_manager"),
    QUOTE,
    changes=[
        ("principal_fen", {"principal_fen": 0}),
        ("lender", {"lender": ""}),
        ("fees.0.payee", {"fees": [{"name": "x", "amount_fen": 1}]}),
        ("fees.0.kind", {"fees": [{**FEE, "kind": "gift"}]}),
        ("fees.0.amount_fen", {"fees": [{**FEE, "amount_fen": 1.5}]}),
        ("fees.0.amount_fen", {"fees": [{"rate_bps": 100, **FEE}]}),
        ("fees.0.charged_on", {"fees": [{"charged_on": "1999-01-01", **FEE}]}),
        ("settlement.rounding", {"settlement": {"rounding": "NEAREST"}}),
        ("settlement.grace_days", {"settlement": {"grace_days": 31}}),
        ("settlement.penalty_rate_bps", {"settlement": {"penalty_type": "FIXED"}}),
        ("settlement.penalty_uplift_pct", {"settlement": {"penalty_uplift_pct": 51}}),
        ("settlement.generosity", {"settlement": {"generosity": 1}}),
    ],
)
SIGNATURES = _changed(
    "signing",
    "/contracts/{contract_id}/signature",
    CUSTOMER,
    SIGNATURE,
    values={"contract_id": "con-1"},
    changes=[
        ("document_sha256", {"document_sha256": "z" * 64}),
        ("cost_disclosure_read", {"cost_disclosure_read": False}),
        ("cost_disclosure_read", {"cost_disclosure_read": "yes"}),
        ("reading_seconds", {"reading_seconds": -1}),
        ("reading_seconds", {"reading_seconds": 1.5}),
        ("signed_at", {"signed_at": "2019-01-01T00:00:00Z"}),
    ],
)

ROWS = [
    *QUOTES,
    *SCHEDULES,
    *DISCLOSURES,
    *DECISIONS,
    *BANKS,
    *TASK_LISTS,
    *PAPERS,
    *OFFERS,
    *TABLES,
    *SIGNATURES,
]
