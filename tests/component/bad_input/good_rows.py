"""Valid neighbours of the malformed requests: a table that refused everything would fail here."""

from __future__ import annotations

from typing import Any

from puhui.china import resident_id
from tests.component.bad_input.table import Row
from tests.support.intake_builders import a_principal
from tests.support.intake_requests import (
    a_consent_body,
    a_customer_body,
    a_document_body,
    an_application_body,
)


def _customer(name: str, who: str, /, **changes: Any) -> Row:
    """Each under a customer's own token, so that a repeated run finds the same customer."""
    return Row(
        name=f"good customer: {name}",
        resource="/customers",
        status=201,
        who=a_principal("customer", customer_id=who, subject=f"sub-{who}"),
        body=a_customer_body(branch_id="b1", **changes),
    )


def _consent(name: str, /, **changes: Any) -> Row:
    return Row(
        name=f"good consent: {name}",
        resource="/customers/{customer_id}/consents",
        values={"customer_id": "$other_customer"},
        status=201,
        body=a_consent_body(**changes),
    )


def _document(name: str, /, **changes: Any) -> Row:
    return Row(
        name=f"good document: {name}",
        resource="/documents",
        status=201,
        body=a_document_body(**{"customer_id": "$customer", **changes}),
    )


def _application(name: str, /, **changes: Any) -> Row:
    return Row(
        name=f"good application: {name}",
        resource="/applications",
        headers={"Idempotency-Key": f"good-{name.replace(' ', '-')}"},
        status=201,
        body=an_application_body(**{"customer_id": "$customer", **changes}),
    )


ROWS = [
    _customer("a firm", "cust-good-1", uscc="91350100M000100Y43"),
    _customer(
        "a sole proprietor", "cust-good-2", kind="sole_proprietor", uscc="92340100MA2ABCD13K"
    ),
    _customer("a cooperative", "cust-good-3", uscc="93340100MA2ABCD13G"),
    _customer("a person", "cust-good-4", kind="person", uscc=None),
    _customer(
        "a legal person of 18 years and no day",
        "cust-good-5",
        uscc="91340100MA2ABCD13N",
        legal_person_id=resident_id.complete("11010520020301100"),
    ),
    _customer(
        "a resident id of an abolished region",
        "cust-good-6",
        uscc=None,
        kind="person",
        legal_person_id=resident_id.complete("34260119800101100"),
    ),
    _consent("until today", expires_on="2020-03-01"),
    _consent("for five years", expires_on="2025-03-01", scope="credit_bureau"),
    _document("a byte", size_bytes=1),
    _document("32 MB", size_bytes=32 * 1024 * 1024),
    _document("a licence as PNG", product="business_licence", content_type="image/png"),
    _application("the smallest amount", amount_fen=10_000_000),
    _application("the largest amount", amount_fen=100_000_000),
    _application("interest first", repayment_method="INTEREST_FIRST"),
    _application("20 documents", document_ids=[f"doc-{n}" for n in range(20)]),
    Row(
        name="good application: the replay itself",
        resource="/applications",
        headers={"Idempotency-Key": "used-key"},
        status=201,
        body=an_application_body(customer_id="$customer"),
    ),
    Row(
        name="good list: a page of 100",
        method="GET",
        resource="/applications",
        query={"limit": ["100"]},
        status=200,
    ),
    Row(
        name="good submission",
        resource="/applications/{application_id}/submission",
        values={"application_id": "$draft"},
        status=200,
    ),
    Row(
        name="good submission: an empty object is no body",
        resource="/applications/{application_id}/submission",
        values={"application_id": "$draft"},
        status=200,
        body={},
    ),
    Row(
        name="good withdrawal",
        resource="/applications/{application_id}/withdrawal",
        values={"application_id": "$withdrawn_draft"},
        status=200,
    ),
]
