"""Preparing contracts: duplicates, newer and older tokens, what cannot be printed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.domain.contract import ContractStatus
from tests.support.signing import NOON, a_command, a_confirmation, a_disclosure, some_terms
from tests.support.signing_flow import Flow, a_sealed_flow


def test_a_prepared_contract_waits_and_says_so() -> None:
    flow = Flow()

    assert flow.prepare() == "prepared"

    assert flow.contract.status is ContractStatus.AWAITING_SIGNATURE
    assert flow.store.names() == ["ContractPrepared"]


def test_a_command_delivered_twice_makes_one_contract() -> None:
    flow = Flow()
    flow.prepare()
    before = flow.contract

    assert flow.prepare() == "known"

    assert flow.contract == before
    assert flow.store.names() == ["ContractPrepared"]


def test_a_newer_token_replaces_the_one_that_waits() -> None:
    flow = Flow()
    flow.prepare()

    outcome = flow.prepare(a_command(task_token="token-2"), NOON + timedelta(seconds=1))

    assert (outcome, flow.contract.task_token) == ("renewed", "token-2")


def test_an_older_token_that_arrives_late_is_ignored() -> None:
    flow = Flow()
    flow.prepare(a_command(task_token="token-2"), NOON + timedelta(seconds=1))

    assert flow.prepare(a_command(task_token="token-1"), NOON) == "known"

    assert flow.contract.task_token == "token-2"


@given(st.permutations([1, 2, 3, 4]))
def test_the_newest_token_wins_in_whatever_order_commands_arrive(order: list[int]) -> None:
    flow = Flow()

    for number in order:
        command = a_command(task_token=f"token-{number}")
        flow.prepare(command, NOON + timedelta(seconds=number))

    assert flow.contract.task_token == "token-4"
    assert flow.store.names() == ["ContractPrepared"]


def test_a_newer_wait_for_a_sealed_contract_gets_the_same_document() -> None:
    flow = a_sealed_flow()
    flow.deliver()
    first = flow.workflow.answers["token-1"]
    flow.workflow.waiting.add("token-2")

    flow.prepare(a_command(task_token="token-2"), NOON + timedelta(hours=1))
    flow.deliver()

    assert flow.workflow.answers["token-2"] == first


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (a_command(party_sealed="broken"), "PartyUnreadable"),
        (a_command(terms=some_terms(total_interest_fen=1)), "TermsInconsistent"),
        (a_command(disclosure=None), "DisclosureNotConfirmed"),
        (a_command(confirmation=None), "DisclosureNotConfirmed"),
        (
            a_command(confirmation=a_confirmation(a_disclosure(apr_pct=Decimal(9)))),
            "DisclosureNotConfirmed",
        ),
        (a_command(disclosure=a_disclosure(lender="另一家银行")), "TermsInconsistent"),
    ],
)
def test_a_contract_that_cannot_be_made_ends_the_wait_with_a_named_error(
    command: object, error: str
) -> None:
    flow = Flow()

    outcome = flow.prepare(command)  # type: ignore[arg-type]
    flow.deliver()

    assert outcome == "not_prepared"
    assert flow.workflow.answers["token-1"]["error"] == error


def test_a_name_without_glyph_ends_the_wait_without_telling_the_name() -> None:
    flow = Flow(lacking="测")

    flow.prepare()
    flow.deliver()

    answer = flow.workflow.answers["token-1"]
    assert answer["error"] == "GlyphMissing"
    assert "U+6D4B" in answer["cause"]
    assert "测试" not in answer["cause"]


@pytest.mark.parametrize(
    "char", ["阜", "料", "税", "北"], ids=["address", "purpose", "product", "bank"]
)
def test_every_text_of_the_contract_must_have_its_glyphs(char: str) -> None:
    assert Flow(lacking=char).prepare() == "not_prepared"


def test_what_could_not_be_made_is_tried_again_for_a_newer_wait() -> None:
    flow = Flow()
    flow.prepare(a_command(party_sealed="broken"))
    flow.later(hours=1)

    outcome = flow.prepare(a_command(task_token="token-2"), NOON + timedelta(hours=2))

    assert (outcome, flow.contract.issue) == ("prepared", 2)


def test_the_contract_of_a_new_offer_voids_the_one_of_the_old() -> None:
    flow = Flow()
    flow.prepare()
    old = flow.contract

    flow.prepare(a_command(offer_id="off-2", task_token="token-2"), NOON + timedelta(hours=1))

    assert flow.store.get(old.bank_id, old.contract_id).status is ContractStatus.VOID
    assert flow.contract.offer_id == "off-2"
