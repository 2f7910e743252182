"""What other modules call: `query` and `keep_consent`, with everything personal sealed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from extdata.handlers import keep_consent, query
from puhui.contracts.extdata import ConsentKept, ExternalDataAnswer
from puhui.data_keys import SealBroken
from puhui.sealing import Sealer
from tests.component.extdata.api_world import (
    RISK,
    USCC,
    ApiWorld,
    an_access_body,
    api_world,
)

PARTY = {
    "kind": "firm",
    "name": "北方示例商贸有限公司",
    "uscc": USCC,
    "legal_person_name": "示例",
    "legal_person_id": "11010519491231002X",
    "phone": "13800138000",
    "address": "安徽省合肥市蜀山区示例路一号",
    "region_code": "340104",
    "payout_account": "6217000000000000001",
}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiWorld]:
    with api_world(monkeypatch) as made:
        made.set_up()
        line = {"caller": "factory", "product": "tax/1", "purposes": ["loan_application"]}
        made.call("PUT", "/access", RISK, body=an_access_body(permissions=[line]))
        yield made


def seal(content: dict[str, Any], belongs_to: str, bank: str = "north") -> str:
    sealer = Sealer(boto3.client("kms"), os.environ["EXCHANGE_KEY_ARN"])
    return sealer.seal(content, {"bank_id": bank, "application_id": belongs_to})


def a_call(**changes: Any) -> dict[str, Any]:
    return {
        "bank_id": "north",
        "request_id": "app-1-1-tax-1",
        "application_id": "app-1",
        "branch_id": "br-1",
        "product": "tax/1",
        "purpose": "loan_application",
        "consent_ids": ["con-none", "con-1"],
        "party_sealed": seal(PARTY, "app-1"),
        "region_code": "340104",
        "correlation_id": "app-1",
    } | changes


def a_consent_call(consent_id: str = "con-9", **changes: Any) -> dict[str, Any]:
    return {
        "bank_id": "north",
        "consent_id": consent_id,
        "scope": "tax_invoice",
        "subject_sealed": seal({"uscc": USCC, "id_number": None}, consent_id),
        "purposes": ["loan_application"],
        "granted_on": "2026-01-01",
        "expires_on": "2027-01-01",
        "evidence_sha256": "e" * 64,
    } | changes


def ask(**changes: Any) -> ExternalDataAnswer:
    return ExternalDataAnswer.model_validate(query.handler(a_call(**changes), None))


def test_the_factory_gets_a_fact_that_risk_can_read(world: ApiWorld) -> None:
    answer = ask()

    assert (answer.status, answer.fact.state, answer.cost_fen) == ("hit", "ok", 80)
    stored = boto3.client("s3").get_object(Bucket=answer.fact.bucket, Key=answer.fact.key)
    assert len(stored["Body"].read()) == answer.fact.size_bytes


def test_the_consent_of_the_products_scope_is_picked(world: ApiWorld) -> None:
    world.consent("con-bureau", scope="credit_bureau")

    assert ask(consent_ids=["con-bureau", "con-1"]).status == "hit"


def test_without_any_consent_the_fact_is_not_consented(world: ApiWorld) -> None:
    answer = ask(consent_ids=[])

    assert (answer.status, answer.reason) == ("refused", "consent.unknown")
    assert answer.fact.state == "not_consented"
    assert world.calls.requests == []


def test_a_firm_that_the_provider_does_not_know_is_a_missing_fact(world: ApiWorld) -> None:
    answer = ask(party_sealed=seal(PARTY | {"name": "查无此户"}, "app-1"))

    assert (answer.status, answer.fact.state) == ("miss", "missing")


def test_the_same_call_again_gets_the_same_answer_and_no_second_call(world: ApiWorld) -> None:
    first = ask()

    assert ask() == first
    assert len(world.calls.requests) == 1


def test_a_party_sealed_for_another_application_is_not_opened(world: ApiWorld) -> None:
    with pytest.raises(SealBroken):
        ask(party_sealed=seal(PARTY, "app-2"))


def test_a_consent_told_by_intake_is_usable_at_once(world: ApiWorld) -> None:
    kept = ConsentKept.model_validate(keep_consent.handler(a_consent_call(), None))

    assert kept.live
    assert ask(consent_ids=["con-9"]).status == "hit"


def test_a_withdrawal_told_by_intake_works_at_once(world: ApiWorld) -> None:
    keep_consent.handler(a_consent_call(), None)
    ask(consent_ids=["con-9"])

    ended = ConsentKept.model_validate(keep_consent.handler(a_consent_call(withdrawn=True), None))

    assert not ended.live
    again = ask(consent_ids=["con-9"], request_id="app-2")
    assert (again.status, again.reason) == ("refused", "consent.withdrawn")


def test_nobody_is_named_in_any_log_line(
    world: ApiWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    ask()
    keep_consent.handler(a_consent_call(), None)

    logged = capsys.readouterr().out

    assert not [value for value in PARTY.values() if len(value) > 4 and value in logged]
