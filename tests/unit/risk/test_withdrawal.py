"""A policy's way out of force: two people, from a day on, and no day that is past changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.bodies import Body
from puhui.clock import FixedBusinessCalendar
from puhui.errors import PuhuiError, StaleVersion
from puhui.tenancy import BankId
from risk.domain.approval import Act, SamePerson
from risk.domain.errors import NotAtThisStage, PolicyNotReady, PolicyVersionNotFound
from risk.domain.policy_lifecycle import PolicyVersion, Stage
from risk.usecases.decide_withdrawal import DecideWithdrawal
from tests.support.risk import POLICIES
from tests.support.risk_desk import NOW, OWN, OWN_VERSION, TODAY, a_draft, published
from tests.support.withdrawal_desk import CLOCK, DAYS, ID, TOMORROW, Desk


def rule_of(error: type[PuhuiError], run: Callable[[], object]) -> tuple[str | None, str | None]:
    with pytest.raises(error) as raised:
        run()
    return raised.value.field, raised.value.rule


def test_one_person_alone_takes_nothing_out_of_force() -> None:
    desk = Desk()

    proposed = desk.propose()

    assert (proposed.stage, desk.in_force()) == (Stage.WITHDRAWAL_PROPOSED, OWN_VERSION)
    with pytest.raises(SamePerson):
        desk.decide(by="maker")


def test_approved_by_another_person_it_gives_way_to_the_packaged_policy_today() -> None:
    desk = Desk()
    desk.propose()

    withdrawn = desk.decide()

    assert (withdrawn.stage, withdrawn.withdrawn_from) == (Stage.WITHDRAWN, TODAY)
    assert desk.in_force() == POLICIES.in_force(TODAY).version


def test_it_gives_way_to_the_version_before() -> None:
    desk = Desk()
    older = published(TODAY, version="older", sha256="1" * 64)
    desk.keep(older, OWN.replace(OWN_VERSION.encode(), b"older"))
    desk.keep(published(TODAY + timedelta(days=2)), OWN)
    desk.propose(TODAY + timedelta(days=4))
    desk.decide()

    found = [desk.in_force(TODAY + timedelta(days=offset)) for offset in (1, 2, 3, 4)]

    assert found == ["older", OWN_VERSION, OWN_VERSION, "older"]


def test_a_decision_as_of_an_earlier_day_still_finds_the_policy_of_that_day() -> None:
    desk = Desk()
    desk.today = TODAY + timedelta(days=5)
    desk.propose(desk.today)

    desk.decide()

    assert desk.in_force(desk.today - timedelta(days=1)) == OWN_VERSION
    assert desk.in_force(desk.today) == POLICIES.in_force(desk.today).version


def test_the_policy_of_an_earlier_day_is_withdrawn_from_its_day_on_whoever_asks() -> None:
    desk = Desk()
    desk.propose(TOMORROW)
    proposed = desk.is_withdrawn(TODAY)
    desk.decide()

    decided = desk.is_withdrawn(TODAY)
    desk.today = TOMORROW

    assert (proposed, decided, desk.is_withdrawn(TODAY)) == (False, False, True)


def test_only_the_days_of_the_withdrawn_version_are_those_of_a_withdrawn_policy() -> None:
    desk = Desk(published(TODAY + timedelta(days=2)))
    older = published(version="older", sha256="1" * 64)
    desk.keep(older, OWN.replace(OWN_VERSION.encode(), b"older"))
    desk.propose(TODAY + timedelta(days=4))
    desk.decide()
    desk.today = TODAY + timedelta(days=5)

    found = [offset for offset in range(-1, 6) if desk.is_withdrawn(TODAY + timedelta(offset))]

    assert found == [2, 3]


def test_it_decides_until_the_day_before_its_withdrawal() -> None:
    desk = Desk()
    desk.propose(TODAY + timedelta(days=3))

    desk.decide()

    assert desk.deciding == [TODAY + timedelta(days=offset) for offset in range(3)]


def test_a_refused_withdrawal_leaves_everything_as_it_was() -> None:
    desk = Desk()
    desk.propose()

    refused = desk.decide(approved=False)

    assert (refused.stage, refused.withdrawn, desk.in_force()) == (
        Stage.PUBLISHED,
        None,
        OWN_VERSION,
    )
    assert refused.withdrawal is not None
    assert (refused.withdrawal.approved, refused.withdrawal.decided) == (False, Act("checker", NOW))


def test_a_refused_withdrawal_may_be_proposed_again() -> None:
    desk = Desk()
    desk.propose()
    desk.decide(approved=False)

    assert desk.propose().stage is Stage.WITHDRAWAL_PROPOSED


def test_nobody_takes_out_of_force_what_decided_yesterday() -> None:
    desk = Desk()

    assert rule_of(PolicyNotReady, lambda: desk.propose(TODAY - timedelta(days=1))) == (
        "withdrawn_from",
        "policy.withdrawn_past",
    )


def test_an_approval_that_comes_late_counts_from_its_own_day_on() -> None:
    desk = Desk()
    desk.propose(TODAY)
    desk.today = TOMORROW

    withdrawn = desk.decide()

    assert (withdrawn.withdrawn_from, desk.in_force(TODAY)) == (TOMORROW, OWN_VERSION)


def test_an_approved_withdrawal_is_brought_forward_by_two_people() -> None:
    desk = Desk()
    desk.propose(TODAY + timedelta(days=9))
    desk.decide()

    sooner = desk.propose(TODAY)
    withdrawn = desk.decide()

    assert (sooner.decides_on(TODAY), withdrawn.withdrawn_from) == (True, TODAY)


def test_a_refused_advance_leaves_the_approved_withdrawal_standing() -> None:
    desk = Desk()
    first = TODAY + timedelta(days=9)
    desk.propose(first)
    desk.decide()
    desk.propose(TODAY)

    refused = desk.decide(approved=False)

    assert (refused.stage, refused.withdrawn_from) == (Stage.WITHDRAWN, first)


def test_an_approved_withdrawal_is_never_put_off() -> None:
    desk = Desk()
    desk.propose(TOMORROW)
    desk.decide()

    assert rule_of(PolicyNotReady, lambda: desk.propose(TODAY + timedelta(days=9))) == (
        "withdrawn_from",
        "policy.withdrawn_before",
    )


@pytest.mark.parametrize("by", ["maker", "other"])
def test_while_one_proposal_waits_there_is_no_other(by: str) -> None:
    desk = Desk()
    desk.propose()

    with pytest.raises(NotAtThisStage):
        desk.propose(TOMORROW, by=by)


def test_only_a_published_version_is_withdrawn() -> None:
    with pytest.raises(NotAtThisStage):
        Desk(a_draft()).propose()


def test_what_nobody_proposed_is_not_approved() -> None:
    desk = Desk()

    for approved in (True, False):
        with pytest.raises(NotAtThisStage):
            desk.decide(approved=approved)


def test_steps_sent_again_change_nothing() -> None:
    desk = Desk()

    proposed, again = desk.propose(), desk.propose()
    withdrawn, twice = desk.decide(), desk.decide()

    assert (proposed, withdrawn) == (again, twice)
    assert desk.propose() == withdrawn


def test_a_late_approval_after_another_ones_refusal_is_refused() -> None:
    desk = Desk()
    desk.propose()
    desk.decide("second", approved=False)

    with pytest.raises(NotAtThisStage):
        desk.decide("third")


def test_two_decisions_at_once_are_one() -> None:
    desk = Desk()
    stale = desk.propose()
    desk.decide()

    with pytest.raises(StaleVersion):
        desk.versions.save(stale.refuse_withdrawal("second", NOW))


def test_another_bank_has_nothing_to_withdraw() -> None:
    desk = Desk()
    use_case = DecideWithdrawal(desk.versions, CLOCK, FixedBusinessCalendar(TODAY))

    with pytest.raises(PolicyVersionNotFound):
        use_case(BankId("south"), ID, OWN_VERSION, approved=True, by="checker")


def test_a_withdrawn_version_without_a_day_is_broken_and_decides_on_none() -> None:
    written = json.loads(Body(PolicyVersion).write(replace(published(), stage=Stage.WITHDRAWN)))
    for name in ("withdrawal", "withdrawn_from"):
        del written[name]

    read = Body(PolicyVersion).read(json.dumps(written))

    assert [day for day in DAYS if read.decides_on(day)] == []


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["propose", "approve", "refuse", "night"]),
        st.sampled_from(["a", "b", "c"]),
        st.integers(-2, 8),
    ),
    max_size=14,
)


@given(STEPS)
def test_whatever_people_try_no_past_day_changes_and_no_single_person_changes_any(
    steps: list[tuple[str, str, int]],
) -> None:
    desk = Desk()
    for what, who, offset in steps:
        before, deciding = desk.kept, desk.deciding
        try:
            if what == "propose":
                desk.propose(desk.today + timedelta(days=offset), by=who)
            elif what == "night":
                desk.today += timedelta(days=1)
            else:
                desk.decide(who, approved=what == "approve")
        except (NotAtThisStage, PolicyNotReady, SamePerson):
            assert desk.kept == before
        changed = set(deciding) ^ set(desk.deciding)
        assert all(day >= desk.today for day in changed)
        assert not (set(desk.deciding) - set(deciding))
        if changed:
            assert (what, before.withdrawal and before.withdrawal.proposed.by != who) == (
                "approve",
                True,
            )
