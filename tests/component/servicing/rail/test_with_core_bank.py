"""Servicing and the simulated core bank over real HTTP: notices, debits and files both ways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3
import httpx
import pytest

from puhui.clock import FixedClock
from puhui.http_signing import HmacSigner
from puhui.money import Money
from puhui.secrets import secret_key
from puhui.strict_json import dumps
from sandbox import api as sandbox_api
from sandbox.wiring import wiring as sandbox_wiring
from servicing import rail_api
from servicing.domain.rail.debit import DebitState, RailDebit, debit_of
from servicing.domain.rail.differences import DifferenceKind
from servicing.handlers import finish_rail_work, reconcile_day, take_rail_file
from servicing.rail_wiring import rail
from tests.support.api import a_principal, call
from tests.support.aws import create_table
from tests.support.http_apps import served
from tests.support.rail_world import BUCKET, SECRET, LambdaTime, RailWorld, rail_world, s3_event
from tests.support.servicing import NORTH, TODAY

AMOUNT = 2_559_297
DAY = TODAY.isoformat()
ON = TODAY
PATIENCE_SECONDS = 60.0
"""A busy machine must not fail the test."""


@dataclass
class BothBanks:
    """North's rail and the core bank, each reachable by the other."""

    north: RailWorld
    core_bank_url: str

    def core_bank(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Ask the core bank for something, as the bank's operators do in a demonstration."""
        raw = b"" if body is None else dumps(body).encode()
        key = secret_key(boto3.client("secretsmanager"), SECRET)
        headers = HmacSigner(key, FixedClock(datetime.now(UTC)))(method, path, raw)
        answer = httpx.request(
            method,
            f"{self.core_bank_url}{path}",
            content=raw,
            headers={**headers, "Content-Type": "application/json"},
            timeout=PATIENCE_SECONDS,
        )
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    def pays_in(self, loan_id: str, **changes: Any) -> dict[str, Any]:
        """A customer pays at the core bank."""
        values = {
            "bank_id": "north",
            "serial_no": "cb-0001",
            "amount_fen": AMOUNT,
            "reference": loan_id,
        }
        return self.core_bank("POST", "/rail/incoming", values | changes)

    def delivers(self, **changes: Any) -> None:
        """The core bank delivers the day's file and servicing reads it."""
        values = {"bank_id": "north", "business_date": DAY} | changes
        answer = self.core_bank("POST", "/rail/statements", values)
        assert answer["deliveries"] == [202]
        event = s3_event(f"incoming/{answer['sha256']}.csv")
        assert take_rail_file.handler(event, LambdaTime()) == {"batchItemFailures": []}

    def pays_out(self) -> None:
        """The core bank paid the loan out, as the factory asked it to."""
        self.core_bank(
            "POST",
            "/rail/payments",
            {
                "bank_id": "north",
                "serial_no": "dsb-app-1-1",
                "amount_fen": 30_000_000,
                "payee_account": "6200000000001001",
                "payee_name": "黄山甲商贸有限公司（模拟）",
                "purpose": "采购原材料",
            },
        )

    def debit(self, loan_id: str) -> RailDebit:
        """An order to debit the loan's borrower."""
        loan = self.north.rail.loans.get(NORTH, loan_id)
        return debit_of(loan, Money(AMOUNT), "2020-04-01", datetime.now(UTC))

    def repaid(self, loan_id: str) -> int:
        """What the loan received."""
        book = self.north.table.loan_books.get(NORTH, loan_id)
        return book.account.flows.received


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch) -> Iterator[BothBanks]:
    """Both parties up, on the loopback."""
    with rail_world(monkeypatch) as north, served(rail_api.app, rail_api.routes) as platform:
        create_table("puhui-test-sandbox-table")
        table = north.rail  # the row classes of servicing stay bound to their own table
        monkeypatch.setenv("RAIL_NOTICES_URL", platform)
        monkeypatch.setenv("CA_SECRET_NAME", "certificate-authority")
        sandbox_wiring.cache_clear()
        monkeypatch.setenv("TABLE_NAME", "puhui-test-sandbox-table")
        sandbox_wiring()
        with served(sandbox_api.app, sandbox_api.routes) as core_bank:
            monkeypatch.setenv("TABLE_NAME", "puhui-dev-servicing-table")
            monkeypatch.setenv("CORE_BANKING_URL", core_bank)
            rail.cache_clear()
            north.rail = rail()
            assert table is not north.rail
            yield BothBanks(north, core_bank)
        sandbox_wiring.cache_clear()


def test_a_customers_payment_is_heard_and_booked(both: BothBanks) -> None:
    loan_id = both.north.a_loan()

    answer = both.pays_in(loan_id, notices=3)

    assert answer["notices"] == [200, 200, 200]
    assert both.repaid(loan_id) == AMOUNT


def test_a_payment_that_nobody_told_of_comes_by_file(both: BothBanks) -> None:
    loan_id = both.north.a_loan()
    both.pays_out()
    both.pays_in(loan_id, notices=0)

    both.delivers()

    result = both.north.rail.read_reconciliation(NORTH, ON)
    assert both.repaid(loan_id) == AMOUNT
    assert (result.matched, result.differences) == (2, ())


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("missing", DifferenceKind.NOT_IN_RAIL),
        ("one_cent", DifferenceKind.AMOUNT_DIFFERS),
        ("duplicated", DifferenceKind.DUPLICATED_SERIAL),
        ("garbled", DifferenceKind.NOT_IN_RAIL),
    ],
)
def test_a_wrong_file_gives_an_exact_list_and_its_correction_empties_it(
    both: BothBanks, kind: str, found: DifferenceKind
) -> None:
    loan_id = both.north.a_loan()
    both.pays_out()
    both.pays_in(loan_id)

    both.delivers(mistakes=[{"kind": kind, "serial_no": "cb-0001"}])
    wrong = both.north.rail.read_reconciliation(NORTH, ON)
    both.delivers(file_version=2)
    right = both.north.rail.read_reconciliation(NORTH, ON)

    listed = {(one.serial_no, one.kind) for one in wrong.differences}
    unreadable = {(None, DifferenceKind.UNREADABLE_LINE)} if kind == "garbled" else set()
    assert listed == {("cb-0001", found)} | unreadable
    assert (right.differences, right.version) == ((), 2)
    assert both.repaid(loan_id) == AMOUNT


def test_an_unknown_number_in_a_file_is_money_in_suspense(both: BothBanks) -> None:
    both.delivers(mistakes=[{"kind": "unknown", "serial_no": "cb-9999"}])

    (item,) = both.north.rail.payments.work_items(NORTH)
    assert (item.serial_no, item.amount) == ("cb-9999", Money(100))


def test_a_missing_file_is_found_at_night_for_every_bank_with_loans(both: BothBanks) -> None:
    both.north.a_loan()

    answer = reconcile_day.handler({"bank_id": "north", "business_date": DAY}, None)
    night = reconcile_day.handler({}, None)

    assert (answer, night) == ({"differences": 1}, {"differences": 1})


def test_a_debit_is_money_of_the_loan_and_in_the_file(both: BothBanks) -> None:
    loan_id = both.north.a_loan()
    both.pays_out()

    debit = both.north.rail.ask_for_debit(both.debit(loan_id))
    both.delivers()

    assert (debit.state, both.repaid(loan_id)) == (DebitState.CONFIRMED, AMOUNT)
    assert both.north.rail.read_reconciliation(NORTH, ON).differences == ()


def test_a_lost_answer_is_found_out_by_the_sweeper(both: BothBanks) -> None:
    loan_id = both.north.a_loan()
    both.core_bank("POST", "/rail/faults", {"serial_no_prefix": "dbt-", "lose_answer": True})
    debit = both.north.rail.ask_for_debit(both.debit(loan_id))

    answer = finish_rail_work.handler({}, None)

    assert debit.state is DebitState.UNKNOWN
    assert (answer["booked"], answer["resolved"], answer["overdue"]) == (0, 1, 0)
    assert both.repaid(loan_id) == AMOUNT


def test_a_debit_that_never_arrived_is_sent_again_under_its_number(both: BothBanks) -> None:
    loan_id = both.north.a_loan()
    both.core_bank("POST", "/rail/faults", {"serial_no_prefix": "dbt-", "error": 503})
    both.north.rail.ask_for_debit(both.debit(loan_id))

    debit = both.north.rail.ask_for_debit(both.debit(loan_id))

    assert (debit.state, both.repaid(loan_id)) == (DebitState.CONFIRMED, AMOUNT)


def test_a_borrower_without_money_is_told_so(both: BothBanks) -> None:
    loan_id = both.north.a_loan(customer_id="cus-5151")

    answer = call(
        rail_api.app,
        "POST",
        "/loans/{loan_id}/debits",
        principal=a_principal("operator"),
        headers={"Idempotency-Key": "2020-04-01"},
        values={"loan_id": loan_id},
        body={"amount_fen": AMOUNT},
    )

    assert (answer.status, answer.body["state_name"]) == (200, "已拒绝")
    assert "余额不足" in answer.body["reason"]
    assert both.repaid(loan_id) == 0


def test_one_key_is_one_debit_and_another_amount_under_it_is_refused(both: BothBanks) -> None:
    loan_id = both.north.a_loan()

    def ask(fen: int) -> Any:
        return call(
            rail_api.app,
            "POST",
            "/loans/{loan_id}/debits",
            principal=a_principal("finance"),
            headers={"Idempotency-Key": "k-1"},
            values={"loan_id": loan_id},
            body={"amount_fen": fen},
        )

    first, second, other = ask(AMOUNT), ask(AMOUNT), ask(AMOUNT + 1)
    shown = call(
        rail_api.app,
        "GET",
        "/loans/{loan_id}/debits/{serial_no}",
        principal=a_principal("finance"),
        values={"loan_id": loan_id, "serial_no": first.body["serial_no"]},
    )

    assert first.body == second.body == shown.body
    assert (other.status, other.error["field"]) == (409, "serial_no")
    assert both.repaid(loan_id) == AMOUNT


# --- the function that reads files ---------------------------------------------------------------


def test_a_refused_file_is_told_of_and_does_not_come_again(both: BothBanks, capsys: Any) -> None:
    boto3.client("s3").put_object(Bucket=BUCKET, Key="incoming/x.csv", Body=b"H,nothing\n")

    answer = take_rail_file.handler(s3_event("incoming/x.csv"), LambdaTime())

    assert answer == {"batchItemFailures": []}
    assert '"RailFileRefused"' in capsys.readouterr().out


def test_a_file_without_time_comes_again(both: BothBanks) -> None:
    both.core_bank("POST", "/rail/statements", {"bank_id": "north", "business_date": DAY})
    (item,) = boto3.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]
    both.pays_in("nobody", notices=0)
    both.core_bank(
        "POST", "/rail/statements", {"bank_id": "north", "business_date": DAY, "file_version": 2}
    )
    keys = {one["Key"] for one in boto3.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]}
    (second,) = keys - {item["Key"]}

    hurried = take_rail_file.handler(s3_event(second), LambdaTime(milliseconds=1_000))
    relaxed = take_rail_file.handler(s3_event(second), LambdaTime())

    assert hurried == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
    assert relaxed == {"batchItemFailures": []}


def test_s3s_test_message_is_nothing(both: BothBanks) -> None:
    event = {"Records": [{"messageId": "m-1", "body": '{"Event": "s3:TestEvent"}'}]}

    assert take_rail_file.handler(event, LambdaTime()) == {"batchItemFailures": []}
