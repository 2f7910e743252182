"""Builders for what happens in a query: answers, attempts, prices, meter events, manifests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from extdata.domain.answer import ProviderAnswer, RawPage
from extdata.domain.archive import ArchivedPage, Manifest, sha256
from extdata.domain.cache import CachedAnswer, CacheKey
from extdata.domain.meter import MeterEvent
from extdata.domain.price import Price, Tier
from extdata.domain.query import Attempt, DocumentRef, Query
from puhui.tenancy import BankId

BANK = BankId("north")
OTHER_BANK = BankId("south")
TODAY = date(2026, 11, 2)
NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
"""Noon in China on the accounting day."""
SUBJECT_KEY = "uscc:3f0000000000000000000000000000aa"
PURPOSE = "loan_application"
PRODUCT = "tax/1"


def a_price(unit_yuan: str = "0.80", **changes: Any) -> Price:
    """So much per hit, for ever."""
    fields: dict[str, Any] = {
        "provider_id": "sbx-tax",
        "connector_id": "sbx-tax-returns",
        "basis": "per_hit",
        "tiers": (Tier(up_to=None, unit_yuan=Decimal(unit_yuan)),),
        "effective_from": date(2016, 1, 1),
    }
    return Price(**(fields | changes))


def a_page(body: bytes = b'{"code":"0001"}', **changes: Any) -> RawPage:
    """One response in clear."""
    fields: dict[str, Any] = {
        "wire": body,
        "opened": body,
        "status": 200,
        "content_type": "application/json",
        "received_at": NOON,
    }
    return RawPage(**(fields | changes))


def a_document(**changes: Any) -> dict[str, Any]:
    """A tax document of one return."""
    fields: dict[str, Any] = {
        "schema": PRODUCT,
        "source": "sbx-tax",
        "period_from": "2026-01-01",
        "period_to": "2026-10-31",
        "row_count": 1,
        "returns": [{"period": "2026-10", "sales_fen": 1_000_00}],
    }
    return fields | changes


def an_answer(**changes: Any) -> ProviderAnswer:
    """A charged hit."""
    fields: dict[str, Any] = {
        "meaning": "hit",
        "charge": "charged",
        "provider_code": "0000",
        "pages": (a_page(b'{"code":"0000"}'),),
        "document": a_document(),
        "request_sha256": "a" * 64,
        "provider_ms": 12,
    }
    return ProviderAnswer(**(fields | changes))


def a_miss(**changes: Any) -> ProviderAnswer:
    """The provider knows nothing."""
    fields: dict[str, Any] = {
        "meaning": "miss",
        "charge": "free",
        "provider_code": "0001",
        "pages": (a_page(),),
        "document": None,
    }
    return replace(an_answer(), **(fields | changes))


def an_attempt(**changes: Any) -> Attempt:
    """The first call of a query, a charged hit."""
    fields: dict[str, Any] = {
        "number": 1,
        "connector_id": "sbx-tax-returns",
        "connector_version": 1,
        "provider_id": "sbx-tax",
        "because": "priority 1",
        "outcome": "hit",
        "charge": "charged",
        "cost_fen": 80,
        "provider_ms": 12,
        "tries": 1,
        "request_no": "no-1",
        "provider_code": "0000",
    }
    return Attempt(**(fields | changes))


def a_document_ref(body: bytes = b"{}", **changes: Any) -> DocumentRef:
    """Where a document lies."""
    fields: dict[str, Any] = {
        "bucket": "documents",
        "key": f"{BANK}/documents/{sha256(body)}.json",
        "sha256": sha256(body),
        "size_bytes": len(body),
    }
    return DocumentRef(**(fields | changes))


def a_query(**changes: Any) -> Query:
    """A query that was answered with a hit."""
    fields: dict[str, Any] = {
        "query_id": "qry-1",
        "bank_id": BANK,
        "request_id": "req-1",
        "caller": "factory",
        "branch_id": "br-1",
        "application_id": "app-1",
        "product": PRODUCT,
        "subject_key": SUBJECT_KEY,
        "purpose": PURPOSE,
        "consent_id": "con-1",
        "correlation_id": "cor-1",
        "asked_at": NOON,
        "asked_on": TODAY,
        "route_table_version": 1,
        "status": "hit",
        "attempts": (an_attempt(),),
        "document": a_document_ref(),
        "document_at": NOON,
    }
    return Query(**(fields | changes))


def a_meter_event(**changes: Any) -> MeterEvent:
    """One charged call."""
    fields: dict[str, Any] = {
        "bank_id": BANK,
        "provider_id": "sbx-tax",
        "connector_id": "sbx-tax-returns",
        "connector_version": 1,
        "product": PRODUCT,
        "request_no": "no-1",
        "query_id": "qry-1",
        "attempt": 1,
        "called_at": NOON,
        "called_on": TODAY,
        "outcome": "hit",
        "charge": "charged",
        "cost_fen": 80,
        "provider_ms": 12,
        "caller": "factory",
        "branch_id": "br-1",
        "application_id": "app-1",
    }
    return MeterEvent(**(fields | changes))


def a_cache_key(**changes: Any) -> CacheKey:
    """The tax record of the firm under its consent's scope."""
    fields: dict[str, Any] = {
        "bank_id": BANK,
        "subject_key": SUBJECT_KEY,
        "product": PRODUCT,
        "scope": "tax_invoice",
    }
    return CacheKey(**(fields | changes))


def a_cached_answer(**changes: Any) -> CachedAnswer:
    """A hit of today."""
    fields: dict[str, Any] = {
        "key": a_cache_key(),
        "status": "hit",
        "query_id": "qry-1",
        "consent_id": "con-1",
        "given_at": NOON,
        "given_on": TODAY,
        "document": a_document_ref(),
        "provider_id": "sbx-tax",
    }
    return CachedAnswer(**(fields | changes))


def a_manifest(*pages: RawPage, **changes: Any) -> Manifest:
    """What pins the replay of a query's first attempt."""
    archived = tuple(
        ArchivedPage(
            wire_sha256=sha256(page.wire),
            opened_sha256=sha256(page.opened),
            status=page.status,
            content_type=page.content_type,
            received_at=page.received_at,
        )
        for page in pages or (a_page(),)
    )
    fields: dict[str, Any] = {
        "query_id": "qry-1",
        "bank_id": BANK,
        "attempt": 1,
        "provider_id": "sbx-tax",
        "connector_id": "sbx-tax-returns",
        "connector_version": 1,
        "product": PRODUCT,
        "request_no": "no-1",
        "request_sha256": "a" * 64,
        "route_table_version": 1,
        "because": "priority 1",
        "asked_at": NOON,
        "asked_on": TODAY,
        "pages": archived,
        "document_sha256": None,
    }
    return Manifest(**(fields | changes))
