"""Who can do what with a contract that waits: the borrower, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.api import a_customer, a_principal
from tests.support.signing_world import World, signing_world


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One deployment for all tests here: none of them changes what waits."""
    with pytest.MonkeyPatch.context() as monkeypatch, signing_world(monkeypatch) as deployed:
        deployed.prepare(deployed.command())
        yield deployed


@pytest.mark.parametrize(
    "who",
    [
        a_principal(role, subject="staff", customer_id="cus-1", branch="b1")
        for role in (
            "relationship_manager",
            "approver",
            "underwriter",
            "risk_manager",
            "data_steward",
            "operator",
            "collector",
            "finance",
            "auditor",
            "admin",
        )
    ],
    ids=lambda who: next(iter(who.roles)),
)
@pytest.mark.parametrize("act", ["signature", "refusal"])
def test_no_member_of_staff_can_sign_or_refuse(world: World, who: object, act: str) -> None:
    contract = world.contract()
    body = {"document_sha256": contract["document_sha256"], "cost_disclosure_read": True}

    answer = world.api(
        "POST",
        f"/contracts/{{contract_id}}/{act}",
        who=who,  # type: ignore[arg-type]
        body=body if act == "signature" else None,
        contract_id=contract["contract_id"],
    )

    assert answer.status == 403
    assert world.contract()["status"] == "awaiting_signature"


@pytest.mark.parametrize("who", [a_customer("cus-2"), a_customer("cus-1", bank="south")])
@pytest.mark.parametrize(
    ("method", "resource"),
    [
        ("GET", "/contracts/{contract_id}"),
        ("GET", "/contracts/{contract_id}/document"),
        ("POST", "/contracts/{contract_id}/signature"),
        ("POST", "/contracts/{contract_id}/refusal"),
    ],
)
def test_a_stranger_does_not_learn_that_a_contract_exists(
    world: World, who: object, method: str, resource: str
) -> None:
    contract = world.contract()
    body = {"document_sha256": contract["document_sha256"], "cost_disclosure_read": True}

    answer = world.api(
        method,
        resource,
        who=who,  # type: ignore[arg-type]
        body=body if resource.endswith("signature") else None,
        contract_id=contract["contract_id"],
    )

    assert answer.status == 404


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"cost_disclosure_read": False}, 422),
        ({"document_sha256": "0" * 64}, 409),
        ({"document_sha256": "short"}, 422),
        ({"signed_by": "me"}, 422),
    ],
)
def test_a_signature_without_reading_or_about_something_else_is_refused(
    world: World, changes: dict[str, object], status: int
) -> None:

    assert world.request_signature(**changes).status == status
    assert world.contract()["status"] == "awaiting_signature"
