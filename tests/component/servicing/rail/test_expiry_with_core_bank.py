"""Promises past their deadline and the simulated core bank, over real HTTP, from the sweeper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from puhui.errors import UpstreamUnavailable
from sandbox import api as sandbox_api
from sandbox.wiring import wiring as sandbox_wiring
from servicing.adapters.http_payment_rail import HttpPaymentRail
from servicing.domain.disbursement import proposed_transfer, transfer_id_of
from servicing.domain.rail.errors import PaymentAnswerInvalid
from servicing.domain.transfers import TransferState
from servicing.handlers import finish_rail_work
from servicing.rail_ports import PaymentWord
from tests.component.servicing.rail.test_with_core_bank import BothBanks
from tests.support.aws import create_table
from tests.support.http_apps import served
from tests.support.rail_world import rail_world
from tests.support.servicing import NORTH, TODAY, a_reservation

TRANSFER = proposed_transfer(a_reservation())
TWO_DAYS_LATER = TODAY + timedelta(days=2)


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch) -> Iterator[BothBanks]:
    """North two days after it promised 300,000 yuan, and its core bank."""
    with rail_world(monkeypatch, TWO_DAYS_LATER) as north:
        create_table("puhui-test-sandbox-table")
        monkeypatch.setenv("TABLE_NAME", "puhui-test-sandbox-table")
        monkeypatch.setenv("RAIL_NOTICES_URL", "http://localhost:1")
        sandbox_wiring.cache_clear()
        with served(sandbox_api.app, sandbox_api.routes) as core_bank:
            monkeypatch.setenv("CORE_BANKING_URL", core_bank)
            sandbox_wiring()
            monkeypatch.setenv("TABLE_NAME", "puhui-dev-servicing-table")
            finish_rail_work.rail.cache_clear()
            north.table.ledger.reserve(TRANSFER.reserve(north.table.clock.now()))
            yield BothBanks(north, core_bank)
        sandbox_wiring.cache_clear()


def swept() -> tuple[int, int]:
    """How many promises a run of the sweeper freed, and how many wait for a person."""
    answer = finish_rail_work.handler({}, None)
    return answer["expired"], answer["unresolved"]


def state(both: BothBanks) -> TransferState:
    return both.north.table.ledger.get(NORTH, transfer_id_of("dsb-app-1-1")).state


def test_a_promise_whose_order_never_came_is_freed_and_its_number_is_dead(both: BothBanks) -> None:
    assert (swept(), swept(), state(both)) == ((1, 0), (0, 0), TransferState.VOIDED)

    both.pays_out()
    word = both.core_bank("GET", "/rail/payments/dsb-app-1-1")
    assert word["status"] == "rejected"


def test_a_promise_whose_money_is_out_waits_for_a_person(both: BothBanks) -> None:
    both.pays_out()

    assert (swept(), state(both)) == ((0, 1), TransferState.PENDING)


def test_without_an_answer_it_waits(both: BothBanks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORE_BANKING_URL", "http://localhost:1")
    finish_rail_work.rail.cache_clear()

    assert (swept(), state(both)) == ((0, 1), TransferState.PENDING)


def answering(status: int, body: Any) -> HttpPaymentRail:
    """A core bank that answers so."""
    transport = httpx.MockTransport(lambda _: httpx.Response(status, json=body))
    return HttpPaymentRail("http://core", lambda *_: {}, httpx.Client(transport=transport))


WORD = {"serial_no": "dsb-app-1-1", "amount_fen": 30_000_000, "status": "rejected"}


def test_a_clean_word_is_taken() -> None:
    assert answering(200, WORD).cancel(TRANSFER) is PaymentWord.NEVER


@pytest.mark.parametrize("status", [404, 409, 500, 503])
def test_no_success_is_no_word(status: int) -> None:
    with pytest.raises(UpstreamUnavailable):
        answering(status, WORD).cancel(TRANSFER)


@pytest.mark.parametrize(
    "change",
    [
        {"serial_no": "dsb-app-1-2"},
        {"amount_fen": 1},
        {"status": "unknown"},
        {"surprise": 1},
        {"reason": "x" * 20_000},
    ],
    ids=["another", "amount", "status", "schema", "size"],
)
def test_an_answer_outside_the_protocol_is_no_word(change: dict[str, Any]) -> None:
    with pytest.raises(PaymentAnswerInvalid):
        answering(200, WORD | change).cancel(TRANSFER)
