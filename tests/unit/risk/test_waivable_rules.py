"""Which rules may be waived: those that a policy names, no hard one, and never missing data."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from puhui.clock import FixedBusinessCalendar, FixedClock
from puhui.tenancy import BankId
from risk.domain.decision import Decision
from risk.domain.errors import WaiverRefused
from risk.domain.exceptions import WaiverStatus, check_waivable
from risk.domain.indicators.library import DEFINITIONS
from risk.domain.inputs import DERIVED, TOLD
from risk.domain.policy import Policy
from risk.domain.policy.document import read_policy
from risk.domain.policy.lint import lint_policy
from risk.domain.policy.waivable import NEVER, waivable_codes, why_never
from risk.usecases.decide_waiver import DecideWaiver
from risk.usecases.propose_waiver import ProposeWaiver
from tests.support.api import a_principal
from tests.support.risk import (
    POLICIES,
    a_decide,
    a_document,
    a_healthy_firm,
    a_reference,
    a_request,
)
from tests.support.risk_desk import NORTH, NOW, PACKAGED, TODAY, a_waiver
from tests.support.risk_desk_fakes import InMemoryWaivers
from tests.support.risk_policies import DRAFT
from tests.unit.risk.test_waivers import a_command

POLICY = POLICIES.in_force(TODAY)
DRAFTED = read_policy(DRAFT.read_bytes())
CLOCK, CALENDAR = FixedClock(NOW), FixedBusinessCalendar(TODAY)
WAIVABLE = {
    "FIRM_TOO_YOUNG",
    "HISTORY_TOO_SHORT",
    "SALES_PAUSED",
    "ZERO_MONTHS",
    "VOID_RATE",
    "RED_RATE",
    "TOP_BUYER",
    "SALES_COLLAPSED",
}
MISSING = {"INVOICES_ABSENT", "SALES_WINDOW_ABSENT"}
LISTED = {"BLACK_LISTED", "GREY_LISTED"}
COMPUTED = {
    "CAPACITY_BELOW_MINIMUM",
    "LIMIT_BELOW_MINIMUM",
    "SCORE_TOO_LOW",
    "SCORE_MIDDLE",
    "PRICE_NOT_COVERING",
}
UNNAMED = {"TERM_TOO_LONG", "SALES_STOPPED", "ZERO_MONTHS_MANY", "VOID_RATE_EXTREME"}
ONE_BUYER = a_document(
    [row | {"counterparty": "B1"} for row in a_healthy_firm() if row["direction"] == "out"]
)


@dataclass(frozen=True)
class OnePolicy:
    """`risk.policy_ports.BankPolicies` of a bank with this policy."""

    policy: Policy

    def in_force(self, bank_id: BankId, day: date) -> Policy:
        return self.policy

    def shadow(self, bank_id: BankId, day: date) -> Policy | None:
        return None


def refused(code: str, policy: Policy = POLICY) -> tuple[str | None, str | None]:
    waivers = InMemoryWaivers()
    with pytest.raises(WaiverRefused) as error:
        ProposeWaiver(waivers, OnePolicy(policy), CLOCK, CALENDAR)(a_command(rule_code=code))
    assert waivers.kept == {}
    return error.value.field, error.value.rule


def test_the_packaged_policy_says_of_every_rule_whether_it_may_be_waived() -> None:
    assert waivable_codes(POLICY) == WAIVABLE
    assert {one.code for one in POLICY.rules} == WAIVABLE | MISSING | LISTED | COMPUTED | UNNAMED
    assert {one.effect for one in POLICY.rules if one.code in WAIVABLE} == {"refer"}


@pytest.mark.parametrize("code", sorted(WAIVABLE))
def test_a_rule_that_the_policy_names_may_be_waived(code: str) -> None:
    propose = ProposeWaiver(InMemoryWaivers(), OnePolicy(POLICY), CLOCK, CALENDAR)

    assert propose(a_command(rule_code=code)).rule_code == code


@pytest.mark.parametrize("code", sorted(MISSING | LISTED | COMPUTED))
def test_missing_data_lists_and_what_the_flow_computes_are_never_waived(code: str) -> None:
    assert refused(code) == ("rule_code", "waiver.rule_never")


@pytest.mark.parametrize("code", ["ENT_DISHONEST", "OWNER_DISHONEST", "SERIOUS_ILLEGAL"])
def test_court_enforcement_and_serious_offences_are_never_waived(code: str) -> None:
    assert refused(code, DRAFTED) == ("rule_code", "waiver.rule_never")


@pytest.mark.parametrize("code", sorted(UNNAMED))
def test_what_the_policy_does_not_name_is_not_waived(code: str) -> None:
    assert refused(code) == ("rule_code", "waiver.rule_not_waivable")


@pytest.mark.parametrize("code", ["SALES_DROP", "CONSENT_MISSING", "ANSWER_INCOMPLETE"])
def test_a_code_that_no_rule_has_is_refused(code: str) -> None:
    assert refused(code) == ("rule_code", "waiver.rule_unknown")


def test_a_hard_rule_that_a_policy_names_all_the_same_is_not_waived() -> None:
    every = replace(POLICY, waivable=frozenset(one.code for one in POLICY.rules))

    assert waivable_codes(every) == WAIVABLE | UNNAMED


@pytest.mark.parametrize("prefix", sorted(NEVER))
def test_every_hard_prefix_is_one_of_inputs_that_exist(prefix: str) -> None:
    assert any(name.startswith(prefix) for name in (*DEFINITIONS, *DERIVED, *TOLD))


def test_what_was_proposed_under_another_policy_is_checked_again_when_it_is_approved() -> None:
    waiver = a_waiver(status=WaiverStatus.PROPOSED, decided=None, rule_code="TOP_BUYER")
    waivers = InMemoryWaivers({(NORTH, "wvr-1"): waiver})
    decide = DecideWaiver(
        waivers, OnePolicy(replace(POLICY, waivable=frozenset())), CLOCK, CALENDAR
    )
    checker = a_principal("risk_manager", subject="checker")

    with pytest.raises(WaiverRefused):
        decide(checker, "wvr-1", approved=True)

    assert waivers.get(NORTH, "wvr-1") == waiver
    assert decide(checker, "wvr-1", approved=False).status is WaiverStatus.REFUSED


def test_a_policy_that_does_not_say_lets_nothing_be_waived() -> None:
    document = json.loads(PACKAGED)
    del document["waivable"]

    silent = read_policy(json.dumps(document, ensure_ascii=False).encode())

    assert waivable_codes(silent) == frozenset()
    assert refused("TOP_BUYER", silent) == ("rule_code", "waiver.rule_not_waivable")


def decided(waivers: dict[str, str], body: bytes = ONE_BUYER, **changes: Any) -> Decision:
    reference = a_reference(body)
    decide = replace(a_decide({reference.key or "": body}), waivers=lambda *_: waivers)
    return decide(a_request([reference], **changes))


def given(decision: Decision) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(decision.record)["given"]
    return found


def test_a_waived_rule_that_is_known_to_hold_does_not_count() -> None:
    decision = decided({"TOP_BUYER": "wvr-1"})

    assert decision.result.verdict == "approve"
    assert (given(decision)["waivers"], given(decision)["waivers_refused"]) == (
        {"TOP_BUYER": "wvr-1"},
        {},
    )


def test_a_waived_rule_that_fired_for_lack_of_data_counts() -> None:
    decision = decided({"TOP_BUYER": "wvr-1", "FIRM_TOO_YOUNG": "wvr-2"}, established_on=None)

    assert decision.result.verdict == "refer"
    assert [one.code for one in decision.result.reasons] == ["FIRM_TOO_YOUNG"]


def test_an_approved_waiver_of_a_hard_rule_does_not_count_and_the_record_says_so() -> None:
    decision = decided({"INVOICES_ABSENT": "wvr-1", "SALES_DROP": "wvr-2"}, a_document([]))

    assert decision.result.verdict == "decline"
    assert (given(decision)["waivers"], given(decision)["waivers_refused"]) == (
        {},
        {"INVOICES_ABSENT": "wvr-1", "SALES_DROP": "wvr-2"},
    )


def test_a_rule_that_compares_with_what_the_flow_computes_is_never_waived() -> None:
    """A cap is worse where data is missing, and does not say so."""
    document = json.loads(DRAFT.read_bytes())
    table = document["tables"]["outcome"]
    column = {"id": "cx", "name": "申请金额", "field": "request.amount_fen", "unit": "fen"}
    table["inputs"].append(column)
    row = {"_id": "over_cap", "cx": "> thin.limit_cap_fen", "code": '"OVER_CAP"'}
    table["rules"].append({**table["rules"][-1], **dict.fromkeys(_cells(table), ""), **row})
    document["waivable"].append("OVER_CAP")
    body = json.dumps(document, ensure_ascii=False).encode()

    found = [one.code for one in lint_policy(body) if one.path == "policy.waivable"]

    assert found == ["WAIVABLE_NEVER"]
    assert "OVER_CAP" not in waivable_codes(read_policy(body))


def _cells(table: dict[str, Any]) -> list[str]:
    return [one["id"] for one in table["inputs"]]


@pytest.mark.parametrize("rule", POLICY.rules, ids=lambda rule: rule.code)
def test_the_two_ways_to_ask_agree(rule: Any) -> None:
    """What is refused at a proposal is what does not count in a decision."""
    try:
        check_waivable(POLICY, rule.code)
    except WaiverRefused:
        assert rule.code not in waivable_codes(POLICY)
    else:
        assert rule.code in waivable_codes(POLICY)
        assert why_never(POLICY, rule) is None
