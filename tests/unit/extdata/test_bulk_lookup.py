"""T30: a member of staff who looks up many people is stopped, alone, and somebody hears of it."""

from __future__ import annotations

import pytest

from extdata.domain.limit import Limits
from extdata.domain.permission import AccessRules, Permission
from tests.support.extdata import BANK, NOON
from tests.support.extdata_gateway import GatewayWorld

DAILY = 20
TRIES = 1_000


@pytest.fixture
def world() -> GatewayWorld:
    made = GatewayWorld()
    line = Permission(
        caller="role:underwriter", product="tax/1", purposes=frozenset({"loan_application"})
    )
    rules = AccessRules(
        permissions=(line,),
        caller_limits=(("role:underwriter", Limits(daily=DAILY)),),
        version=made.rulebook.get(BANK).version,
    )
    made.rulebook.save(BANK, rules, "risk-manager-1", NOON)
    return made


def look_up(world: GatewayWorld, person: str, number: int) -> str:
    query = world.ask(
        request_id=f"{person}-{number}",
        caller=person,
        callers=frozenset({"role:underwriter"}),
        max_age_days=0,
    )
    return query.reason or query.status


def test_a_thousand_look_ups_by_one_person_stop_at_the_quota(world: GatewayWorld) -> None:
    outcomes = [look_up(world, "underwriter-1", number) for number in range(TRIES)]

    assert outcomes.count("hit") == DAILY
    assert outcomes.count("limit.daily") == TRIES - DAILY
    assert len(world.calls.requests) == DAILY


def test_a_colleague_is_not_stopped_by_it(world: GatewayWorld) -> None:
    for number in range(DAILY + 1):
        look_up(world, "underwriter-1", number)

    assert look_up(world, "underwriter-2", 1) == "hit"


def test_four_fifths_of_the_quota_warn_once_and_every_stop_is_counted(
    world: GatewayWorld,
) -> None:
    for number in range(DAILY + 3):
        look_up(world, "underwriter-1", number)

    assert world.signals.warnings == [(BANK, "caller:underwriter-1", "daily")]
    assert dict(world.signals.stops) == {("caller:underwriter-1", "limit.daily"): 3}


def test_every_refusal_is_on_record_with_who_asked_and_why(world: GatewayWorld) -> None:
    for number in range(DAILY + 1):
        look_up(world, "underwriter-1", number)

    refused = [q for q in world.queries.of_day(BANK, world.today) if q.status == "refused"]

    assert [(q.caller, q.purpose, q.reason) for q in refused] == [
        ("underwriter-1", "loan_application", "limit.daily")
    ]
