"""Signing and refusing: once each, by the borrower, with a key that dies."""

from __future__ import annotations

import pytest

from signing.domain.contract import ContractStatus
from signing.domain.errors import ContractNotOpen, KeyDestroyed
from tests.support.signing_flow import Flow, a_sealed_flow


def test_a_sealed_contract_is_announced_and_its_outcome_is_due() -> None:
    flow = a_sealed_flow()

    assert flow.contract.status is ContractStatus.SEALED
    assert flow.store.names() == [
        "ContractPrepared",
        "SignatureRequested",
        "ContractSealed",
        "OutcomeDecided",
    ]


def test_asking_twice_to_sign_sends_one_piece_of_work() -> None:
    flow = Flow()
    flow.prepare()

    flow.request()
    flow.request()

    assert flow.store.names().count("SignatureRequested") == 1


def test_asking_again_after_a_while_sends_the_work_again() -> None:
    flow = Flow()
    flow.prepare()
    flow.request()
    flow.later(minutes=3)

    flow.request()

    assert flow.store.names().count("SignatureRequested") == 2


def test_signing_a_second_time_changes_nothing() -> None:
    flow = a_sealed_flow()
    before = flow.contract

    assert flow.sign() == before
    assert len(flow.certificates.issued) == 1


def test_a_borrower_may_ask_again_after_the_seal() -> None:
    flow = a_sealed_flow()

    assert flow.request().status is ContractStatus.SEALED


def test_the_borrower_key_is_destroyed_after_its_one_use() -> None:
    flow = a_sealed_flow()

    with pytest.raises(KeyDestroyed):
        _ = flow.certificates.issued[0].key_der


def test_the_certificate_names_the_person_and_hides_the_id_number() -> None:
    flow = a_sealed_flow()
    order = flow.certificates.orders[0]

    assert order.subject.common_name == "测试人"
    assert order.subject.organisation == "合成测试商贸有限公司"
    assert "11010519491231002X" not in str(order)
    assert order.scene_digest is not None


def test_a_refusal_reaches_the_workflow() -> None:
    flow = Flow()
    flow.prepare()

    flow.refuse()
    flow.deliver()

    assert flow.workflow.answers["token-1"]["outcome"] == "refused"


def test_after_a_refusal_nobody_can_sign() -> None:
    flow = Flow()
    flow.prepare()
    flow.refuse()

    with pytest.raises(ContractNotOpen):
        flow.request()
