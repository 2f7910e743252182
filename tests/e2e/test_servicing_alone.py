"""Servicing alone in the local cloud: a loan is booked, paid, closed with its day, and reported."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from infra.cli import build
from infra.local import running
from infra.local.cloud import LocalCloud
from infra.local.functions import Invocation
from infra.local.running import RunningCloud
from infra.synth import synthesise
from tests.support.servicing import a_reservation, a_resolution, an_activation

pytestmark = pytest.mark.e2e

BANK = "servicing-only-bank"
DAY = date(2026, 1, 31)
"""The last day of a month, so that its portfolio report is drawn up too."""
IDS = {
    "bank_id": BANK,
    "application_id": "app-1",
    "disbursement_id": "dsb-app-1-1",
    "correlation_id": "app-1",
}
PAID_FEN = 50_000_00
PATIENCE_SECONDS = 60
PAUSE_SECONDS = 0.2
Json = dict[str, Any]


@pytest.fixture(scope="module")
def servicing_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """Servicing and the platform, nothing else."""
    state = tmp_path_factory.mktemp("servicing-state")
    assembly = synthesise(modules=("servicing",))
    with LocalCloud(assembly, business_date=DAY.isoformat(), state_dir=state) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def loan_id(servicing_cloud: LocalCloud) -> str:
    """A loan as any origination system books it: three functions that servicing publishes."""
    activation = an_activation(**IDS, disbursement_date=DAY)
    reservation = a_reservation(**IDS, business_date=DAY, disclosure=activation.disclosure)
    posting = a_resolution(**IDS, business_date=DAY, bank_reference="ref-1")
    call(servicing_cloud, "reserve-disbursement", reservation)
    call(servicing_cloud, "post-disbursement", posting)
    return str(call(servicing_cloud, "activate-loan", activation)["loan_id"])


def call(cloud: LocalCloud, function: str, command: Any) -> Json:
    """Invoke one of servicing's functions."""
    answer = invoke(cloud, function, command.model_dump_json().encode())
    assert not answer.failed, answer.payload
    found: Json = answer.json()
    return found


def invoke(cloud: LocalCloud, function: str, payload: bytes) -> Invocation:
    """A function by the end of its name."""
    (name,) = [
        one for one in cloud.deployed.functions.functions if one.endswith(f"-servicing-{function}")
    ]
    return cloud.invoke(name, payload)


def ask(
    cloud: LocalCloud, role: str, method: str, path: str, body: Json | None = None
) -> tuple[int, Json]:
    """A request to servicing's API in a role."""
    token = cloud.tokens.issue(role, BANK, subject=f"{role}-1")
    answer = httpx.request(
        method,
        f"{cloud.gateway_url}/servicing{path}",
        json=body,
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "k-1"},
        timeout=60,
    )
    return answer.status_code, answer.json()


def eventually(cloud: LocalCloud, role: str, path: str) -> Json:
    """What is there once an event has been heard."""
    until = time.monotonic() + PATIENCE_SECONDS
    while (found := ask(cloud, role, "GET", path))[0] != 200:
        assert time.monotonic() < until, found
        time.sleep(PAUSE_SECONDS)
    return found[1]


def puhui(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    """A command that finds this cloud as it finds one of `puhui up`."""
    found = RunningCloud(cloud.describe(), cloud.state_dir)
    monkeypatch.setattr(running, "running_cloud", lambda: found)
    done = CliRunner().invoke(build(), [*arguments, "--bank", BANK])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_loan_lives_through_its_first_day_without_any_other_module(
    servicing_cloud: LocalCloud, loan_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid, _ = ask(
        servicing_cloud,
        "operator",
        "POST",
        f"/loans/{loan_id}/prepayments",
        {"amount_fen": PAID_FEN, "strategy": "SHORTEN_TERM"},
    )

    said = puhui(servicing_cloud, monkeypatch, "eod", "run")

    _, day = ask(servicing_cloud, "operator", "GET", "/business-day")
    _, report = ask(servicing_cloud, "finance", "GET", f"/end-of-days/{DAY}")
    _, account = ask(servicing_cloud, "finance", "GET", f"/loans/{loan_id}/account")
    figures = report["figures"]
    assert (paid, day["business_date"], day["state"]) == (201, "2026-02-01", "open")
    assert (figures["loans"], figures["booked"]) == (1, 1)
    assert figures["principal_fen"] == account["principal_fen"] == 300_000_00 - PAID_FEN
    assert report["basis_name"] == "仅按逾期天数（模型未部署或不可用）"
    assert f"{DAY} 日终完成" in said


def test_the_month_that_ended_has_its_portfolio_report(
    servicing_cloud: LocalCloud, loan_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    puhui(servicing_cloud, monkeypatch, "eod", "run", "--date", DAY.isoformat())

    report = eventually(servicing_cloud, "risk_manager", f"/portfolio/{DAY}")

    assert (report["outstanding"]["loans"], report["npl_ppm"]) == (1, 0)


def test_every_function_of_servicing_alone_starts(servicing_cloud: LocalCloud) -> None:
    functions = sorted(servicing_cloud.deployed.functions.functions)
    failed = {
        name: answer.json().get("errorType")
        for name in functions
        if (answer := servicing_cloud.invoke(name, b"{}")).failed
    }

    started = ("Runtime.", "Sandbox.", "MissingSettings", "ImportError", "ModuleNotFoundError")
    assert {name: kind for name, kind in failed.items() if str(kind).startswith(started)} == {}


def test_who_is_not_there_is_told_so(servicing_cloud: LocalCloud, loan_id: str) -> None:
    """Without a core bank there is nobody to debit, which is an answer and no failure."""
    leg = {"bank_id": BANK, "business_date": DAY.isoformat(), "partition": 0}
    asked = json.dumps({**leg, "correlation_id": "run-1"}).encode()

    answer = invoke(servicing_cloud, "request-debits", asked).json()

    assert (answer["finished"], answer["outcome"]) == (True, "not_deployed")
