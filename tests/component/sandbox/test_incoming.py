"""Money that comes into the simulated core bank: told of, debited, given back, and in the file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest

from puhui.contracts.servicing_rail import RailNotice
from puhui.http_signing import verify_signature
from puhui.secrets import secret_key
from sandbox.domain.errors import SIMULATED
from sandbox.wiring import wiring
from servicing.domain.rail.statement_file import parse_statement
from tests.component.sandbox.conftest import Call
from tests.component.sandbox.test_rail import an_order, plan

DAY = "2026-03-02"


@dataclass
class Platform:
    """A lending platform on the loopback that checks signatures and keeps what it hears."""

    secret: bytes = b""
    status: int = 200
    heard: list[tuple[str, bytes]] = field(default_factory=list)
    url: str = ""

    def notices(self) -> list[RailNotice]:
        """What it was told of."""
        return [RailNotice.model_validate_json(body) for path, body in self.heard
                if path == "/rail/repayments"]  # fmt: skip

    def files(self) -> list[bytes]:
        """What was delivered."""
        return [body for path, body in self.heard if path == "/rail/files"]


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """The platform, and a sandbox that knows where it is."""
    listening = Platform(secret_key(boto3.client("secretsmanager"), "core-banking"))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            request = ("POST", self.path, body)
            verify_signature(listening.secret, request, dict(self.headers), datetime.now(UTC))
            listening.heard.append((self.path, body))
            self.send_response(listening.status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    listening.url = f"http://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setenv("RAIL_NOTICES_URL", listening.url)
    wiring.cache_clear()
    yield listening
    server.shutdown()
    server.server_close()


def a_payment(**changes: Any) -> dict[str, Any]:
    return {
        "bank_id": "north",
        "serial_no": "cb-0001",
        "amount_fen": 2_559_297,
        "reference": "loan-1",
    } | changes


def a_debit(**changes: Any) -> dict[str, Any]:
    return {
        "bank_id": "north",
        "serial_no": "dbt-0001",
        "amount_fen": 2_559_297,
        "customer_id": "cus-1",
        "reference": "loan-1",
    } | changes


def the_file(bank: Call, platform: Platform, **request: Any) -> Any:
    """Deliver the day's file of north and read it as the platform does."""
    asked = {"bank_id": "north", "business_date": DAY} | request
    status, answer = bank("POST", "/rail/statements", asked)
    assert (status, answer["deliveries"]) == (200, [200])
    return parse_statement(platform.files()[-1])


def test_the_platform_is_told_of_a_payment_with_a_signature(bank: Call, platform: Platform) -> None:
    status, answer = bank("POST", "/rail/incoming", a_payment())

    (notice,) = platform.notices()
    assert (status, answer["notices"]) == (200, [200])
    assert (notice.serial_no, notice.amount_fen, notice.state) == ("cb-0001", 2_559_297, "received")
    assert (notice.booked_on.isoformat(), notice.notice_version) == (DAY, 1)


def test_the_platform_is_told_as_often_as_planned(bank: Call, platform: Platform) -> None:
    bank("POST", "/rail/incoming", a_payment(notices=3))
    bank("POST", "/rail/incoming", a_payment(notices=0))

    assert len({notice.model_dump_json() for notice in platform.notices()}) == 1
    assert len(platform.notices()) == 3


def test_a_platform_that_does_not_hear_is_no_failure(bank: Call) -> None:
    status, answer = bank("POST", "/rail/incoming", a_payment())

    assert (status, answer["notices"]) == (200, [0])


def test_another_payment_under_a_used_number_is_refused(bank: Call, platform: Platform) -> None:
    bank("POST", "/rail/incoming", a_payment())

    status, answer = bank("POST", "/rail/incoming", a_payment(amount_fen=1))

    assert (status, answer["error"]["field"]) == (409, "serial_no")
    assert len(platform.notices()) == 1


def test_a_return_is_a_newer_notice_and_leaves_the_file(bank: Call, platform: Platform) -> None:
    bank("POST", "/rail/incoming", a_payment())

    answers = [bank("POST", "/rail/incoming/cb-0001/return", {"notices": 1}) for _ in range(2)]

    assert [status for status, _ in answers] == [200, 200]
    assert [(n.notice_version, n.state) for n in platform.notices()] == [
        (1, "received"),
        (2, "returned"),
        (2, "returned"),
    ]
    assert the_file(bank, platform).lines == ()


def test_a_debit_is_confirmed_once_and_in_the_file(bank: Call, platform: Platform) -> None:
    first = bank("POST", "/rail/debits", a_debit())

    assert bank("POST", "/rail/debits", a_debit()) == first
    assert bank("GET", "/rail/debits/dbt-0001") == first
    assert (first[0], first[1]["status"], first[1]["booked_on"]) == (200, "confirmed", DAY)
    (line,) = the_file(bank, platform).lines
    assert (line.serial_no, line.amount.minor, line.reference) == ("dbt-0001", 2_559_297, "loan-1")


@pytest.mark.parametrize(("ending", "reason"), [("4040", "账户不存在"), ("5151", "余额不足")])
def test_a_debit_that_cannot_be_is_rejected_for_good(
    bank: Call, platform: Platform, ending: str, reason: str
) -> None:
    _, answer = bank("POST", "/rail/debits", a_debit(customer_id=f"cus-{ending}"))

    assert answer["status"] == "rejected"
    assert reason in answer["reason"]
    assert the_file(bank, platform).lines == ()


def test_a_debit_that_never_arrived_is_404(bank: Call) -> None:
    assert bank("GET", "/rail/debits/dbt-0002")[0] == 404


def test_a_lost_answer_of_a_debit_comes_after_the_money(bank: Call) -> None:
    plan(bank, serial_no_prefix="dbt-", lose_answer=True)

    status, _ = bank("POST", "/rail/debits", a_debit())

    assert status == 504
    assert bank("GET", "/rail/debits/dbt-0001")[1]["status"] == "confirmed"


def test_the_file_has_both_directions_of_one_bank(bank: Call, platform: Platform) -> None:
    bank("POST", "/rail/payments", an_order())
    bank("POST", "/rail/payments", an_order(serial_no="dis-4040", payee_account="6200000000014040"))
    bank("POST", "/rail/incoming", a_payment())
    bank("POST", "/rail/incoming", a_payment(bank_id="south", serial_no="cb-0002"))

    statement = the_file(bank, platform)

    lines = {(line.direction, line.serial_no, line.amount.minor) for line in statement.lines}
    assert lines == {("in", "cb-0001", 2_559_297), ("out", "dis-0001", 30_000_000)}
    assert (statement.bank_id, statement.problems) == ("north", ())


@pytest.mark.parametrize(
    ("mistake", "expected"),
    [
        ({"kind": "missing", "serial_no": "cb-0001"}, []),
        ({"kind": "one_cent", "serial_no": "cb-0001"}, [("cb-0001", 2_559_298)]),
        ({"kind": "duplicated", "serial_no": "cb-0001"}, [("cb-0001", 2_559_297)] * 2),
        (
            {"kind": "unknown", "serial_no": "cb-9999"},
            [("cb-0001", 2_559_297), ("cb-9999", 100)],
        ),
    ],
)
def test_planned_mistakes_are_in_a_file_that_is_whole(
    bank: Call, platform: Platform, mistake: dict[str, str], expected: list[tuple[str, int]]
) -> None:
    bank("POST", "/rail/incoming", a_payment())

    statement = the_file(bank, platform, mistakes=[mistake], file_version=2)

    assert [(line.serial_no, line.amount.minor) for line in statement.lines] == expected
    assert statement.file_version == 2


def test_a_garbled_line_is_a_problem_of_the_reader(bank: Call, platform: Platform) -> None:
    bank("POST", "/rail/incoming", a_payment())

    statement = the_file(bank, platform, mistakes=[{"kind": "garbled", "serial_no": "cb-0001"}])

    assert [problem.field for problem in statement.problems] == ["amount"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/rail/incoming"),
        ("POST", "/rail/debits"),
        ("POST", "/rail/statements"),
    ],
)
def test_every_route_asks_for_the_signature(bank: Call, method: str, path: str) -> None:
    bodies: dict[str, Any] = {
        "/rail/incoming": a_payment(),
        "/rail/debits": a_debit(),
        "/rail/statements": {"bank_id": "north", "business_date": DAY},
    }

    assert bank(method, path, bodies[path], forge={"X-Puhui-Signature": "no"})[0] == 401


def test_every_answer_says_that_it_is_simulated(bank: Call, platform: Platform) -> None:
    answers = [
        bank("POST", "/rail/incoming", a_payment()),
        bank("POST", "/rail/incoming/cb-0001/return", {"notices": 0}),
        bank("POST", "/rail/debits", a_debit()),
        bank("GET", "/rail/debits/none"),
        bank("POST", "/rail/statements", {"bank_id": "north", "business_date": DAY}),
    ]

    silent = [one for one in answers if SIMULATED not in json.dumps(one, ensure_ascii=False)]

    assert silent == []
