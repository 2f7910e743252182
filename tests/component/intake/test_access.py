"""Who finds what on which route, and what the logs say of it: nothing personal."""

from __future__ import annotations

from typing import Any

import pytest

from intake.api import app, routes
from intake.policy import POLICY
from tests.support.api import call
from tests.support.intake_api import (
    MANAGER,
    a_submitted_application,
    get,
    post,
)
from tests.support.intake_builders import (
    SOUTH,
    a_principal,
)
from tests.support.intake_requests import (
    a_consent_body,
    a_customer_body,
    a_document_body,
    an_application_body,
)

STRANGERS = {
    "another customer": a_principal("customer", customer_id="cust-2"),
    "another branch": a_principal(branch="b2", subject="rm-2"),
    "another bank": a_principal(bank_id=SOUTH),
    "another bank's auditor": a_principal("auditor", bank_id=SOUTH),
    "an approver of another branch": a_principal("approver", branch="b2"),
}
OUTSIDERS = {role: a_principal(role) for role in ("collector", "finance", "risk_manager")}
READERS = ("approver", "auditor", "admin")


def _cells(customer_id: str, application_id: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Every route of the module with a request that its owner could make."""
    _, consents = get("/customers/{customer_id}/consents", customer_id=customer_id)
    _, application = get("/applications/{application_id}", application_id=application_id)
    values = {
        "customer_id": customer_id,
        "application_id": application_id,
        "consent_id": consents["items"][0]["consent_id"],
        "document_id": application["document_ids"][0],
    }
    bodies = {
        "/customers": a_customer_body(branch_id="b1"),
        "/customers/{customer_id}/consents": a_consent_body(scope="credit_bureau"),
        "/documents": a_document_body(customer_id=customer_id),
        "/applications": an_application_body(customer_id=customer_id),
    }
    cells = []
    for route in routes.table():
        path = {name: value for name, value in values.items() if "{" + name + "}" in route.path}
        body = bodies.get(route.path) if route.method == "POST" else None
        headers = {"Idempotency-Key": "matrix"} if route.idempotency_key else {}
        cells.append((route.method, route.path, {"values": path, "body": body, "headers": headers}))
    return cells


NOT_ABOUT_ONE_OBJECT = {("GET", "/products"), ("GET", "/applications"), ("POST", "/customers")}


def test_whoever_it_is_not_for_finds_nothing_on_any_route() -> None:
    cells = _cells(*a_submitted_application())
    assert len(cells) == 14

    for method, resource, request in cells:
        for name, stranger in STRANGERS.items():
            if (method, resource) in NOT_ABOUT_ONE_OBJECT:
                continue
            answer = call(app, method, resource, principal=stranger, **request)
            may_write = bool(stranger.roles & {"customer", "relationship_manager"})
            expected = 404 if method == "GET" or may_write else 403
            assert answer.status == expected, (method, resource, name, answer.body)
        for name, outsider in OUTSIDERS.items():
            answer = call(app, method, resource, principal=outsider, **request)
            assert answer.status == 403, (method, resource, name)
        assert call(app, method, resource, **request).status == 401, (method, resource)


def test_those_who_may_only_read_read_everything_and_write_nothing() -> None:
    for method, resource, request in _cells(*a_submitted_application()):
        for role in READERS:
            answer = call(app, method, resource, principal=a_principal(role), **request)
            expected = 200 if method == "GET" else 403
            assert answer.status == expected, (method, resource, role, answer.body)


def test_every_route_has_a_policy_and_every_policy_a_route() -> None:
    assert {route.action for route in routes.table()} == set(POLICY)


def test_nothing_personal_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    customer_id, application_id = a_submitted_application()
    for method, resource, request in _cells(customer_id, application_id):
        for who in (MANAGER, *STRANGERS.values(), *OUTSIDERS.values()):
            call(app, method, resource, principal=who, **request)
    post("/customers", a_customer_body(phone="12345678901", address="安徽省亳州市保密路9号"))

    lines = capsys.readouterr().out
    assert lines.count('"http_status"') > 100
    secrets = [str(value) for name, value in a_customer_body().items() if name in PERSONAL]
    for secret in (*secrets, "12345678901", "保密路", "发票明细"):
        assert secret not in lines


PERSONAL = {
    "name",
    "uscc",
    "legal_person_name",
    "legal_person_id",
    "phone",
    "address",
    "payout_account",
}
