"""What the audit chain keeps of a query: who, about whom, why, on which consent, at what cost.

The subject is a blind fingerprint and the document its hash, so the record holds no personal data
and can be kept for as long as the law asks.
"""

from __future__ import annotations

from typing import Any

from extdata.domain.query import Attempt, Query
from puhui.clock import utc_text


def record_id(query: Query) -> str:
    """One record for each state that a query is left in: `qry-1.pending`, then `qry-1.hit`."""
    return f"{query.query_id}.{query.status}"


def audit_record(query: Query) -> dict[str, Any]:
    """The record as plain JSON values; the same query always gives the same record."""
    return {
        "query_id": query.query_id,
        "bank_id": query.bank_id,
        "asked_at": utc_text(query.asked_at),
        "asked_on": query.asked_on.isoformat(),
        "caller": query.caller,
        "callers": sorted(query.callers),
        "branch_id": query.branch_id,
        "application_id": query.application_id,
        "product": query.product,
        "subject_key": query.subject_key,
        "purpose": query.purpose,
        "consent_id": query.consent_id,
        "route_table_version": query.route_table_version,
        "status": query.status,
        "reason": query.reason,
        "cached": query.cached,
        "cost_fen": query.cost_fen,
        "masked_fields": sorted(query.masked_fields),
        "attempts": [_attempt(attempt) for attempt in query.attempts],
        "document_sha256": None if query.document is None else query.document.sha256,
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "connector_id": attempt.connector_id,
        "connector_version": attempt.connector_version,
        "provider_id": attempt.provider_id,
        "request_no": attempt.request_no,
        "outcome": attempt.outcome,
        "charge": attempt.charge,
        "cost_fen": attempt.cost_fen,
        "archive_key": attempt.archive_key,
    }
