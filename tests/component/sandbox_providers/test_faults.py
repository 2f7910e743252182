"""Planned faults go wrong as planned, and are billed as a real provider would."""

from __future__ import annotations

import gzip
import http.client
import io
import json
import time

import pytest

from sandbox.adapters.provider_server import ProviderServer
from sandbox.domain.applicant import Applicant
from sandbox.domain.providers.faults import ProviderFault
from sandbox.domain.providers.profiles import PROFILES
from tests.component.sandbox_providers.bank_side import Answer, BankSide, code_of, request
from tests.component.sandbox_providers.conftest import NOW, known_to

Posted = list[tuple[str, dict[str, str], bytes]]
REGISTRY = PROFILES["sbx-registry"]
BANKFLOW = PROFILES["sbx-bankflow"]


def ask(server: ProviderServer, firms: list[Applicant], kind: str, **how: int) -> Answer:
    """Plan a fault for the registry by HTTP, and ask it."""
    plan = {"provider_id": "sbx-registry", "kind": kind, **how}
    request(server.url, "POST", "/faults", {}, json.dumps(plan).encode())
    return BankSide(server, REGISTRY, NOW).ask(known_to(server, firms, REGISTRY))


@pytest.mark.parametrize("kind", ["dead", "refuse"])
def test_a_dead_provider_hangs_up_and_bills_nothing(
    server: ProviderServer, firms: list[Applicant], kind: str
) -> None:
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        ask(server, firms, kind)

    assert server.calls("sbx-registry") == []


def test_a_slow_provider_takes_its_time(server: ProviderServer, firms: list[Applicant]) -> None:
    begun = time.monotonic()

    answer = ask(server, firms, "slow", delay_ms=300)

    assert answer.status == 200
    assert time.monotonic() - begun >= 0.3


def test_a_dripping_provider_sends_a_byte_a_second(
    server: ProviderServer, firms: list[Applicant]
) -> None:
    server.plan(ProviderFault(provider_id="sbx-registry", kind="drip"))
    bank = BankSide(server, REGISTRY, NOW)
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=5)
    connection.request("GET", f"{REGISTRY.endpoints[0].path}?creditCode=x", headers={})
    response = connection.getresponse()

    first = response.read(2)

    connection.close()
    assert (len(first), bank.profile) == (2, REGISTRY)


def test_an_outage_is_a_status_and_is_not_billed(
    server: ProviderServer, firms: list[Applicant]
) -> None:
    server.plan(ProviderFault(provider_id="sbx-registry", kind="error", status=503))

    status, _, _ = request(server.url, "GET", REGISTRY.endpoints[0].path, {}, b"")

    assert (status, server.calls("sbx-registry")) == (503, [])


def test_a_redirect_leads_where_nobody_may_go(server: ProviderServer) -> None:
    server.plan(ProviderFault(provider_id="sbx-registry", kind="redirect"))

    status, headers, _ = request(server.url, "GET", REGISTRY.endpoints[0].path, {}, b"")

    assert (status, headers["location"][:22]) == (302, "http://169.254.169.254")


@pytest.mark.parametrize("kind", ["html", "truncated", "gzip_bomb", "huge"])
def test_garbage_on_the_wire_is_billed_all_the_same(
    server: ProviderServer, firms: list[Applicant], kind: str
) -> None:
    with pytest.raises((AssertionError, KeyError, ValueError, OSError)):
        ask(server, firms, kind)

    assert len(server.calls("sbx-registry")) == 1


def test_a_gzip_bomb_is_small_and_unfolds_without_end(
    server: ProviderServer, firms: list[Applicant]
) -> None:
    server.plan(ProviderFault(provider_id="sbx-court", kind="gzip_bomb"))

    _, headers, body = request(server.url, "POST", "/court/query.do", {}, b"")

    with gzip.open(io.BytesIO(body)) as unfolding:
        assert len(unfolding.read(8 * 1024 * 1024)) == 8 * 1024 * 1024
    assert (headers["content-encoding"], len(body) < 1024 * 1024) == ("gzip", True)


@pytest.mark.parametrize(
    ("kind", "sign"),
    [
        ("wrong_schema", '"num":"不是数字"'),
        ("nan", '"num":NaN'),
        ("duplicate_keys", '{"status":"200","status":"200"'),
    ],
)
def test_wrong_content_is_properly_signed(
    server: ProviderServer, firms: list[Applicant], kind: str, sign: str
) -> None:
    answer = ask(server, firms, kind)

    assert sign in answer.text


def test_another_encoding_than_said_is_sent(server: ProviderServer, firms: list[Applicant]) -> None:
    with pytest.raises(UnicodeDecodeError):
        ask(server, firms, "wrong_encoding")

    assert len(server.calls("sbx-registry")) == 1


@pytest.mark.parametrize(
    "provider_id", sorted(p for p, one in PROFILES.items() if one.answers.signature is not None)
)
def test_a_bad_signature_does_not_verify(
    server: ProviderServer, firms: list[Applicant], provider_id: str
) -> None:
    profile = PROFILES[provider_id]
    server.plan(ProviderFault(provider_id=provider_id, kind="bad_signature"))

    with pytest.raises(AssertionError):
        BankSide(server, profile, NOW).ask(known_to(server, firms, profile))

    assert len(server.calls(provider_id)) == 1


def test_a_busy_provider_says_so_once_and_then_answers(
    server: ProviderServer, firms: list[Applicant]
) -> None:
    first = ask(server, firms, "code_error")

    second = BankSide(server, REGISTRY, NOW).ask(known_to(server, firms, REGISTRY))

    codes = [code_of(REGISTRY, answer.text) for answer in (first, second)]
    assert codes == [REGISTRY.codes.busy, REGISTRY.codes.hit]


def test_faults_of_chance_are_the_same_for_the_same_seed(
    server: ProviderServer, firms: list[Applicant]
) -> None:
    plan = {"kind": "random", "provider_id": "sbx-registry", "probability_permille": 300}

    status, _, body = request(server.url, "POST", "/faults", {}, json.dumps(plan).encode())
    drawn = [server.faults.take("sbx-registry", "answer", f"R{n}") for n in range(400)]

    assert (status, json.loads(body)["planned"]) == (201, 6)
    assert 60 < sum(fault is not None for fault in drawn) < 180


def test_an_unknown_fault_is_refused(server: ProviderServer) -> None:
    plan = {"provider_id": "sbx-tax", "kind": "no_such"}

    status, _, body = request(server.url, "POST", "/faults", {}, json.dumps(plan).encode())

    assert (status, json.loads(body)["rule"]) == (422, "fault.kind")


def test_faults_can_be_forgotten(server: ProviderServer, firms: list[Applicant]) -> None:
    server.plan(ProviderFault(provider_id="sbx-registry", kind="dead", times=5))

    request(server.url, "DELETE", "/faults", {}, b"")

    assert BankSide(server, REGISTRY, NOW).ask(firms[0]).status == 200


def test_a_callback_comes_twice_with_the_same_nonce(
    server: ProviderServer, firms: list[Applicant], posted: Posted
) -> None:
    server.plan(ProviderFault(provider_id="sbx-bankflow", kind="callback_twice"))
    BankSide(server, BANKFLOW, NOW).ask(known_to(server, firms, BANKFLOW))

    server.deliver_pending()

    assert len(posted) == 2
    assert posted[0] == posted[1]


def test_a_reordered_callback_comes_after_a_later_one(
    server: ProviderServer, firms: list[Applicant], posted: Posted
) -> None:
    server.plan(ProviderFault(provider_id="sbx-bankflow", kind="callback_reordered"))
    bank = BankSide(server, BANKFLOW, NOW)
    firm = known_to(server, firms, BANKFLOW)
    numbers = ["R-first", "R-second"]
    for number in numbers:
        bank.ask(firm, number=number)

    server.deliver_pending()

    assert [headers["x-request-no"] for _, headers, _ in posted] == numbers[::-1]


def test_a_callback_with_a_bad_signature_does_not_verify(
    server: ProviderServer, firms: list[Applicant], posted: Posted
) -> None:
    server.plan(ProviderFault(provider_id="sbx-bankflow", kind="callback_signature"))
    bank = BankSide(server, BANKFLOW, NOW)
    bank.ask(known_to(server, firms, BANKFLOW))

    server.deliver_pending()

    assert BANKFLOW.callback is not None
    assert BANKFLOW.callback.signature is not None
    _, headers, body = posted[0]
    assert not bank.is_signed(BANKFLOW.callback.signature, headers, body)


def test_an_old_callback_is_properly_signed_ten_minutes_ago(
    server: ProviderServer, firms: list[Applicant], posted: Posted
) -> None:
    server.plan(ProviderFault(provider_id="sbx-bankflow", kind="callback_timestamp"))
    bank = BankSide(server, BANKFLOW, NOW)
    bank.ask(known_to(server, firms, BANKFLOW))

    server.deliver_pending()

    assert BANKFLOW.callback is not None
    _, headers, body = posted[0]
    assert bank.opened(BANKFLOW.callback, 200, headers, body).text
    assert int(NOW.timestamp() * 1000) - int(headers["x-timestamp"]) == 600_000
