"""Risk alone in the local cloud: decisions are asked for through its API, reviews wait in risk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from infra.local.cloud import LocalCloud
from infra.synth import synthesise
from tests.e2e.conftest import BUSINESS_DATE
from tests.support.risk import a_document, a_healthy_firm, a_request
from tests.support.risk_desk import FIRM_CODE

pytestmark = pytest.mark.e2e

BANK = "risk-only-bank"
Document = dict[str, Any]


@pytest.fixture(scope="module")
def risk_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """Risk and the platform, nothing else."""
    state = tmp_path_factory.mktemp("risk-state")
    assembly = synthesise(modules=("risk",))
    with LocalCloud(assembly, business_date=BUSINESS_DATE, state_dir=state) as running:
        yield running


def call(
    cloud: LocalCloud, role: str, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, Any]:
    customer = "cus-1" if role == "customer" else None
    token = cloud.tokens.issue(role, BANK, subject=f"{role}-1", customer=customer)
    answer = httpx.request(
        method,
        f"{cloud.gateway_url}/risk{path}",
        json=body,
        headers={"Authorization": f"Bearer {token}", **headers},
        timeout=60,
    )
    return answer.status_code, answer.json() if answer.content else None


def a_question(documents: list[Document], **changes: Any) -> Document:
    asked = a_request().model_dump(mode="json", exclude={"bank_id", "correlation_id", "facts"})
    return asked | {"as_of": BUSINESS_DATE, "documents": documents} | changes


def invoices_until_the_business_date() -> Document:
    """The healthy firm, its three years moved to end before the business date."""
    moved = date.fromisoformat(BUSINESS_DATE) - date(2026, 8, 1)
    document: Document = json.loads(a_document(a_healthy_firm()))
    for row in (document, *document["rows"]):
        for name in ("period_from", "period_to", "issued_on"):
            if name in row:
                day = date.fromisoformat(row[name]) + moved - timedelta(days=1)
                row[name] = day.isoformat()
    return {"product": "invoice/1", "document": document}


def test_a_decision_is_asked_for_with_a_document_inside(risk_cloud: LocalCloud) -> None:
    question = a_question(
        [invoices_until_the_business_date()],
        subject={"kind": "firm", "name": "安徽鼎盛商贸有限公司", "uscc": FIRM_CODE},
    )

    answers = [call(risk_cloud, "underwriter", "POST", "/decisions", question) for _ in range(2)]

    ((status, decision), again) = answers
    assert (status, decision["verdict"], decision["verdict_name"]) == (200, "approve", "通过")
    assert decision["record"]["manifest"]["facts"][0]["state"] == "ok"
    assert again[1]["record_sha256"] == decision["record_sha256"]


def test_a_decline_is_reviewed_by_risks_own_staff(risk_cloud: LocalCloud) -> None:
    question = a_question([], application_id="app-2")
    _, decision = call(risk_cloud, "underwriter", "POST", "/decisions", question)
    path = f"/decisions/{decision['decision_id']}"

    asked = call(risk_cloud, "customer", "POST", f"{path}/review-requests", {})
    listed = call(risk_cloud, "risk_manager", "GET", "/reviews")
    done = call(
        risk_cloud,
        "risk_manager",
        "POST",
        f"{path}/review",
        {"outcome": "upheld", "comment": "资料不足"},
    )

    assert (asked[0], asked[1]["handled_by"]) == (201, "risk")
    assert [one["decision_id"] for one in listed[1]["items"]] == [decision["decision_id"]]
    assert (done[0], done[1]["outcome"]) == (200, "upheld")


def test_an_entry_goes_onto_the_black_list_by_two_people(risk_cloud: LocalCloud) -> None:
    entry = {
        "list": "black",
        "kind": "firm",
        "name": "安徽鼎盛商贸有限公司",
        "code": FIRM_CODE,
        "source": "法院公告",
        "reason": "失信被执行",
    }
    key = {"Idempotency-Key": "k1"}
    _, made = call(risk_cloud, "underwriter", "POST", "/name-lists/entries", entry, **key)
    path = f"/name-lists/entries/{made['entry_id']}"

    status, live = call(risk_cloud, "risk_manager", "POST", f"{path}/approval", {"approved": True})

    assert (status, live["status"]) == (200, "live")


def test_every_function_of_risk_alone_starts(risk_cloud: LocalCloud) -> None:
    functions = sorted(risk_cloud.deployed.functions.functions)
    failed = {
        name: answer.json().get("errorType")
        for name in functions
        if (answer := risk_cloud.invoke(name, b"{}")).failed
    }

    started = ("Runtime.", "Sandbox.", "MissingSettings", "ImportError", "ModuleNotFoundError")
    assert {name: kind for name, kind in failed.items() if str(kind).startswith(started)} == {}
