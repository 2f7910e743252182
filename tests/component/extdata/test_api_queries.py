"""Queries over the API: consented, metered once, read as long as the consent lives, replayed."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.component.extdata.api_world import (
    AUDITOR,
    RISK,
    STEWARD,
    UNDERWRITER,
    USCC,
    ApiWorld,
    a_query_body,
    api_world,
)
from tests.support.api import a_principal

FIRM = "北方示例商贸有限公司"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiWorld]:
    with api_world(monkeypatch) as made:
        made.set_up()
        yield made


def test_a_question_gets_its_document(world: ApiWorld) -> None:
    answer = world.ask()

    assert (answer.status, answer.body["status"], answer.body["cost_fen"]) == (200, "hit", 80)
    document = world.about(answer.body["query_id"], "/document").body
    assert document["document"]["returns"][0]["sales_fen"] == 1_000_00
    assert document["sha256"] == answer.body["document_sha256"]


def test_the_same_request_again_calls_nobody(world: ApiWorld) -> None:
    first = world.ask()

    again = world.ask()

    assert again.body == first.body
    assert len(world.calls.requests) == 1


def test_another_request_about_the_same_firm_is_answered_from_the_cache(world: ApiWorld) -> None:
    world.ask()

    cached = world.ask(request_id="req-2")

    assert (cached.body["cached"], cached.body["cost_fen"]) == (True, 0)
    assert len(world.calls.requests) == 1


def test_an_answer_names_the_firm_nowhere(world: ApiWorld) -> None:
    answer = world.ask()

    told = json.dumps(answer.body, ensure_ascii=False)

    assert USCC not in told
    assert FIRM not in told


def test_without_consent_nothing_leaves_the_bank(world: ApiWorld) -> None:
    refused = world.ask(consent_id="con-nobody")

    assert (refused.body["status"], refused.body["reason"]) == ("refused", "consent.unknown")
    assert world.calls.requests == []


def test_a_purpose_in_free_text_is_refused(world: ApiWorld) -> None:
    refused = world.ask(purpose="看看对手")

    assert (refused.status, refused.error["field"]) == (422, "purpose")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"uscc": "91340100MA2N000010"}, "uscc.check"),
        ({"id_number": "110105194912310021"}, "resident_id.check"),
        ({"region_code": "999999"}, "region"),
        ({"uscc": None}, "subject.identity"),
        ({"nickname": "老王"}, "extra_forbidden"),
    ],
)
def test_a_subject_is_checked_before_anybody_is_asked(
    world: ApiWorld, changes: dict[str, str], rule: str
) -> None:
    subject = {"kind": "firm", "name": FIRM, "uscc": USCC} | changes

    refused = world.ask(subject=subject)

    assert (refused.status, refused.error["rule"]) == (422, rule)
    assert world.calls.requests == []


def test_a_relationship_manager_asks_for_loans_only(world: ApiWorld) -> None:
    manager = a_principal("relationship_manager", subject="rm-1", branch="br-1")

    refused = world.ask(manager, purpose="identity_check")

    assert (refused.status, refused.error["rule"]) == (403, "purpose.role")


def test_branch_staff_see_no_query_of_another_branch(world: ApiWorld) -> None:
    answer = world.ask()
    elsewhere = a_principal("relationship_manager", subject="rm-2", branch="br-2")

    assert world.about(answer.body["query_id"], principal=elsewhere).status == 404


def test_another_banks_query_does_not_exist(world: ApiWorld) -> None:
    answer = world.ask()
    stranger = a_principal("underwriter", bank="south")

    assert world.about(answer.body["query_id"], "/document", stranger).status == 404


def test_a_withdrawn_consent_ends_the_use_of_what_was_obtained(world: ApiWorld) -> None:
    answer = world.ask()
    world.withdraw()

    refused = world.about(answer.body["query_id"], "/document")
    again = world.ask(request_id="req-2")

    assert (refused.status, refused.error["rule"]) == (403, "consent.withdrawn")
    assert (again.body["status"], again.body["reason"]) == ("refused", "consent.withdrawn")


def test_a_mistyped_withdrawal_fails_and_leaves_the_consent_alive(world: ApiWorld) -> None:
    refused = world.withdraw("con-11")

    assert (refused.status, refused.error["field"], refused.error["rule"]) == (
        404,
        "consent_id",
        "consent.unknown",
    )
    assert world.ask().body["status"] == "hit"


def test_only_a_data_steward_withdraws_over_the_api(world: ApiWorld) -> None:
    assert world.withdraw(principal=UNDERWRITER).status == 403


def test_a_consent_of_a_scope_that_no_query_could_use_is_refused(world: ApiWorld) -> None:
    refused = world.consent("con-8", scope="utility")

    assert (refused.status, refused.error["field"], refused.error["rule"]) == (
        422,
        "scope",
        "consent.scope",
    )


def test_a_consent_is_shown_without_its_subject(world: ApiWorld) -> None:
    shown = world.call("GET", "/consents/{consent_id}", AUDITOR, values={"consent_id": "con-1"})

    assert shown.body["status"] == "live"
    assert USCC not in json.dumps(shown.body)


def test_a_replay_gives_the_same_bytes_without_a_call(world: ApiWorld) -> None:
    answer = world.ask()
    world.calls.requests.clear()

    replayed = world.about(answer.body["query_id"], "/replay", AUDITOR)

    assert replayed.body["identical"] is True
    assert replayed.body["sha256"] == answer.body["document_sha256"]
    assert world.calls.requests == []


def test_only_auditors_and_risk_replay(world: ApiWorld) -> None:
    answer = world.ask()

    assert world.about(answer.body["query_id"], "/replay", STEWARD).status == 403
    assert world.about(answer.body["query_id"], "/replay", RISK).status == 200


def test_an_unsigned_callback_is_refused(world: ApiWorld) -> None:
    refused = world.call(
        "POST",
        "/callbacks/{bank_id}/{connector_id}",
        None,
        raw='{"job":"1"}',
        values={"bank_id": "north", "connector_id": "sbx-tax-returns"},
    )

    assert refused.status == 403
    assert refused.error["code"] == "callback_refused"


def test_a_question_with_a_date_of_birth_beside_it_is_refused(world: ApiWorld) -> None:
    refused = world.call("POST", "/queries", RISK, body=a_query_body() | {"born_on": "1980-01-01"})

    assert refused.status == 422
