"""Whatever breaks on the way, a loan is paid out exactly once and the books balance."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from infra.cli import build
from infra.demo.api import ApiRefused, BankApi
from infra.demo.archive_export import FOLDER, export_cloud
from infra.local.cloud import LocalCloud
from infra.local.dead_letters import DeadLetters
from infra.local.faults import Fault
from infra.local.running import running_cloud
from tests.support.e2e_loan import LoanDesk, loan_desk

pytestmark = pytest.mark.e2e
TIMED_OUT = "Sandbox.Timedout"
Break = Callable[[LoanDesk], None]


@pytest.fixture(scope="module")
def _desk(cloud: LocalCloud) -> Iterator[LoanDesk]:
    with loan_desk(cloud) as opened:
        yield opened


@pytest.fixture
def desk(_desk: LoanDesk) -> Iterator[LoanDesk]:
    yield _desk
    _desk.cloud.faults.clear()


def on(function: str, fault: Fault) -> Break:
    return lambda desk: desk.cloud.faults.on_function(function, fault)


def twice(queue: str) -> Break:
    return lambda desk: desk.cloud.faults.duplicate_delivery(queue, times=3)


BREAKS: dict[str, Break] = {
    "nothing breaks": lambda desk: None,
    "the paying worker is killed": on("factory-pay-out", Fault(kill_worker=True)),
    "the paying worker's answer is late": on(
        "factory-pay-out", Fault(lose_answer=True, error_type=TIMED_OUT)
    ),
    "the rail loses its answer": lambda desk: desk.rail(serial_no_prefix="", lose_answer=True),
    "the rail is down": lambda desk: desk.rail(serial_no_prefix="", error=503, times=2),
    "the reserving worker is killed": on("servicing-reserve-disbursement", Fault(kill_worker=True)),
    "the posting worker is killed": on("servicing-post-disbursement", Fault(kill_worker=True)),
    "the activating worker is killed": on("servicing-activate-loan", Fault(kill_worker=True)),
    "the limit worker is killed": on("factory-occupy-limit", Fault(kill_worker=True)),
    "the signing worker is killed": on("signing-sign-contract", Fault(kill_worker=True)),
    "the application arrives twice": twice("factory-intake-events"),
    "the contract is ordered twice": twice("signing-commands"),
    "the signature is requested twice": twice("signing-signature-requests"),
    "the outbox is published twice": twice("factory-table"),
    "an API worker is killed": on("factory-api", Fault(kill_worker=True)),
}
SAME_KIND = frozenset({
    "the rail is down",
    "the reserving worker is killed",
    "the posting worker is killed",
    "the activating worker is killed",
    "the limit worker is killed",
    "the contract is ordered twice",
    "the signature is requested twice",
    "the outbox is published twice",
})  # fmt: skip
"""Another of the same kind is in the fast slice."""


@pytest.mark.parametrize(
    "what",
    [pytest.param(one, marks=[pytest.mark.full] * (one in SAME_KIND)) for one in BREAKS],
)
def test_exactly_one_disbursement(desk: LoanDesk, what: str) -> None:
    difference, before, pending = desk.books()
    BREAKS[what](desk)

    journey = desk.one_loan()

    assert (journey.trouble, journey.ending.get("outcome")) == (None, "disbursed")
    principal = journey.ending["offer"]["principal_fen"]
    assert desk.books() == (difference, before + principal, pending)
    assert (difference, pending) == (0, 0)


def test_repeated_api_calls_change_nothing(desk: LoanDesk) -> None:
    journey = desk.one_loan()
    before = desk.books()
    customer = desk.cast.customer(journey.ending["customer_id"], str(journey.application_id)).api
    terms = {"terms_sha256": journey.ending["offer"]["terms_sha256"]}
    application = f"applications/{journey.application_id}"

    statuses = [
        repeated(customer, f"/factory/{application}/offer/acceptance", terms),
        repeated(desk.cast.manager.api, f"/intake/{application}/submission"),
    ]

    desk.cloud.wait_until_quiet()
    assert desk.books() == before
    assert set(statuses) <= {200, 409}


def repeated(api: BankApi, path: str, body: Any = None) -> int:
    """Send something again after everything is over; answer the status."""
    try:
        api.post(path, body)
    except ApiRefused as refused:
        return refused.status
    return 200


def test_every_decision_about_these_loans_replays_from_the_archive(desk: LoanDesk) -> None:
    journey = desk.one_loan()
    count = export_cloud(desk.cloud)
    archive = ("--archive", str(desk.cloud.state_dir / FOLDER))

    done = CliRunner().invoke(build(), ["replay", "--all", "--json", *archive])

    assert journey.application_id is not None
    assert json.loads(done.stdout) == {"decisions": count, "identical": count, "different": []}
    assert count > 0


def test_a_decision_is_explained_by_the_api_and_by_the_command(desk: LoanDesk) -> None:
    application = desk.one_loan().application_id
    auditor = desk.api("auditor", "auditor-demo-bank")
    decision = auditor.get(f"/risk/applications/{application}/decision")["decision_id"]
    export_cloud(desk.cloud)
    archive = ("--archive", str(desk.cloud.state_dir / FOLDER))

    told = auditor.get(f"/risk/decisions/{decision}/explanation")
    done = CliRunner().invoke(build(), ["explain", decision, *archive])

    assert told["evaluation"]["manifest"]["policies"][0]["sha256"] in done.stdout
    assert (done.exit_code, told["verdict_name"] in done.stdout) == (0, True)


def test_all_of_this_left_no_dead_letter(desk: LoanDesk) -> None:
    desk.cloud.wait_until_quiet()

    letters = DeadLetters(running_cloud(desk.cloud.state_dir))

    assert {queue.name: queue.waiting for queue in letters.queues() if queue.waiting} == {}
