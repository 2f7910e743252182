"""The published functions, called as the workflow and the queue call them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from puhui.clock import FixedClock
from puhui.contracts.servicing import LedgerTransferResult, LoanActivated, Quote
from puhui.errors import Unprocessable
from servicing.domain.errors import ScheduleMismatch, TransferNotFound
from servicing.domain.invariants import check_invariants
from servicing.domain.transfers import TransferState
from servicing.handlers import (
    activate_loan,
    on_application_closed,
    post_disbursement,
    quote,
    reserve_disbursement,
    void_disbursement,
)
from tests.support.aws_faults import TableCalls
from tests.support.servicing import (
    NOON,
    TableWorld,
    a_closing,
    a_reservation,
    a_resolution,
    an_activation,
)

QUOTE = {
    "bank_id": "north",
    "correlation_id": "app-1",
    "principal_fen": 30_000_000,
    "annual_rate_bps": 435,
    "term_months": 12,
    "method": "EQUAL_INSTALLMENT",
    "disbursement_date": "2020-03-01",
}


def wire(model: Any) -> dict[str, Any]:
    """A payload as Step Functions hands it over."""
    payload: dict[str, Any] = json.loads(model.model_dump_json())
    return payload


def delivered(**changes: Any) -> dict[str, Any]:
    """An ApplicationClosed as SQS delivers it; `message_id` names the record."""
    envelope = a_closing(**changes).envelope(
        bank_id="north",
        subject="app-1",
        correlation_id="app-1",
        clock=FixedClock(NOON + timedelta(hours=1)),
        dedup="closed",
    )
    detail = json.loads(envelope.to_json())
    return {"messageId": "m-1", "body": json.dumps({"detail": detail})}


def test_a_loan_walks_from_quote_to_the_books(world: TableWorld) -> None:
    quoted = Quote.model_validate(quote.handler(QUOTE, None))
    reserve_disbursement.handler(wire(a_reservation()), None)
    post_disbursement.handler(wire(a_resolution(bank_reference="ref-1")), None)
    activation = an_activation(schedule_sha256=quoted.schedule_sha256)
    answer = activate_loan.handler(wire(activation), None)

    booked = LoanActivated.model_validate(answer)
    assert booked.maturity_date == quoted.instalments[-1].due_date
    assert check_invariants(world.snapshot()) == ()


def test_the_steps_answer_plain_json_of_the_contract(world: TableWorld) -> None:
    answer = reserve_disbursement.handler(wire(a_reservation()), None)

    assert json.loads(json.dumps(answer)) == answer
    assert LedgerTransferResult.model_validate(answer).state == "pending"
    voided = void_disbursement.handler(wire(a_resolution(reason="x")), None)
    assert LedgerTransferResult.model_validate(voided).state == "voided"


def test_a_quote_needs_no_table() -> None:
    assert quote.handler(QUOTE, None)["apr_pct"] == "4.3500"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"principal_fen": 0}, "principal_fen"),
        ({"principal_fen": 1.5}, "principal_fen"),
        ({"term_months": 0}, "term_months"),
        ({"method": "BALLOON"}, "method"),
        ({"disbursement_date": "yesterday"}, "disbursement_date"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_an_unreadable_command_names_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        quote.handler(QUOTE | change, None)

    assert refused.value.field == field


def test_errors_reach_the_workflow_by_their_own_names(world: TableWorld) -> None:
    """The state machine catches `TransferNotFound` by name."""
    with pytest.raises(TransferNotFound):
        void_disbursement.handler(wire(a_resolution(reason="x")), None)
    reserve_disbursement.handler(wire(a_reservation(disbursement_id="dsb-2")), None)
    resolution = a_resolution(disbursement_id="dsb-2", bank_reference="ref")
    post_disbursement.handler(wire(resolution), None)
    activation = an_activation(disbursement_id="dsb-2", schedule_sha256="b" * 64)
    with pytest.raises(ScheduleMismatch):
        activate_loan.handler(wire(activation), None)


def test_a_closed_application_loses_its_promise_once_however_often_it_is_told(
    world: TableWorld,
) -> None:
    reserve_disbursement.handler(wire(a_reservation()), None)

    for _ in range(3):
        answer = on_application_closed.handler({"Records": [delivered()]}, None)
        assert answer == {"batchItemFailures": []}

    (transfer,) = world.snapshot().transfers
    assert transfer.state is TransferState.VOIDED
    assert len(world.events()) == 2


def test_an_event_about_a_loan_without_money_costs_one_read(world: TableWorld) -> None:
    with TableCalls().watched() as calls:
        on_application_closed.handler({"Records": [delivered(outcome="declined")]}, None)

    assert calls.operations == ["GetItem"]


def test_a_poisoned_record_comes_back_alone(world: TableWorld) -> None:
    reserve_disbursement.handler(wire(a_reservation()), None)
    poison = {"messageId": "m-poison", "body": "{not json"}

    answer = on_application_closed.handler({"Records": [poison, delivered()]}, None)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-poison"}]}
    assert world.snapshot().transfers[0].state is TransferState.VOIDED
