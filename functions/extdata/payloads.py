"""Translates what other modules call external data with, and what they get."""

from __future__ import annotations

from datetime import date

from extdata.domain.query import Query, QueryCommand
from extdata.domain.subject import Subject
from puhui.contracts.extdata import ExternalDataAnswer, ExternalDataQuery
from puhui.contracts.facts import FactReference, FactState
from puhui.contracts.party import Party
from puhui.tenancy import bank_id

FACTORY = "factory"
"""The only module that may invoke `query`: IAM says who, this says under which name."""
NO_CONSENT = "none"
"""Names no consent that could exist; the registry then refuses for want of one."""
MAX_BECAUSE = 500


def command_of(query: ExternalDataQuery, party: Party, consent_id: str) -> QueryCommand:
    """The question that a module's call stands for."""
    return QueryCommand(
        bank_id=bank_id(query.bank_id),
        request_id=query.request_id,
        caller=FACTORY,
        callers=frozenset({FACTORY}),
        branch_id=query.branch_id,
        application_id=query.application_id,
        product=query.product,
        subject=subject_of(party, query.region_code),
        purpose=query.purpose,
        consent_id=consent_id,
        correlation_id=query.correlation_id,
    )


def subject_of(party: Party, region_code: str) -> Subject:
    """The borrower as providers know them; the region is where the business is."""
    return Subject(
        kind=party.kind,
        name=party.name,
        uscc=party.uscc,
        id_number=party.legal_person_id,
        phone=party.phone,
        person_name=party.legal_person_name,
        account=party.payout_account,
        address=party.address,
        region_code=region_code,
    )


def answer_of(query: Query, today: date) -> ExternalDataAnswer:
    """The answer as a fact that the decision can read, or the typed reason for none."""
    attempt = query.attempts[-1] if query.attempts else None
    return ExternalDataAnswer(
        query_id=query.query_id,
        status=query.status,
        reason=None if query.status == "hit" else query.reason,
        fact=_fact(query),
        cost_fen=query.cost_fen,
        cached=query.cached,
        age_days=query.age_days(today),
        because="" if attempt is None else attempt.because[:MAX_BECAUSE],
    )


def _fact(query: Query) -> FactReference:
    document = query.document
    if query.status != "hit" or document is None:
        return FactReference(product=query.product, state=_state_of(query))
    return FactReference(
        product=query.product,
        state="stale" if query.stale else "ok",
        document_id=query.query_id,
        bucket=document.bucket,
        key=document.key,
        sha256=document.sha256,
        size_bytes=document.size_bytes,
        columns_key=document.columns_key,
        columns_sha256=document.columns_sha256,
        raw_sha256=document.raw_sha256,
        document_at=query.document_at,
        query_id=query.query_id,
    )


def _state_of(query: Query) -> FactState:
    """Nothing known is `missing`; no consent is `not_consented`; everything else is the vendor."""
    if query.status == "miss":
        return "missing"
    if query.status == "refused" and (query.reason or "").startswith(("consent.", "permission.")):
        return "not_consented"
    return "vendor_error"
