"""Servicing and the core bank in the local cloud: notice, debit, file through S3, three sides."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from infra.local.cloud import LocalCloud
from infra.synth import synthesise
from puhui.clock import SystemClock
from puhui.http_signing import HmacSigner
from puhui.strict_json import dumps
from servicing.domain.loan import loan_id_of
from tests.e2e.conftest import BUSINESS_DATE
from tests.support.servicing import a_reservation, a_resolution, an_activation

pytestmark = pytest.mark.e2e

BANK = "north"
LOAN = loan_id_of("dsb-app-1-1")
PAID_OUT = 30_000_000
PATIENCE_SECONDS = 60.0


@pytest.fixture(scope="module")
def rail_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """Servicing, the sandbox and the platform, nothing else."""
    state = tmp_path_factory.mktemp("rail-state")
    assembly = synthesise(modules=("servicing", "sandbox"))
    with LocalCloud(assembly, business_date=BUSINESS_DATE, state_dir=state) as cloud:
        yield cloud


def staff(cloud: LocalCloud, role: str, method: str, path: str, body: Any = None) -> Any:
    """Ask servicing as a member of staff."""
    token = cloud.tokens.issue(role, BANK, subject=f"{role}-1")
    answer = httpx.request(
        method,
        f"{cloud.gateway_url}/servicing{path}",
        json=body,
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "k-1"},
        timeout=60,
    )
    assert answer.status_code < 300, answer.text
    return answer.json()


def core_bank(cloud: LocalCloud, path: str, body: dict[str, Any]) -> Any:
    """Let the core bank do something."""
    raw = dumps(body).encode()
    secret = cloud.client("secretsmanager").get_secret_value(
        SecretId=f"/puhui/{cloud.env}/platform/core-banking/secret"
    )["ARN"]
    signer = HmacSigner.from_secret(cloud.client("secretsmanager"), secret, SystemClock())
    answer = httpx.post(
        f"{cloud.gateway_url}/sandbox{path}",
        content=raw,
        headers={**signer("POST", path, raw), "Content-Type": "application/json"},
        timeout=60,
    )
    assert answer.status_code < 300, answer.text
    return answer.json()


def a_loan(cloud: LocalCloud) -> None:
    """A loan that the factory would have paid out: promised, paid, posted, activated."""
    on = date.fromisoformat(BUSINESS_DATE)
    loan = an_activation(disbursement_date=on)
    for name, command in (
        ("reserve-disbursement", a_reservation(business_date=on, disclosure=loan.disclosure)),
        ("post-disbursement", a_resolution(business_date=on, bank_reference="ref-1")),
        ("activate-loan", loan),
    ):
        answer = cloud.invoke(f"puhui-dev-servicing-{name}", command.model_dump_json().encode())
        assert not answer.failed, answer.json()
    core_bank(
        cloud,
        "/rail/payments",
        {
            "bank_id": BANK,
            "serial_no": "dsb-app-1-1",
            "amount_fen": PAID_OUT,
            "payee_account": "6200000000001001",
            "payee_name": "黄山甲商贸有限公司（模拟）",
            "purpose": "采购原材料",
        },
    )


def until(found: Callable[[], Any]) -> Any:
    """What comes by the queue."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends:
        try:
            return found()
        except AssertionError:
            time.sleep(0.5)
    return found()


def test_a_days_money_comes_by_call_by_debit_and_by_file_and_all_three_sides_agree(
    rail_cloud: LocalCloud,
) -> None:
    a_loan(rail_cloud)
    payment = {"bank_id": BANK, "reference": LOAN, "amount_fen": 100_00}
    told = core_bank(rail_cloud, "/rail/incoming", {**payment, "serial_no": "cb-1", "notices": 2})
    core_bank(rail_cloud, "/rail/incoming", {**payment, "serial_no": "cb-2", "notices": 0})
    debit = staff(rail_cloud, "operator", "POST", f"/loans/{LOAN}/debits", {"amount_fen": 5_00})
    statement = {"bank_id": BANK, "business_date": BUSINESS_DATE}
    delivered = core_bank(rail_cloud, "/rail/statements", statement)

    result = until(lambda: staff(rail_cloud, "finance", "GET", f"/reconciliations/{BUSINESS_DATE}"))

    assert (told["notices"], debit["state"], delivered["deliveries"]) == (
        [200, 200],
        "confirmed",
        [202],
    )
    assert (result["matched"], result["differences"], result["file_version"]) == (4, [], 1)
    totals = {one["direction"]: one["rail_fen"] for one in result["totals"]}
    assert totals == {"in": 205_00, "out": PAID_OUT}


def test_every_night_a_bank_without_a_file_is_found(rail_cloud: LocalCloud) -> None:
    answer = rail_cloud.invoke("puhui-dev-servicing-reconcile-day", json.dumps({}).encode())

    assert answer.json() == {"differences": 1}
