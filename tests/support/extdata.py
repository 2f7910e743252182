"""Builders for external data: each defaults everything, so a test names only what it is about."""

from __future__ import annotations

from datetime import date
from typing import Any

from extdata.domain.connector import Connector, Stage, TestRun
from extdata.domain.consent import LiveConsent
from extdata.domain.limit import Gate, Limits
from extdata.domain.permission import AccessRules, Permission
from extdata.domain.provider import Contact, Contract, Provider
from extdata.domain.query import QueryCommand
from extdata.domain.route import Route, RouteTable
from extdata.domain.subject import Subject
from tests.support.extdata_records import (
    BANK,
    NOON,
    OTHER_BANK,
    PRODUCT,
    PURPOSE,
    SUBJECT_KEY,
    TODAY,
    a_cache_key,
    a_cached_answer,
    a_document,
    a_document_ref,
    a_manifest,
    a_meter_event,
    a_miss,
    a_page,
    a_price,
    a_query,
    an_answer,
    an_attempt,
)

__all__ = [
    "BANK",
    "NOON",
    "OTHER_BANK",
    "PRODUCT",
    "PURPOSE",
    "SUBJECT_KEY",
    "TODAY",
    "a_cache_key",
    "a_cached_answer",
    "a_connector",
    "a_consent",
    "a_document",
    "a_document_ref",
    "a_gate",
    "a_manifest",
    "a_meter_event",
    "a_miss",
    "a_page",
    "a_person",
    "a_price",
    "a_provider",
    "a_query",
    "a_query_command",
    "a_route",
    "a_route_table",
    "a_specification",
    "a_subject",
    "access_rules",
    "an_answer",
    "an_attempt",
]

TestRun.__test__ = False  # type: ignore[attr-defined]  # a domain class, not a class of tests


def a_subject(**changes: Any) -> Subject:
    """A firm."""
    fields: dict[str, Any] = {
        "kind": "firm",
        "name": "北方示例商贸有限公司",
        "uscc": "91340100MA2N000008",
        "region_code": "340102",
    }
    return Subject(**(fields | changes))


def a_person(**changes: Any) -> Subject:
    """A person; the number is the example of the standard itself."""
    fields: dict[str, Any] = {
        "kind": "person",
        "name": "示例",
        "id_number": "11010519491231002X",
        "phone": "13800138000",
    }
    return Subject(**(fields | changes))


def a_provider(**changes: Any) -> Provider:
    """A sandbox provider with a valid contract and no limits."""
    fields: dict[str, Any] = {
        "bank_id": BANK,
        "provider_id": "sbx-tax",
        "name": "税务数据服务商（沙箱模拟）",
        "contract": Contract(
            number="HT-SBX-2026-02", valid_from=date(2016, 1, 1), valid_to=date(2099, 12, 31)
        ),
        "contacts": (Contact(desk="技术支持", channel="https://tax.example/support"),),
        "sandbox": True,
        "registered_by": "steward-1",
    }
    return Provider(**(fields | changes))


def a_specification(**request: Any) -> dict[str, Any]:
    """The smallest `spec` of a connector: JSON both ways, no cryptography."""
    return {
        "mode": "sync",
        "request": {
            "method": "POST",
            "url": "{base}/tax/v1/returns",
            "format": "json",
            "fields": '{"reqNo": request_no, "nsrsbh": subject.uscc}',
            "try_timeout_ms": 1500,
            "tries": 2,
        }
        | request,
        "response": {
            "format": "json",
            "code": "code",
            "codes": [
                {"code": "0000", "meaning": "hit", "charge": "charged"},
                {"code": "0001", "meaning": "miss", "charge": "free"},
                {"code": "*", "meaning": "error", "charge": "free"},
            ],
            "document": {
                "source": "sbx-tax",
                "period_from": {"from": "data.begin", "type": "date", "format": "%Y%m%d"},
                "period_to": {"from": "data.end", "type": "date", "format": "%Y%m%d"},
                "row_count": {"from": "data.total", "type": "int"},
                "tables": {
                    "returns": {
                        "rows": "data.list",
                        "fields": {
                            "period": {"from": "skssq", "type": "text"},
                            "sales_fen": {"from": "xse", "type": "yuan"},
                        },
                    }
                },
            },
        },
    }


def a_connector(stage: Stage = "published", **changes: Any) -> Connector:
    """A connector of `sbx-tax` that went through its life up to a stage; published by default."""
    fields: dict[str, Any] = {
        "bank_id": BANK,
        "connector_id": "sbx-tax-returns",
        "version": 1,
        "provider_id": "sbx-tax",
        "product": PRODUCT,
        "name": "纳税申报与入库查询",
        "reason": "小微发票贷需要核对纳税情况",
        "specification": a_specification(),
        "demanded_by": "steward-1",
        "demanded_at": NOON,
    }
    made = Connector(**(fields | changes))
    if stage == "demand":
        return made
    made = made.tested(TestRun(at=NOON, by="steward-2", passed=2, failed=0))
    if stage == "tested":
        return made
    made = made.approve("steward-3", NOON)
    if stage == "approved":
        return made
    made = made.publish("steward-1", NOON)
    return made if stage == "published" else made.retire()


def a_consent(**changes: Any) -> LiveConsent:
    """A consent of this year for tax and invoices, for a loan application."""
    fields: dict[str, Any] = {
        "bank_id": BANK,
        "consent_id": "con-1",
        "subject_keys": frozenset({SUBJECT_KEY}),
        "scope": "tax_invoice",
        "purposes": frozenset({PURPOSE}),
        "granted_on": date(2026, 1, 1),
        "expires_on": date(2026, 12, 31),
        "evidence_sha256": "e" * 64,
    }
    return LiveConsent(**(fields | changes))


def a_query_command(**changes: Any) -> QueryCommand:
    """The factory asks for the tax record of a firm."""
    fields: dict[str, Any] = {
        "bank_id": BANK,
        "request_id": "req-1",
        "caller": "factory",
        "callers": frozenset({"factory"}),
        "branch_id": "br-1",
        "application_id": "app-1",
        "product": PRODUCT,
        "subject": a_subject(),
        "purpose": PURPOSE,
        "consent_id": "con-1",
        "correlation_id": "cor-1",
    }
    return QueryCommand(**(fields | changes))


def a_route(**changes: Any) -> Route:
    """The first and only way."""
    fields: dict[str, Any] = {
        "connector_id": "sbx-tax-returns",
        "provider_id": "sbx-tax",
        "priority": 1,
        "cost_fen": 80,
        "quality": 80,
    }
    return Route(**(fields | changes))


def a_route_table(*routes: Route, **changes: Any) -> RouteTable:
    """Version 1 for `tax/1` with one route."""
    fields: dict[str, Any] = {"product": PRODUCT, "version": 1, "routes": routes or (a_route(),)}
    return RouteTable(**(fields | changes))


def access_rules(**changes: Any) -> AccessRules:
    """The factory may ask for tax records for a loan application; nobody is limited."""
    line = Permission(caller="factory", product=PRODUCT, purposes=frozenset({PURPOSE}))
    fields: dict[str, Any] = {"permissions": (line,)}
    return AccessRules(**(fields | changes))


def a_gate(key: str = "provider:sbx-tax", **limits: int | None) -> Gate:
    """A gate: `a_gate(daily=10)`; nothing is limited that is not named."""
    return Gate(key=key, limits=Limits(**limits))
