"""Whatever dies and whatever comes twice, a contract has one sealed document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from puhui.errors import StaleVersion
from signing.domain.contract import ContractStatus
from signing.domain.errors import ContractNotValid, KeyDestroyed
from tests.support.signing import a_command
from tests.support.signing_flow import Crash, Flow, Fuse


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


def test_the_borrower_key_is_destroyed_even_when_signing_fails() -> None:
    calls = _calls_to_seal()
    for at in range(1, calls + 1):
        flow = Flow(Fuse(at))
        _until_done(flow)
        for identity in flow.certificates.issued:
            with pytest.raises(KeyDestroyed):
                _ = identity.key_der


def a_flow_that_died_after_the_vault() -> Flow:
    """The PDF is kept, the row does not know it yet."""
    flow = Flow()
    flow.prepare()
    flow.request()
    keep = flow.vault.keep

    def keep_and_die(key: str, content: bytes) -> object:
        keep(key, content)
        raise Crash

    flow.vault.keep = keep_and_die  # type: ignore[assignment,method-assign]
    with pytest.raises(Crash):
        flow.sign()
    flow.vault.keep = keep  # type: ignore[method-assign]
    return flow


def test_after_a_crash_the_kept_document_is_taken_and_nothing_is_signed_again() -> None:
    flow = a_flow_that_died_after_the_vault()

    flow.sign()

    assert flow.contract.status is ContractStatus.SEALED
    assert len(flow.certificates.issued) == 1


def test_a_document_kept_for_a_void_issue_never_becomes_the_next_one() -> None:
    flow = a_flow_that_died_after_the_vault()
    flow.void()
    flow.later(hours=1)
    flow.prepare(a_command(task_token="token-2"), flow.clock.now() + timedelta(seconds=1))
    flow.later(minutes=1)
    flow.request()

    flow.sign()

    assert flow.contract.status is ContractStatus.SEALED
    assert len(flow.vault.objects) == 2


def test_something_else_in_the_vault_is_never_sealed() -> None:
    flow = Flow()
    flow.prepare()
    flow.request()
    flow.vault.keep(flow.contract.sealed_key, b"something else")

    with pytest.raises(ContractNotValid):
        flow.sign()

    assert flow.contract.status is ContractStatus.SIGNING
