"""The simulated core bank: one payment per serial number, whatever happens on the way."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import boto3
import pytest

from sandbox.domain.errors import SIMULATED
from tests.component.sandbox.conftest import TABLE, Call


def an_order(**changes: Any) -> dict[str, Any]:
    return {
        "bank_id": "north",
        "serial_no": "dis-0001",
        "amount_fen": 30_000_000,
        "payee_account": "6200000000001001",
        "payee_name": "黄山甲商贸有限公司（模拟）",
        "purpose": "采购原材料",
    } | changes


def pay(bank: Call, **changes: Any) -> tuple[int, dict[str, Any]]:
    return bank("POST", "/rail/payments", an_order(**changes))


def plan(bank: Call, **fault: Any) -> None:
    status, answer = bank("POST", "/rail/faults", fault)
    assert status == 201, answer


def payments() -> list[dict[str, Any]]:
    items = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
    return [dict(item) for item in items if item["pk"]["S"].startswith("PAYMENT#")]


def test_an_order_is_confirmed_with_a_reference(bank: Call) -> None:
    status, answer = pay(bank)

    assert (status, answer["status"]) == (200, "confirmed")
    assert answer["bank_reference"].startswith("SANDBOX-")


def test_the_same_order_again_gets_the_same_answer(bank: Call) -> None:
    assert pay(bank) == pay(bank)


@pytest.mark.parametrize(
    "change",
    [{"amount_fen": 1}, {"payee_account": "6200000000002002"}, {"payee_name": "乙"}],
)
def test_another_order_under_a_used_number_is_refused(bank: Call, change: dict[str, Any]) -> None:
    pay(bank)

    status, answer = pay(bank, **change)

    assert (status, answer["error"]["field"]) == (409, "serial_no")
    assert len(payments()) == 1


def test_a_query_tells_the_same_as_the_answer(bank: Call) -> None:
    _, answer = pay(bank)

    assert bank("GET", "/rail/payments/dis-0001") == (200, answer)


def test_a_payment_that_never_arrived_is_404(bank: Call) -> None:
    assert bank("GET", "/rail/payments/dis-0002")[0] == 404


def test_an_account_that_does_not_exist_is_rejected_for_good(bank: Call) -> None:
    _, answer = pay(bank, payee_account="6200000000014040")

    assert answer["status"] == "rejected"
    assert bank("GET", "/rail/payments/dis-0001")[1] == answer


@pytest.mark.parametrize("error", [500, 503])
def test_a_planned_error_comes_before_the_payment(bank: Call, error: int) -> None:
    plan(bank, serial_no_prefix="dis-", error=error)

    status, _ = pay(bank)

    assert (status, payments()) == (error, [])


def test_a_lost_answer_comes_after_the_payment(bank: Call) -> None:
    plan(bank, serial_no_prefix="dis-", lose_answer=True)

    status, _ = pay(bank)

    assert status == 504
    assert bank("GET", "/rail/payments/dis-0001")[1]["status"] == "confirmed"


def test_a_repetition_after_a_lost_answer_pays_nothing_twice(bank: Call) -> None:
    plan(bank, payee_account="6200000000001001", lose_answer=True)
    pay(bank)

    status, _ = pay(bank)

    assert (status, len(payments())) == (200, 1)


def test_a_fault_is_used_up(bank: Call) -> None:
    plan(bank, serial_no_prefix="", error=503, times=2)

    assert [pay(bank)[0] for _ in range(4)] == [503, 503, 200, 200]


def test_a_fault_for_others_is_not_used(bank: Call) -> None:
    plan(bank, serial_no_prefix="other-", error=503)

    assert pay(bank)[0] == 200


def test_the_oldest_fault_comes_first(bank: Call) -> None:
    plan(bank, serial_no_prefix="dis-", error=500)
    plan(bank, serial_no_prefix="dis-", error=503)

    assert [pay(bank)[0] for _ in range(3)] == [500, 503, 200]


def test_cleared_faults_do_not_come(bank: Call) -> None:
    plan(bank, serial_no_prefix="dis-", error=500, times=9)

    assert bank("DELETE", "/rail/faults")[1]["cleared"] == 1
    assert pay(bank)[0] == 200


def test_a_delay_is_kept(bank: Call) -> None:
    plan(bank, serial_no_prefix="dis-", delay_ms=150)
    started = time.monotonic()

    pay(bank)

    assert time.monotonic() - started >= 0.15


def test_fifty_same_orders_at_once_are_one_payment(bank: Call) -> None:
    answers: list[tuple[int, dict[str, Any]]] = []
    threads = [threading.Thread(target=lambda: answers.append(pay(bank))) for _ in range(50)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {(status, answer.get("bank_reference")) for status, answer in answers} == {
        (200, answers[0][1]["bank_reference"])
    }
    assert len(payments()) == 1


@pytest.mark.parametrize(
    ("minutes", "forge", "rule"),
    [
        (0, {"X-Puhui-Signature": "0" * 64}, "signature.match"),
        (0, {"X-Puhui-Signature": ""}, "signature.match"),
        (0, {"X-Puhui-Timestamp": ""}, "signature.match"),
        (6, {}, "signature.window"),
        (-6, {}, "signature.window"),
    ],
)
def test_only_the_bank_pays(bank: Call, minutes: int, forge: dict[str, str], rule: str) -> None:
    status, answer = bank("POST", "/rail/payments", an_order(), minutes=minutes, forge=forge)

    assert (status, answer["error"]["rule"]) == (401, rule)
    assert payments() == []


@pytest.mark.parametrize("path", ["/rail/payments/dis-0001", "/rail/faults"])
def test_every_route_asks_for_the_signature(bank: Call, path: str) -> None:
    method = "GET" if "payments" in path else "DELETE"

    assert bank(method, path, forge={"X-Puhui-Signature": "no"})[0] == 401


def test_a_captured_signature_pays_no_other_amount(bank: Call) -> None:
    richer = an_order(amount_fen=99_000_000)

    status, answer = bank("POST", "/rail/payments", an_order(), tampered=richer)

    assert (status, answer["error"]["rule"]) == (401, "signature.match")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount_fen": 0}, "amount_fen"),
        ({"amount_fen": 1.5}, "amount_fen"),
        ({"payee_account": "12"}, "payee_account"),
        ({"payee_name": ""}, "payee_name"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_odd_order_is_refused_by_field(bank: Call, change: dict[str, Any], field: str) -> None:
    status, answer = pay(bank, **change)

    assert (status, answer["error"]["field"]) == (422, field)


@pytest.mark.parametrize(
    "fault", [{}, {"serial_no_prefix": "a", "payee_account": "6200000000001001"}]
)
def test_a_fault_is_for_somebody(bank: Call, fault: dict[str, Any]) -> None:
    assert bank("POST", "/rail/faults", fault)[0] == 422


def test_every_answer_says_that_it_is_simulated(bank: Call) -> None:
    plan(bank, serial_no_prefix="bad", error=500)
    plan(bank, serial_no_prefix="down", error=503)
    plan(bank, serial_no_prefix="lost", lose_answer=True)
    answers = [
        pay(bank),
        pay(bank, amount_fen=1),
        pay(bank, serial_no="bad"),
        pay(bank, serial_no="down"),
        pay(bank, serial_no="lost"),
        bank("GET", "/rail/payments/none"),
        bank("DELETE", "/rail/faults"),
        bank("GET", "/rail/payments/x", forge={"X-Puhui-Signature": "no"}),
    ]

    silent = [
        answer for answer in answers if SIMULATED not in json.dumps(answer, ensure_ascii=False)
    ]

    assert silent == []


def test_no_payee_lies_in_the_table(bank: Call) -> None:
    plan(bank, payee_account="6200000000001001", delay_ms=0)
    pay(bank)

    raw = json.dumps(boto3.client("dynamodb").scan(TableName=TABLE)["Items"], ensure_ascii=False)

    assert [text for text in ("黄山甲", "6200000000001001") if text in raw] == []


def cancel(bank: Call, serial_no: str = "dis-0001", **changes: Any) -> tuple[int, dict[str, Any]]:
    body = {"bank_id": "north", "amount_fen": 30_000_000} | changes
    return bank("POST", f"/rail/payments/{serial_no}/cancellation", body)


def test_a_number_that_was_cancelled_first_is_never_paid(bank: Call) -> None:
    status, word = cancel(bank)

    late = pay(bank)

    assert (status, word["status"]) == (200, "rejected")
    assert (late, bank("GET", "/rail/payments/dis-0001")) == ((200, word), (200, word))
    assert [one["status"]["S"] for one in payments()] == ["rejected"]


def test_a_payment_is_not_cancelled_and_the_answer_says_so(bank: Call) -> None:
    _, paid = pay(bank)

    assert cancel(bank) == (200, paid)


def test_a_cancellation_again_gets_the_same_answer(bank: Call) -> None:
    assert cancel(bank) == cancel(bank)


@pytest.mark.parametrize("change", [{"bank_id": "south"}, {"amount_fen": 1}])
def test_anothers_payment_is_not_cancelled(bank: Call, change: dict[str, Any]) -> None:
    pay(bank)

    status, answer = cancel(bank, **change)

    assert (status, answer["error"]["field"]) == (409, "serial_no")


def test_another_order_under_a_cancelled_number_is_refused(bank: Call) -> None:
    cancel(bank)

    assert pay(bank, amount_fen=1)[0] == 409
