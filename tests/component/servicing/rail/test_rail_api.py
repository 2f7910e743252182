"""The rail's API: who is heard, who sees what, and one effect however often something is told."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import boto3
import pytest

from puhui.identity import ROLES, Principal
from servicing.rail_api import app, routes
from tests.support.api import Answer, a_customer, a_principal, call
from tests.support.aws_faults import TableCalls
from tests.support.races import race
from tests.support.rail import a_file, a_line
from tests.support.rail_world import BUCKET, RailWorld, a_notice
from tests.support.servicing import NORTH, TODAY, table_items

AMOUNT = 2_559_297
FINANCE = a_principal("finance")
DAY = {"day": TODAY.isoformat()}


def rail_items() -> list[str]:
    """The keys of everything that the rail wrote."""
    keys = [item["pk"]["S"] for item in table_items()]
    return [key for key in keys if key.startswith(("RAILPAY#", "RAILDEBIT#", "EVENTKEY#"))]


def get(resource: str, who: Principal, **options: Any) -> Answer:
    return call(app, "GET", resource, principal=who, **options)


# --- what the core bank tells ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "forge", "rule"),
    [
        (0, {"X-Puhui-Signature": "0" * 64}, "signature.match"),
        (0, {"X-Puhui-Signature": ""}, "signature.match"),
        (0, {"X-Puhui-Timestamp": "2020-03-01T04:00:00.000000Z"}, "signature.match"),
        (6, {}, "signature.window"),
        (-6, {}, "signature.window"),
    ],
)
def test_nobody_but_the_core_bank_is_heard(
    north: RailWorld, minutes: int, forge: dict[str, str], rule: str
) -> None:
    for path, raw in (("/rail/repayments", a_notice()), ("/rail/files", a_file())):
        answer = north.core_bank(path, raw, minutes=minutes, forge=forge)

        assert (answer.status, answer.error["rule"]) == (401, rule)
    assert rail_items() == []
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket=BUCKET)


@pytest.mark.parametrize("minutes", [-4, 0, 4])
def test_within_the_window_a_notice_is_heard(north: RailWorld, minutes: int) -> None:
    assert north.core_bank("/rail/repayments", a_notice(), minutes=minutes).status == 200


def test_a_captured_signature_tells_of_no_other_amount(north: RailWorld) -> None:
    answer = north.core_bank("/rail/repayments", a_notice(), sent=a_notice(amount_fen=99_000_000))

    assert (answer.status, answer.error["rule"]) == (401, "signature.match")
    assert rail_items() == []


def test_a_notice_told_again_has_one_effect_and_the_same_answer(north: RailWorld) -> None:
    loan_id = north.a_loan()

    answers = [north.notice(reference=loan_id) for _ in range(3)]

    assert [one.body for one in answers] == [{"serial_no": "cb-0001", "state": "booked"}] * 3
    assert len(north.table.loan_books.get(NORTH, loan_id).events) == 1


def test_a_notice_told_by_twenty_at_once_has_one_effect(north: RailWorld) -> None:
    loan_id = north.a_loan()

    with TableCalls().watched():
        answers = race([lambda: north.notice(reference=loan_id)] * 20)

    assert {(one.status, one.body.get("state")) for one in answers if one.status == 200} == {
        (200, "booked")
    }
    assert len(north.table.loan_books.get(NORTH, loan_id).events) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"amount_fen": AMOUNT + 1},
        {"reference": "dsb-app-2-1"},
        {"bank_id": "south"},
        {"state": "returned"},
    ],
    ids=["amount", "loan", "bank", "contradiction"],
)
def test_the_same_number_for_something_else_is_409_and_shows_nothing(
    north: RailWorld, change: dict[str, Any]
) -> None:
    """FINERACT-2485: nothing changes, and nothing of the other payment is shown."""
    loan_id = north.a_loan()
    north.a_loan(application_id="app-2", disbursement_id="dsb-app-2-1", customer_id="cus-2")
    north.notice(reference=loan_id)
    before = table_items()

    answer = north.notice(**{"reference": loan_id} | change)

    field = "state" if "state" in change else "serial_no"
    assert (answer.status, answer.error["field"]) == (409, field)
    assert [text for text in (loan_id, "cus-1", str(AMOUNT)) if text in str(answer.body)] == []
    assert table_items() == before


def test_a_return_of_booked_money_waits_for_a_person(north: RailWorld) -> None:
    loan_id = north.a_loan()
    north.notice(reference=loan_id)

    answer = north.notice(reference=loan_id, notice_version=2, state="returned")

    (item,) = get("/rail/suspense", FINANCE).body["items"]
    assert (answer.status, item["serial_no"], item["returned"]) == (200, "cb-0001", True)


@pytest.mark.parametrize(
    ("raw", "status", "field"),
    [
        (b"{", 400, None),
        (b"[]", 422, None),
        (a_notice(amount_fen=0), 422, "amount_fen"),
        (a_notice(amount_fen=1.5), 422, "amount_fen"),
        (a_notice(serial_no=""), 422, "serial_no"),
        (a_notice(state="lost"), 422, "state"),
        (a_notice(colour="red"), 422, "colour"),
        (a_notice(booked_on="2020-02-30"), 422, "booked_on"),
        (a_notice(reference="x" * 9_000), 413, None),
    ],
)
def test_an_odd_notice_is_refused_by_field(
    north: RailWorld, raw: bytes, status: int, field: str | None
) -> None:
    answer = north.core_bank("/rail/repayments", raw)

    assert (answer.status, answer.error["field"]) == (status, field)


def test_a_file_delivered_twice_lies_once(north: RailWorld) -> None:
    content = a_file([a_line(1, "cb-0001", AMOUNT)], on=TODAY)

    answers = [north.core_bank("/rail/files", content) for _ in range(2)]

    assert [one.status for one in answers] == [202, 202]
    assert boto3.client("s3").list_objects_v2(Bucket=BUCKET)["KeyCount"] == 1


def test_an_empty_file_is_refused(north: RailWorld) -> None:
    assert north.core_bank("/rail/files", b"").status == 400


# --- suspense ---------------------------------------------------------------------------------


def test_finance_sees_what_waits_and_gives_it_to_a_loan(north: RailWorld) -> None:
    loan_id = north.a_loan()
    north.notice(reference="nobody")
    (item,) = get("/rail/suspense", FINANCE).body["items"]

    answer = call(
        app,
        "POST",
        "/rail/suspense/{serial_no}/assignment",
        principal=FINANCE,
        values={"serial_no": item["serial_no"]},
        body={"loan_id": loan_id},
    )

    assert (item["state_name"], item["amount_fen"]) == ("挂账", AMOUNT)
    assert (answer.status, answer.body["state"], answer.body["loan_id"]) == (200, "booked", loan_id)
    assert get("/rail/suspense", FINANCE).body["items"] == []
    assert get("/rail/payments/{serial_no}", FINANCE, values={"serial_no": "cb-0001"}).body[
        "state_name"
    ] == "已入账"  # fmt: skip


def test_money_is_given_to_no_loan_of_another_bank(north: RailWorld) -> None:
    north.notice(reference="nobody")
    for loan_id in (
        north.a_loan(bank_id="south", application_id="app-9", disbursement_id="dsb-9"),
        "loan-unknown",
    ):
        answer = call(
            app,
            "POST",
            "/rail/suspense/{serial_no}/assignment",
            principal=FINANCE,
            values={"serial_no": "cb-0001"},
            body={"loan_id": loan_id},
        )

        assert answer.status == 404
    assert len(get("/rail/suspense", FINANCE).body["items"]) == 1


def test_another_banks_finance_sees_nothing(north: RailWorld) -> None:
    north.notice(reference="nobody")
    south = a_principal("finance", bank="south")

    assert get("/rail/suspense", south).body["items"] == []
    assert get("/rail/payments/{serial_no}", south, values={"serial_no": "cb-0001"}).status == 404


def test_money_that_went_back_is_settled(north: RailWorld) -> None:
    north.notice(reference="nobody")
    north.notice(reference="nobody", notice_version=2, state="returned")

    answer = call(
        app,
        "POST",
        "/rail/suspense/{serial_no}/return",
        principal=FINANCE,
        values={"serial_no": "cb-0001"},
    )

    assert answer.body["state"] == "returned"
    assert north.table.snapshot().book["224102"].posted.is_zero


# --- reconciliations --------------------------------------------------------------------------


def test_the_result_of_a_day_is_shown_with_owner_and_age(north: RailWorld) -> None:
    loan_id = north.a_loan()
    north.notice(reference=loan_id)
    north.delivered(a_file([a_line(1, "cb-0001", AMOUNT + 1, reference=loan_id)], on=TODAY))

    body = get("/reconciliations/{day}", FINANCE, values=DAY).body

    first = next(one for one in body["differences"] if one["serial_no"] == "cb-0001")
    assert (body["version"], body["file_version"], body["file_is_missing"]) == (1, 1, False)
    assert first == {
        "kind": "amount_differs",
        "kind_name": "金额不符",
        "direction": "in",
        "serial_no": "cb-0001",
        "rail_fen": AMOUNT + 1,
        "ledger_fen": AMOUNT,
        "loans_fen": AMOUNT,
        "since": "2020-03-01",
        "days_open": 0,
        "owner": "finance",
        "detail": "",
    }


def test_the_list_is_a_csv_file_that_spreadsheets_read(north: RailWorld) -> None:
    north.notice(reference="nobody")
    north.delivered(a_file(on=TODAY))

    answer = get("/reconciliations/{day}/differences", FINANCE, values=DAY).body

    heading, line = answer["csv"].removeprefix("\ufeff").splitlines()
    assert answer["file_name"] == "reconciliation-2020-03-01-v1.csv"
    assert heading.startswith("差错类型,方向,流水号,通道金额（元）")
    assert (
        line == "账务与贷款有、通道无,还款流入,cb-0001,0.00,25592.97,25592.97,2020-03-01,0,finance,"
    )


def test_a_day_may_be_reconciled_again_but_not_before_its_time(north: RailWorld) -> None:
    again = [call(app, "POST", "/reconciliations/{day}", principal=FINANCE, values=DAY)
             for _ in range(2)]  # fmt: skip
    tomorrow = {"day": (TODAY + timedelta(days=1)).isoformat()}

    early = call(app, "POST", "/reconciliations/{day}", principal=FINANCE, values=tomorrow)

    assert [(one.status, one.body["version"]) for one in again] == [(200, 1), (200, 1)]
    assert again[0].body["file_is_missing"]
    assert (early.status, early.error["rule"]) == (422, "reconciliation.day")


@pytest.mark.parametrize(
    ("day", "status"), [("2020-02-01", 404), ("yesterday", 422), ("2020-02-30", 422)]
)
def test_another_day_is_said_to_be_so(north: RailWorld, day: str, status: int) -> None:
    for resource in ("/reconciliations/{day}", "/rail/files/{day}"):
        assert get(resource, FINANCE, values={"day": day}).status == status


def test_a_files_problems_are_shown_by_line(north: RailWorld) -> None:
    north.delivered(a_file(rows=["D,1,in,cb-1,1.0,loan-1"], on=TODAY))

    body = get("/rail/files/{day}", FINANCE, values=DAY).body

    assert (body["state_name"], body["lines"]) == ("已处理", 1)
    assert body["problems"] == [{"line": 1, "field": "amount", "rule": "line.amount"}]


# --- every route and every role ---------------------------------------------------------------

ALLOWED = {
    "servicing.read_suspense": {"operator", "finance", "auditor", "admin"},
    "servicing.assign_suspense": {"finance"},
    "servicing.ask_for_debit": {"operator", "finance"},
    "servicing.read_reconciliation": {"operator", "finance", "auditor", "admin"},
    "servicing.reconcile": {"operator", "finance"},
}
PATH_VALUES = {**DAY, "serial_no": "cb-0001", "loan_id": "loan-1"}


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_may_do_what_the_table_says(north: RailWorld, role: str) -> None:
    who = a_customer() if role == "customer" else a_principal(role, branch="b1")
    refused = {
        route.action
        for route in routes.table()
        if not route.public
        and call(
            app,
            route.method,
            route.path,
            body={} if route.body else None,
            principal=who,
            headers={"Idempotency-Key": "k-1"},
            values={k: v for k, v in PATH_VALUES.items() if "{" + k + "}" in route.path} or None,
        ).status
        == 403
    }

    assert refused == {action for action, roles in ALLOWED.items() if role not in roles}


def test_no_log_line_holds_a_payers_words(north: RailWorld, capsys: Any) -> None:
    north.notice(reference="zhangsan13800138000")

    assert "13800138000" not in capsys.readouterr().out
    assert json.loads(a_notice())["serial_no"] == "cb-0001"
