"""What a decision asks of lists, waivers and own policies, all of it plugged in on the table."""

from __future__ import annotations

import os
from typing import Any

import boto3
import pytest

from puhui.contracts.risk import DecisionRequest
from puhui.sealed_parties import SealedParties
from puhui.sealing import Sealer
from risk.decision_parts import DecisionParts, decision_parts
from risk.desk_wiring import desk
from risk.domain.indicators.values import State
from risk.policies_wiring import policy_desk
from risk.usecases.propose_list_entry import ProposeListEntryCommand
from tests.support.api import a_principal
from tests.support.risk import AS_OF, POLICIES, a_request
from tests.support.risk_desk import (
    FIRM_CODE,
    NORTH,
    OWN,
    PARTY,
    PERSON_CODE,
    an_answer,
    published,
)
from tests.unit.risk.test_waivers import a_command

CHECKER = a_principal("risk_manager", subject="checker")


@pytest.fixture
def parts(risk_account: None) -> DecisionParts:
    return decision_parts(POLICIES)


def sealed(application_id: str = "app-1", *, asked: str = "app-1") -> DecisionRequest:
    """A question with the party that the factory sealed for an application."""
    parties = SealedParties(Sealer(boto3.client("kms"), os.environ["EXCHANGE_KEY_ARN"]))
    party_sealed = parties.seal(PARTY, NORTH, application_id)
    return a_request(application_id=asked, party_sealed=party_sealed)


def listed(**changes: Any) -> str:
    """An entry that two people brought onto a list."""
    fields: dict[str, Any] = {
        "bank_id": NORTH,
        "by": "maker",
        "key": "k1",
        "list": "black",
        "kind": "firm",
        "name": "改名前的公司",
        "code": FIRM_CODE,
        "source": "法院公告",
        "reason": "失信被执行",
        "expires_on": None,
    }
    entry = desk().propose_entry(ProposeListEntryCommand(**fields | changes))
    desk().decide_entry(NORTH, entry.entry_id, approved=True, by="checker")
    return entry.entry_id


def test_the_party_that_the_factory_sealed_is_found_by_its_code(parts: DecisionParts) -> None:
    entry_id = listed()

    found = parts.name_lists(sealed(), "dec-1")

    assert [(hit.entry_id, hit.match, hit.counts_as) for hit in found.hits] == [
        (entry_id, "code", "black")
    ]


def test_the_legal_person_is_looked_for_too(parts: DecisionParts) -> None:
    listed(list="grey", kind="person", name="王小明", code=PERSON_CODE)

    assert [hit.counts_as for hit in parts.name_lists(sealed(), "dec-1").hits] == ["grey"]


def test_a_seal_of_another_application_is_nobody(parts: DecisionParts) -> None:
    listed()

    found = parts.name_lists(sealed("app-2", asked="app-1"), "dec-1")

    assert (found.state, found.hits) == (State.MISSING, ())


def test_without_a_party_the_lists_are_missing(parts: DecisionParts) -> None:
    assert parts.name_lists(a_request(), "dec-1").state is State.MISSING


def test_an_approved_exception_waives_its_rule(parts: DecisionParts) -> None:
    waiver = desk().propose_waiver(a_command())
    desk().decide_waiver(CHECKER, waiver.waiver_id, approved=True)

    found = parts.waivers(NORTH, "app-1", "cus-1", AS_OF)

    assert dict(found) == {"SALES_COLLAPSED": waiver.waiver_id}


def test_the_banks_own_policy_decides_and_its_shadow_is_compared(parts: DecisionParts) -> None:
    office = policy_desk()
    own = office.versions.add(published(AS_OF), OWN)
    name = (own.policy_id, own.version)
    office.start_shadow(NORTH, *name, "checker")

    live = parts.policies.in_force(NORTH, AS_OF)
    parts.run_shadow(NORTH, "dec-1", AS_OF, an_answer(), lambda policy: an_answer(fired=("X",)))

    report = office.shadow_report(NORTH, *name)
    assert (live.sha256, report.compared, [one.code for one in report.codes]) == (
        own.sha256,
        1,
        ["X"],
    )


def test_the_sealed_party_tells_its_relations(parts: DecisionParts) -> None:
    found = parts.relations(sealed(), "dec-1", ())

    assert found is not None
    assert sorted({kind for _, _, kind, _, _ in found["edges"]}) == [
        "address",
        "legal_person",
        "payee",
        "phone",
    ]


def test_a_seal_of_another_application_tells_nothing(parts: DecisionParts) -> None:
    assert parts.relations(sealed("app-2"), "dec-1", ()) is None
