"""Malformed requests to intake: applications and lists."""

from __future__ import annotations

from typing import Any

from tests.component.bad_input.table import CUSTOMER, Row
from tests.support.intake_builders import SOUTH, a_principal
from tests.support.intake_requests import an_application_body

WRONG = "unprocessable"
KEY = {"Idempotency-Key": "a-new-key"}


def _application(name: str, wrong: str, /, **changes: Any) -> Row:
    return Row(
        name=f"application: {name}",
        resource="/applications",
        headers=KEY,
        status=422,
        code=WRONG,
        wrong=wrong,
        body=an_application_body(**{"customer_id": "$customer", **changes}),
    )


def _missing(name: str, **options: Any) -> Row:
    return Row(**{"name": name, "status": 404, "code": "not_found", **options})


def _submission(name: str, which: str, status: int, wrong: str | None) -> Row:
    return Row(
        name=f"submission: {name}",
        resource="/applications/{application_id}/submission",
        values={"application_id": which},
        status=status,
        code="conflict" if status == 409 else WRONG,
        wrong=wrong,
    )


DRAFTS = [
    _application("amount 0", "amount_fen", amount_fen=0),
    _application("negative amount", "amount_fen", amount_fen=-30_000_000),
    _application("amount 1e18", "amount_fen", amount_fen=10**18),
    _application("amount as a float", "amount_fen", amount_fen=30_000_000.0),
    _application("amount in yuan with cents", "amount_fen", amount_fen=300_000.5),
    _application("amount as text", "amount_fen", amount_fen="30000000"),
    _application("amount as a boolean", "amount_fen", amount_fen=True),
    _application("amount missing", "amount_fen", amount_fen=None),
    _application("amount under the product's", "amount_fen", amount_fen=9_999_999),
    _application("amount over the product's", "amount_fen", amount_fen=100_000_001),
    _application("term 0", "term_months", term_months=0),
    _application("term of 361 months", "term_months", term_months=361),
    _application("a term that the product has not", "term_months", term_months=24),
    _application("term as text", "term_months", term_months="12"),
    _application("unknown method", "repayment_method", repayment_method="BULLET"),
    _application("unknown product", "product_code", product_code="no-such-loan"),
    _application("a product that has ended", "product_code", product_code="ended-loan"),
    _application("a product of tomorrow", "product_code", product_code="coming-loan"),
    _application("another bank's product", "product_code", product_code="southern-loan"),
    _application("a product for persons", "customer_id", product_code="persons-loan"),
    _application("product code with a space", "product_code", product_code="a loan"),
    _application("no purpose", "purpose", purpose=""),
    _application("purpose of 201 characters", "purpose", purpose="买" * 201),
    _application("21 documents", "document_ids", document_ids=[f"doc-{n}" for n in range(21)]),
    _application("a document twice", "document_ids", document_ids=["doc-1", "doc-1"]),
    _application("documents as text", "document_ids", document_ids="doc-1"),
    _application("a rate of the client's choice", "annual_rate_bps", annual_rate_bps=1),
    _application("a status of the client's choice", "status", status="closed"),
    _application("another bank named in the body", "bank_id", bank_id="south"),
    _missing(
        "application: for another bank's customer",
        resource="/applications",
        headers=KEY,
        body=an_application_body(customer_id="$southern_customer"),
    ),
    _missing(
        "application: for another customer",
        resource="/applications",
        headers=KEY,
        who=CUSTOMER,
        body=an_application_body(customer_id="$other_customer"),
    ),
    Row(
        name="application: without Idempotency-Key",
        resource="/applications",
        status=400,
        code="bad_request",
        wrong="Idempotency-Key",
        body=an_application_body(customer_id="$customer"),
    ),
    Row(
        name="application: Idempotency-Key of 81 characters",
        resource="/applications",
        headers={"Idempotency-Key": "k" * 81},
        status=400,
        code="bad_request",
        wrong="Idempotency-Key",
        body=an_application_body(customer_id="$customer"),
    ),
    Row(
        name="application: Idempotency-Key with a line break",
        resource="/applications",
        headers={"Idempotency-Key": "k\nSet-Cookie: x"},
        status=400,
        code="bad_request",
        wrong="Idempotency-Key",
        body=an_application_body(customer_id="$customer"),
    ),
    Row(
        name="application: replay with another amount",
        resource="/applications",
        headers={"Idempotency-Key": "used-key"},
        status=409,
        code="conflict",
        wrong="Idempotency-Key",
        body=an_application_body(customer_id="$customer", amount_fen=20_000_000),
    ),
]

SUBMISSIONS = [
    _submission("no live consent", "$draft_without_consent", 422, "consents"),
    _submission("the consent has expired", "$draft_with_old_consent", 422, "consents"),
    _submission("an unknown document", "$draft_with_unknown_document", 422, "document_ids"),
    _submission("a document not uploaded yet", "$draft_with_new_document", 422, "document_ids"),
    _submission("a refused document", "$draft_with_refused_document", 422, "document_ids"),
    _submission("another customer's document", "$draft_with_other_document", 422, "document_ids"),
    _submission("two invoice documents", "$draft_with_two_facts", 422, "document_ids"),
    _submission("a withdrawn draft", "$withdrawn_draft", 409, None),
    Row(
        name="submission: with a body",
        resource="/applications/{application_id}/submission",
        values={"application_id": "$draft"},
        status=400,
        code="bad_request",
        body={"amount_fen": 1},
    ),
    _missing(
        "submission: of an unknown application",
        resource="/applications/{application_id}/submission",
        values={"application_id": "app-none"},
    ),
    _missing(
        "submission: by another bank",
        resource="/applications/{application_id}/submission",
        values={"application_id": "$draft"},
        who=a_principal(bank_id=SOUTH),
    ),
    _missing(
        "submission: by another branch",
        resource="/applications/{application_id}/submission",
        values={"application_id": "$draft"},
        who=a_principal(branch="b2"),
    ),
    Row(
        name="submission: by an approver",
        resource="/applications/{application_id}/submission",
        values={"application_id": "$draft"},
        status=403,
        code="forbidden",
        who=a_principal("approver"),
    ),
    Row(
        name="withdrawal: of a closed application",
        resource="/applications/{application_id}/withdrawal",
        values={"application_id": "$closed"},
        status=409,
        code="conflict",
    ),
]


def _page(name: str, wrong: str | None, status: int = 422, **query: str) -> Row:
    return Row(
        name=f"list: {name}",
        method="GET",
        resource="/applications",
        query={key: [value] for key, value in query.items()},
        status=status,
        code=WRONG if status == 422 else "bad_request",
        wrong=wrong,
    )


LISTS = [
    _page("a page of 0", "query.limit", limit="0"),
    _page("a page of 101", "query.limit", limit="101"),
    _page("a page of -1", "query.limit", limit="-1"),
    _page("a page of ten, in words", "query.limit", limit="ten"),
    _page("a page of 1e2", "query.limit", limit="1e2"),
    _page("an unknown parameter", "query.bank_id", bank_id="south"),
    _page("a cursor that nobody made", "cursor", 400, cursor="bm90LW91cnM"),
    _page("a cursor that is no base64", "cursor", 400, cursor="§§§"),
    _page("a cursor of 201 characters", "query.cursor", cursor="a" * 201),
    _page("an empty cursor", "query.cursor", cursor=""),
    Row(
        name="list: two limits",
        method="GET",
        resource="/applications",
        query={"limit": ["1", "2"]},
        status=400,
        code="bad_request",
    ),
    Row(
        name="list: a manager without a branch",
        method="GET",
        resource="/applications",
        who=a_principal(branch=None),
        status=403,
        code="forbidden",
    ),
    _missing(
        "timeline: of another customer's application",
        method="GET",
        resource="/applications/{application_id}/timeline",
        values={"application_id": "$draft"},
        who=a_principal("customer", customer_id="cust-2"),
    ),
    _missing(
        "application: an id with a key inside",
        method="GET",
        resource="/applications/{application_id}",
        values={"application_id": "app-1#APPLICATION"},
        wrong="application_id",
    ),
    _missing(
        "application: an id of 200 characters",
        method="GET",
        resource="/applications/{application_id}",
        values={"application_id": "a" * 200},
        wrong="application_id",
    ),
]

ROWS = [*DRAFTS, *SUBMISSIONS, *LISTS]
