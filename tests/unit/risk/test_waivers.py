"""Exceptions and snoozes: who must agree, whom they are for, when they are over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.clock import FixedBusinessCalendar, FixedClock
from puhui.errors import Forbidden
from puhui.tenancy import BankId
from risk.domain.approval import SamePerson
from risk.domain.errors import NotAtThisStage, WaiverRefused
from risk.domain.exceptions import Waiver, WaiverStatus
from risk.usecases.decide_waiver import DecideWaiver
from risk.usecases.find_waivers import FindWaivers
from risk.usecases.propose_waiver import ProposeWaiver, ProposeWaiverCommand
from risk.usecases.revoke_waiver import RevokeWaiver
from tests.support.api import a_principal
from tests.support.risk import PackagedForAll
from tests.support.risk_desk import NORTH, NOW, TODAY, a_waiver
from tests.support.risk_desk_fakes import InMemoryWaivers

CLOCK = FixedClock(NOW)
CALENDAR = FixedBusinessCalendar(TODAY)


def register(*waivers: Waiver) -> InMemoryWaivers:
    return InMemoryWaivers({(one.bank_id, one.waiver_id): one for one in waivers})


def waived(*waivers: Waiver, day: date = TODAY, application: str = "app-1") -> dict[str, str]:
    return dict(FindWaivers(register(*waivers))(NORTH, application, "cus-1", day))


def a_command(**changes: Any) -> ProposeWaiverCommand:
    fields: dict[str, Any] = {
        "bank_id": NORTH,
        "by": "maker",
        "key": "k1",
        "scope": "application",
        "scope_id": "app-1",
        "rule_code": "SALES_COLLAPSED",
        "reason": "搬迁停产，已核实",
        "expires_on": TODAY + timedelta(days=30),
    }
    return ProposeWaiverCommand(**fields | changes)


def a_propose(waivers: InMemoryWaivers) -> ProposeWaiver:
    return ProposeWaiver(waivers, PackagedForAll(), CLOCK, CALENDAR)


def test_an_approved_exception_waives_its_rule_for_its_application() -> None:
    assert waived(a_waiver()) == {"SALES_COLLAPSED": "wvr-1"}


def test_it_waives_nothing_for_another_application() -> None:
    assert waived(a_waiver(), application="app-2") == {}


def test_a_snooze_counts_for_everybody_of_the_bank() -> None:
    snooze = a_waiver(scope="bank", scope_id="north")

    assert waived(snooze, application="app-99") == {"SALES_COLLAPSED": "wvr-1"}


def test_another_banks_snooze_counts_for_nobody_here() -> None:
    snooze = a_waiver(bank_id=BankId("south"), scope="bank", scope_id="south")

    assert waived(snooze) == {}


def test_the_narrowest_waiver_is_the_one_that_is_named() -> None:
    snooze = a_waiver(waiver_id="wvr-bank", scope="bank", scope_id="north")
    customer = a_waiver(waiver_id="wvr-cus", scope="customer", scope_id="cus-1")

    assert waived(snooze, customer, a_waiver()) == {"SALES_COLLAPSED": "wvr-1"}


@given(st.sampled_from(WaiverStatus), st.integers(-40, 70))
def test_only_an_approved_waiver_counts_and_only_within_its_days(
    status: WaiverStatus, offset: int
) -> None:
    day = TODAY + timedelta(days=offset)
    waiver = a_waiver(status=status)

    inside = waiver.valid_from <= day <= waiver.expires_on
    assert bool(waived(waiver, day=day)) == (status is WaiverStatus.APPROVED and inside)


def test_whoever_proposed_a_waiver_does_not_approve_it() -> None:
    waivers = InMemoryWaivers()
    made = a_propose(waivers)(a_command())

    with pytest.raises(SamePerson):
        DecideWaiver(waivers, PackagedForAll(), CLOCK, CALENDAR)(
            a_principal("risk_manager", subject="maker"), made.waiver_id, approved=True
        )


def test_a_snooze_needs_more_than_an_approver() -> None:
    waivers = InMemoryWaivers()
    made = a_propose(waivers)(a_command(scope="bank", scope_id=None))
    decide = DecideWaiver(waivers, PackagedForAll(), CLOCK, CALENDAR)

    with pytest.raises(Forbidden):
        decide(a_principal("approver", subject="checker"), made.waiver_id, approved=True)
    approved = decide(a_principal("risk_manager", subject="checker"), made.waiver_id, approved=True)
    assert approved.status is WaiverStatus.APPROVED


def test_a_revoked_waiver_counts_no_more_and_is_revoked_once() -> None:
    waivers = register(a_waiver())
    revoke = RevokeWaiver(waivers, CLOCK)

    first, second = (revoke(NORTH, "wvr-1", by="anyone") for _ in range(2))

    assert first == second
    assert FindWaivers(waivers)(NORTH, "app-1", "cus-1", TODAY) == {}


def test_a_refused_waiver_is_not_approved_later() -> None:
    refused = a_waiver(status=WaiverStatus.PROPOSED).refuse("checker", NOW)

    with pytest.raises(NotAtThisStage):
        refused.approve("checker", NOW)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"expires_on": TODAY - timedelta(days=1)}, "waiver.expired"),
        ({"expires_on": TODAY + timedelta(days=91)}, "waiver.days"),
        ({"scope_id": None}, "waiver.scope"),
        ({"scope": "bank", "scope_id": "app-1"}, "waiver.scope"),
    ],
)
def test_a_waiver_without_bounds_is_refused_by_the_rule(changes: dict[str, Any], rule: str) -> None:
    with pytest.raises(WaiverRefused) as refused:
        a_propose(InMemoryWaivers())(a_command(**changes))

    assert refused.value.rule == rule


def test_a_proposal_sent_again_is_the_same_waiver() -> None:
    waivers = InMemoryWaivers()
    propose = a_propose(waivers)

    assert propose(a_command()) == propose(a_command())
    assert len(waivers.kept) == 1
