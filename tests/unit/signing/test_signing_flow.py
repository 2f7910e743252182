"""Signing's use cases together: duplicates, late tokens, refusals, voids, and every crash."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.contracts.signing import VerifyContract as VerifyCall
from puhui.errors import StaleVersion
from signing.domain.contract import ContractStatus, Delivery
from signing.domain.errors import ContractNotOpen, ContractNotValid, KeyDestroyed
from signing.usecases.verify_contract import VerifyContract
from tests.support.signing import (
    NOON,
    TERMS_SHA256,
    a_command,
    some_terms,
)
from tests.support.signing_fakes import LineValidator
from tests.support.signing_flow import Crash, Flow, Fuse


def later(seconds: int) -> dict[str, object]:
    return {"sent_at": NOON + timedelta(seconds=seconds)}


def a_sealed_flow(fuse: Fuse | None = None) -> Flow:
    flow = Flow(fuse)
    flow.prepare()
    flow.request()
    flow.sign()
    return flow


# ── preparing ───────────────────────────────────────────────────────────────────────────────


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


# ── signing and refusing ────────────────────────────────────────────────────────────────────


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


def test_the_borrower_key_is_destroyed_even_when_signing_fails() -> None:
    calls = _calls_to_seal()
    for at in range(1, calls + 1):
        flow = Flow(Fuse(at))
        _until_done(flow)
        for identity in flow.certificates.issued:
            with pytest.raises(KeyDestroyed):
                _ = identity.key_der


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


# ── outcomes and ends ───────────────────────────────────────────────────────────────────────


def test_an_outcome_nobody_waits_for_is_a_named_end() -> None:
    flow = a_sealed_flow()
    flow.workflow.waiting.clear()

    assert flow.deliver() == Delivery.NO_LONGER_AWAITED.value
    assert flow.deliver() == Delivery.NO_LONGER_AWAITED.value


def test_an_outcome_is_delivered_once() -> None:
    flow = a_sealed_flow()

    assert [flow.deliver(), flow.deliver()] == ["delivered", "delivered"]


def test_a_closed_application_voids_the_contract_that_waits() -> None:
    flow = Flow()
    flow.prepare()

    assert [flow.void(), flow.void()] == ["void", "void"]
    assert flow.sign().status is ContractStatus.VOID


def test_a_contract_that_became_void_while_it_was_signed_is_never_sealed() -> None:
    flow = Flow()
    flow.prepare()
    flow.request()

    flow.void()

    assert flow.sign().status is ContractStatus.VOID
    assert "ContractSealed" not in flow.store.names()


def test_a_sealed_contract_survives_the_end_of_its_application() -> None:
    flow = a_sealed_flow()

    assert flow.void() == "sealed"


def test_closing_an_application_without_contract_is_nothing() -> None:
    assert Flow().void() == "none"


def test_a_void_contract_is_issued_anew_and_sealed_on_its_own() -> None:
    flow = Flow()
    flow.prepare()
    flow.request()
    flow.void()
    flow.later(hours=1)

    flow.prepare(a_command(task_token="token-2"), flow.clock.now() + timedelta(seconds=1))
    flow.workflow.waiting.add("token-2")
    flow.later(minutes=1)
    flow.request()
    flow.sign()
    flow.deliver()

    assert flow.contract.issue == 2
    assert list(flow.workflow.answers) == ["token-2"]


# ── every crash ─────────────────────────────────────────────────────────────────────────────


def _steps(flow: Flow) -> list[Callable[[], object]]:
    return [flow.prepare, flow.request, flow.sign, flow.deliver]


def _until_done(flow: Flow) -> None:
    """Deliver each step until it succeeds, as queues do, and then once more."""
    for step in _steps(flow):
        for _ in range(2):
            for _attempt in range(4):
                try:
                    step()
                    break
                except (Crash, StaleVersion):
                    continue


def _calls_to_seal() -> int:
    fuse = Fuse()
    _until_done(Flow(fuse))
    return fuse.calls


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_whatever_call_dies_there_is_one_sealed_document(after: bool) -> None:
    calls = _calls_to_seal()
    assert calls > 15

    for at in range(1, calls + 1):
        flow = Flow(Fuse(at, after=after))
        _until_done(flow)

        contract = flow.contract
        answer = flow.workflow.answers["token-1"]
        sealed = [event for event in flow.store.events if event.name == "ContractSealed"]
        assert contract.status is ContractStatus.SEALED, at
        assert contract.seal is not None
        assert len(flow.vault.objects) == 1, at
        assert answer["document_sha256"] == contract.seal.document.sha256, at
        assert {event.document_sha256 for event in sealed} == {  # type: ignore[attr-defined]
            contract.seal.document.sha256
        }, at


def test_two_workers_at_once_seal_the_same_document() -> None:
    flow = Flow()
    flow.prepare()
    flow.request()
    rival = flow.sign
    keep = flow.vault.keep

    def keep_after_the_rival(key: str, content: bytes) -> object:
        flow.vault.keep = keep  # type: ignore[method-assign]
        rival()
        return keep(key, content)

    flow.vault.keep = keep_after_the_rival  # type: ignore[assignment,method-assign]
    with pytest.raises(StaleVersion):
        flow.sign()

    assert len(flow.certificates.issued) == 2
    assert len(flow.vault.objects) == 1
    assert flow.sign().seal == flow.contract.seal


# ── verification ────────────────────────────────────────────────────────────────────────────


def verify(flow: Flow, **changes: str) -> tuple[str, ...]:
    seal = flow.contract.seal
    call = {
        "bank_id": "north",
        "correlation_id": "app-1",
        "application_id": "app-1",
        "contract_id": flow.contract.contract_id,
        "document_sha256": seal.document.sha256 if seal else "0" * 64,
        "terms_sha256": TERMS_SHA256,
        **changes,
    }
    usecase = VerifyContract(flow.store, flow.vault, LineValidator())
    return usecase(VerifyCall.model_validate(call)).signatures


def test_a_sealed_contract_verifies_with_both_signatures() -> None:
    assert verify(a_sealed_flow()) == ("借款人", "贷款人")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"terms_sha256": "0" * 64}, "contract.terms"),
        ({"document_sha256": "0" * 64}, "contract.sha256"),
        ({"application_id": "app-2"}, "contract.application"),
        ({"contract_id": "ctr-other"}, "contract.exists"),
        ({"bank_id": "south"}, "contract.exists"),
    ],
)
def test_a_contract_of_something_else_is_not_valid(changes: dict[str, str], rule: str) -> None:
    with pytest.raises(ContractNotValid) as refused:
        verify(a_sealed_flow(), **changes)

    assert refused.value.rule == rule


def test_an_unsigned_contract_is_not_valid() -> None:
    flow = Flow()
    flow.prepare()

    with pytest.raises(ContractNotValid) as refused:
        verify(flow)

    assert refused.value.rule == "contract.sealed"


def test_a_sealed_contract_that_is_gone_is_not_valid() -> None:
    flow = a_sealed_flow()
    flow.vault.objects.clear()

    with pytest.raises(ContractNotValid) as refused:
        verify(flow)

    assert refused.value.rule == "contract.kept"
