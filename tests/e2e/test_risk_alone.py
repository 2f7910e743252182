"""Risk alone in the local cloud: decisions are asked for through its API, reviews wait in risk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from infra.cli import build
from infra.local import running
from infra.local.cloud import LocalCloud
from infra.local.running import RunningCloud
from infra.synth import synthesise
from tests.e2e.conftest import BUSINESS_DATE
from tests.support.risk import a_document, a_healthy_firm, a_request
from tests.support.risk_desk import FIRM_CODE, OWN, OWN_VERSION

pytestmark = pytest.mark.e2e

BANK = "risk-only-bank"
OUTCOME = Path("tests/contracts/samples/LoanOutcomeKnown.v1.json")
Document = dict[str, Any]


@pytest.fixture(scope="module")
def risk_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """Risk and the platform, nothing else."""
    state = tmp_path_factory.mktemp("risk-state")
    assembly = synthesise(modules=("risk",))
    with LocalCloud(assembly, business_date=BUSINESS_DATE, state_dir=state) as cloud:
        yield cloud


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


SUBJECT = {
    "kind": "firm",
    "name": "安徽鼎盛商贸有限公司",
    "uscc": FIRM_CODE,
    "legal_person_name": "王小明",
    "legal_person_id": "11010519491231002X",
}


def a_question(documents: list[Document], **changes: Any) -> Document:
    asked = a_request().model_dump(mode="json", exclude={"bank_id", "correlation_id", "facts"})
    asked |= {"as_of": BUSINESS_DATE, "documents": documents, "subject": SUBJECT}
    return asked | changes


def a_back_test(policy: Path, folder: Path) -> str:
    """The report of the policy on one healthy firm."""
    folder.mkdir()
    firm = invoices_until_the_business_date()
    documents = {firm["product"]: firm["document"]}
    (folder / "firm.json").write_text(
        json.dumps({"subject": "firm", "documents": documents}), encoding="utf-8"
    )
    told = ["policy", "backtest", "--policy", str(policy), "--population", str(folder)]
    done = CliRunner().invoke(build(), [*told, "--as-of", BUSINESS_DATE, "--json"])
    assert done.exit_code == 0, done.output
    return done.stdout


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


def announce_a_bad_loan(cloud: LocalCloud, application_id: str) -> None:
    """What servicing would put on the bus, and wait until everyone has heard it."""
    told = json.loads(OUTCOME.read_text(encoding="utf-8"))["detail"]
    known = told["data"] | {"application_id": application_id, "known_on": "2027-01-04"}
    bus = cloud.client("ssm").get_parameter(Name="/puhui/dev/platform/event-bus/name")
    entry = {
        "EventBusName": bus["Parameter"]["Value"],
        "Source": told["source"],
        "DetailType": told["name"],
        "Detail": json.dumps(told | {"bank_id": BANK, "data": known}),
    }
    cloud.client("events").put_events(Entries=[entry])
    assert cloud.wait_until_quiet()


def test_a_decision_is_asked_for_with_a_document_inside(risk_cloud: LocalCloud) -> None:
    question = a_question([invoices_until_the_business_date()])

    answers = [call(risk_cloud, "underwriter", "POST", "/decisions", question) for _ in range(2)]

    ((status, decision), again) = answers
    assert (status, decision["verdict"], decision["verdict_name"]) == (200, "approve", "通过")
    assert decision["record"]["facts"][0]["state"] == "ok"
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


@pytest.mark.usefixtures("found_cloud")
def test_who_belongs_to_a_customer_is_known_after_its_decision(risk_cloud: LocalCloud) -> None:
    call(risk_cloud, "underwriter", "POST", "/decisions", a_question([], application_id="app-3"))

    code, shown = run("related", "cus-1")
    unknown, why = run("related", "cus-nobody")
    status, answer = call(risk_cloud, "auditor", "GET", "/related-parties?customer_id=cus-1&hops=1")

    assert (code, unknown, status) == (0, 2, 200)
    assert "法定代表人" in shown
    assert "No relation of this customer" in why
    assert [one["kind_name"] for one in answer["parties"]] == ["企业", "个人"]


@pytest.mark.usefixtures("found_cloud")
def test_a_loan_that_went_bad_comes_over_the_bus_into_the_monitor(risk_cloud: LocalCloud) -> None:
    question = a_question([invoices_until_the_business_date()], application_id="app-bad")
    call(risk_cloud, "underwriter", "POST", "/decisions", question)

    announce_a_bad_loan(risk_cloud, "app-bad")

    done = CliRunner().invoke(build(), ["models", "monitor", "--now", "--json", "--bank", BANK])
    told = json.loads(done.stdout)
    assert {v["bad"] for one in told["models"] for v in one["report"]["vintages"]} == {1}


def test_every_function_of_risk_alone_starts(risk_cloud: LocalCloud) -> None:
    functions = sorted(risk_cloud.deployed.functions.functions)
    failed = {
        name: answer.json().get("errorType")
        for name in functions
        if (answer := risk_cloud.invoke(name, b"{}")).failed
    }

    started = ("Runtime.", "Sandbox.", "MissingSettings", "ImportError", "ModuleNotFoundError")
    assert {name: kind for name, kind in failed.items() if str(kind).startswith(started)} == {}


@pytest.fixture
def found_cloud(risk_cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands find this cloud as they find one of `puhui up`."""
    found = RunningCloud(risk_cloud.describe(), risk_cloud.state_dir)
    monkeypatch.setattr(running, "running_cloud", lambda: found)


def run(*arguments: str) -> tuple[int, str]:
    """A command without a token: an underwriter proposes, a risk manager approves."""
    environment = {"PUHUI_TOKEN": "", "PUHUI_URL": ""}
    done = CliRunner().invoke(build(), ["risk", *arguments, "--bank", BANK], env=environment)
    return done.exit_code, done.output


@pytest.mark.usefixtures("found_cloud")
def test_the_commands_bring_a_policy_into_force(tmp_path: Path) -> None:
    file, report = tmp_path / "policy.json", tmp_path / "report.json"
    file.write_bytes(OWN)
    report.write_text(a_back_test(file, tmp_path / "firms"), encoding="utf-8")
    version = ("sme_invoice_loan", OWN_VERSION)

    steps = [
        run("policy", "draft", str(file)),
        run("policy", "tested", *version, "--report", str(report)),
        run("policy", "approve", *version),
        run("policy", "shadow", *version),
        run("policy", "publish", *version, "--from", BUSINESS_DATE),
        run("policy", "shadow-report", version[0]),
        run("policy", "list"),
        run("policy", "no-shadow"),
        run("policy", "withdraw", *version, "--from", BUSINESS_DATE, "--reason", "阈值有误"),
        run("policy", "decide-withdrawal", *version),
    ]

    assert [code for code, _ in steps] == [0] * len(steps), steps
    assert ["已检查" in steps[0][1], "已发布" in steps[4][1], "影子" in steps[6][1]] == [True] * 3
    assert ["待审批撤回" in steps[8][1], "已撤回" in steps[9][1]] == [True] * 2


@pytest.mark.usefixtures("found_cloud")
def test_the_commands_keep_lists_and_exceptions(tmp_path: Path) -> None:
    entry, waiver, question = (tmp_path / f"{name}.json" for name in ("e", "w", "q"))
    entry.write_text(
        json.dumps(
            {
                "list": "grey",
                "kind": "person",
                "name": "张伟",
                "source": "本行",
                "reason": "关联担保",
            }
        ),
        encoding="utf-8",
    )
    waiver.write_text(
        json.dumps(
            {
                "scope": "bank",
                "rule_code": "SALES_COLLAPSED",
                "reason": "春节停工",
                "expires_on": "2026-12-31",
            }
        ),
        encoding="utf-8",
    )
    question.write_text(json.dumps(a_question([], application_id="app-9")), encoding="utf-8")
    entry_id = run("entry", "propose", str(entry))[1].split()[0]
    waiver_id = run("waiver", "propose", str(waiver))[1].split()[0]

    steps = [
        run("entry", "approve", entry_id),
        run("entry", "list"),
        run("entry", "remove", entry_id, "--reason", "误报"),
        run("entry", "approve", entry_id, "--refuse"),
        run("waiver", "approve", waiver_id),
        run("waiver", "list"),
        run("waiver", "revoke", waiver_id),
        run("ask", str(question)),
        run("review", "list"),
    ]

    assert [code for code, _ in steps] == [0] * len(steps), steps
    assert (entry_id in steps[1][1], "已撤销" in steps[6][1], "拒绝" in steps[7][1]) == (
        True,
        True,
        True,
    )
