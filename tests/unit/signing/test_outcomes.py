"""How a contract ends: delivered, late, void; and what is verified afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from puhui.contracts.signing import VerifyContract as VerifyCall
from signing.domain.contract import ContractStatus, Delivery
from signing.domain.errors import ContractNotValid
from signing.usecases.verify_contract import VerifyContract
from tests.support.signing import TERMS_SHA256, a_command
from tests.support.signing_fakes import LineValidator
from tests.support.signing_flow import Flow, a_sealed_flow


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
