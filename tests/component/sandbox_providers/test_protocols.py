"""Every provider answers in its own protocol and refuses what is not signed or not in time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from puhui.clock import FixedClock
from sandbox.adapters.provider_server import ProviderServer
from sandbox.domain.applicant import Applicant
from sandbox.domain.population import generate
from sandbox.domain.providers.profiles import PROFILES
from tests.component.sandbox_providers.bank_side import BankSide, code_of, request
from tests.component.sandbox_providers.conftest import NOW, known_to

SIGNED = sorted(p for p, profile in PROFILES.items() if profile.asks.signature is not None)
SEALED = sorted(p for p, profile in PROFILES.items() if profile.asks.cipher is not None)
Posted = list[tuple[str, dict[str, str], bytes]]


def stranger(firm: Applicant) -> Applicant:
    """The same firm under a code that nobody knows."""
    party = firm.party.model_copy(update={"uscc": "91340100MA0000000X"})
    return replace(firm, party=party)


@pytest.mark.parametrize("provider_id", sorted(PROFILES))
def test_a_known_firm_is_a_hit_or_a_job(
    server: ProviderServer, firms: list[Applicant], provider_id: str
) -> None:
    profile = PROFILES[provider_id]
    bank = BankSide(server, profile, NOW)

    answer = bank.ask(known_to(server, firms, profile))

    assert (answer.status, answer.headers["x-sandbox"]) == (200, "simulated")
    assert code_of(profile, answer.text) == (profile.codes.pending or profile.codes.hit)


@pytest.mark.parametrize("provider_id", sorted(PROFILES))
def test_an_unknown_firm_is_a_miss(
    server: ProviderServer, firms: list[Applicant], provider_id: str
) -> None:
    profile = PROFILES[provider_id]
    bank = BankSide(server, profile, NOW)

    answer = bank.ask(stranger(firms[0]))

    assert code_of(profile, answer.text) == (profile.codes.pending or profile.codes.miss)
    assert [record.result for record in server.calls(provider_id)] == ["miss"]


@pytest.mark.parametrize("provider_id", SIGNED)
def test_a_wrong_signature_is_refused_and_not_billed(
    server: ProviderServer, firms: list[Applicant], provider_id: str
) -> None:
    profile = PROFILES[provider_id]
    bank = BankSide(server, profile, NOW, spoil_signature=True)

    answer = bank.ask(firms[0])

    assert code_of(profile, answer.text) == profile.codes.signature
    assert server.calls(provider_id) == []


@pytest.mark.parametrize("provider_id", SIGNED)
def test_a_timestamp_of_six_minutes_ago_is_refused(
    server: ProviderServer, firms: list[Applicant], provider_id: str
) -> None:
    profile = PROFILES[provider_id]
    bank = BankSide(server, profile, NOW - timedelta(minutes=6))

    answer = bank.ask(firms[0])

    assert code_of(profile, answer.text) == profile.codes.timestamp


@pytest.mark.parametrize("provider_id", ["sbx-multilender", "sbx-relation", "sbx-socialsec"])
def test_a_body_that_is_not_sealed_or_hashed_is_refused(
    server: ProviderServer, provider_id: str
) -> None:
    profile = PROFILES[provider_id]

    status, headers, body = request(
        server.url, "POST", profile.endpoints[0].path, {"X-Request-No": "R1"}, b"{}"
    )

    answer = BankSide(server, profile, NOW).opened(profile.answers, status, headers, body)
    refusals = {profile.codes.signature, profile.codes.unreadable}
    assert code_of(profile, answer.text) in refusals


def test_the_same_number_gets_the_same_answer_and_is_billed_once(
    server: ProviderServer, firms: list[Applicant]
) -> None:
    profile = PROFILES["sbx-registry"]
    bank = BankSide(server, profile, NOW)
    firm = known_to(server, firms, profile)

    answers = [bank.ask(firm, number="R-1") for _ in range(3)]

    assert len({answer.text for answer in answers}) == 1
    assert len(server.calls("sbx-registry")) == 1


def test_the_same_number_for_another_firm_is_refused(
    server: ProviderServer, firms: list[Applicant]
) -> None:
    profile = PROFILES["sbx-registry"]
    bank = BankSide(server, profile, NOW)
    bank.ask(firms[0], number="R-1")

    answer = bank.ask(firms[1], number="R-1")

    assert code_of(profile, answer.text) == profile.codes.number


@pytest.mark.parametrize(("provider_id", "endpoint"), [("sbx-invoice", 0), ("sbx-tax", 1)])
def test_invoices_come_in_pages_of_five_hundred_under_one_number(
    server: ProviderServer, firms: list[Applicant], provider_id: str, endpoint: int
) -> None:
    profile = PROFILES[provider_id]
    bank = BankSide(server, profile, NOW)
    firm = max(firms, key=lambda one: len(one.invoices["rows"]))
    count = len(firm.invoices["rows"])

    pages = [
        json.loads(bank.ask(firm, number="R-1", endpoint=endpoint, page=page).text)
        for page in range(1, -(-count // 500) + 1)
    ]

    bodies = [page.get("result") or page.get("data") for page in pages]
    rows = [row for body in bodies for row in body.get("invoices") or body.get("fpxx")]
    assert len(rows) == count
    assert len(server.calls(provider_id)) == 1


def test_a_job_is_delivered_signed_and_encrypted(
    server: ProviderServer, firms: list[Applicant], posted: Posted
) -> None:
    profile = PROFILES["sbx-bankflow"]
    bank = BankSide(server, profile, NOW)
    order = json.loads(bank.ask(known_to(server, firms, profile)).text)

    statuses = server.deliver_pending()

    (url, headers, body) = posted[0]
    assert profile.callback is not None
    delivered = json.loads(bank.opened(profile.callback, 200, headers, body).text)
    assert (statuses, url) == ([202], bank.callback_url)
    assert delivered["orderNo"] == order["orderNo"]
    assert delivered["content"]["count"] == len(delivered["content"]["details"]) + 1


def test_a_file_is_fetched_by_its_job_number(
    server: ProviderServer, firms: list[Applicant]
) -> None:
    profile = PROFILES["sbx-socialsec"]
    bank = BankSide(server, profile, NOW)
    job_id = bank.ask(known_to(server, firms, profile)).text.split("|")[3]

    status, headers, body = request(server.url, "GET", f"/ssf/v1/files/{job_id}", {}, b"")

    answer = bank.opened(profile.answers, status, headers, body)
    kinds = [line.split("|")[0] for line in answer.text.split()]
    assert (kinds[0], kinds[-1]) == ("H", "T")
    assert answer.text.split()[-1] == f"T|{len(kinds) - 2}"


def test_a_file_of_an_unknown_job_is_not_there(server: ProviderServer) -> None:
    status, _, _ = request(server.url, "GET", "/ssf/v1/files/JOB0", {}, b"")

    assert status == 404


def test_a_firm_can_be_added_while_the_server_runs(server: ProviderServer) -> None:
    profile = PROFILES["sbx-registry"]
    newcomer = next(iter(generate("another", 1, NOW.date())))
    server.add(newcomer)

    answer = BankSide(server, profile, NOW).ask(newcomer)

    assert json.loads(answer.text)["result"]["basic"]["Name"] == newcomer.party.name


def test_the_onboarding_kit_holds_the_keys_and_subjects_for_tests(server: ProviderServer) -> None:
    status, _, body = request(server.url, "GET", "/onboarding/sbx-tax", {}, b"")

    kit = json.loads(body)
    assert status == 200
    assert {name: key["kind"] for name, key in kit["keys"].items()} == {
        "our_sign": "sm2_private",
        "their_sign": "sm2_public",
        "body": "sm4",
    }
    assert kit["test_subjects"]["known"]["uscc"]


def test_the_clock_decides_what_is_too_old(
    server: ProviderServer, firms: list[Applicant], clock: FixedClock
) -> None:
    profile = PROFILES["sbx-device"]
    bank = BankSide(server, profile, NOW)
    clock.advance(timedelta(minutes=5, seconds=1))

    answer = bank.ask(firms[0])

    assert code_of(profile, answer.text) == profile.codes.timestamp
