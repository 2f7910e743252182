"""What every keeper of classifications promises: in memory and on DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from infra.simulation.in_memory_classifications import InMemoryClassifications
from puhui.clock import FixedClock
from puhui.dynamodb import bind_table
from servicing.adapters.classification_rows import CLASSIFICATION_ROWS
from servicing.adapters.commit import Committer
from servicing.adapters.dynamo_classifications import DynamoClassifications
from servicing.adapters.rows import ServicingOutboxRow
from servicing.classification_ports import Classifications
from servicing.domain.classification.classification import Classification, State
from servicing.domain.classification.errors import ClassificationChanged, ClassificationNotFound
from servicing.domain.classification.standing import Standing, first_standing
from servicing.domain.classification.tiers import Tier
from tests.support.classification import AT, DAY, RULES, a_debtor_loan, a_proposal, act, some_facts
from tests.support.servicing import NORTH, SOUTH, TABLE, table_world


@dataclass
class World:
    """The store, and its outbox."""

    kept: Classifications
    outbox: Any

    def told(self) -> Sequence[str]:
        """The names of the events."""
        return sorted(self.outbox())


@pytest.fixture(params=["memory", "dynamo"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """A fresh store of each kind."""
    if request.param == "memory":
        memory = InMemoryClassifications(FixedClock(AT))
        yield World(memory, lambda: [event.name for event in memory.events])
    else:
        with table_world():
            bind_table(TABLE, *CLASSIFICATION_ROWS)
            table = DynamoClassifications(FixedClock(AT), Committer(pause=lambda _: None))
            yield World(table, lambda: [row.event.name for row in _outbox()])


def _outbox() -> list[Any]:
    return list(ServicingOutboxRow.scan(ServicingOutboxRow.pk.startswith("OUTBOX#")))


def late(days: int = 30) -> Classification:
    return a_proposal(some_facts(a_debtor_loan(days_overdue=days)))


def proposed(world: World, days: int = 30) -> Classification:
    """A proposal that is kept, as it is read back."""
    one = late(days)
    standing = world.kept.standing(NORTH, "cus-1") or a_standing()
    world.kept.propose(standing.opened(one), one, None)
    return world.kept.get(NORTH, "cus-1", one.classification_id)


def a_standing() -> Standing:
    return first_standing(NORTH, "cus-1", "b1", date(2026, 5, 1), RULES)


def in_effect(world: World, one: Classification) -> Classification:
    """Confirmed and approved."""
    world.kept.step(None, one.confirm(act("risk-1"), (), RULES))
    confirmed = world.kept.get(NORTH, "cus-1", one.classification_id)
    final = confirmed.approve(act("approver-1"), (), RULES)
    standing = world.kept.standing(NORTH, "cus-1")
    assert standing is not None
    world.kept.step(standing.after(final, RULES), final)
    return final


def test_a_proposal_is_read_back_whole(world: World) -> None:
    one = proposed(world)

    assert replace(one, version=0) == late()
    assert world.told() == ["ClassificationProposed"]
    standing = world.kept.standing(NORTH, "cus-1")
    assert standing is not None
    assert standing.open_id == one.classification_id


def test_the_same_proposal_twice_is_refused_and_changes_nothing(world: World) -> None:
    proposed(world)

    with pytest.raises(ClassificationChanged):
        proposed(world)

    assert world.told() == ["ClassificationProposed"]


def test_a_proposal_from_an_old_standing_is_refused(world: World) -> None:
    proposed(world)
    other = late(100)

    with pytest.raises(ClassificationChanged):
        world.kept.propose(a_standing().opened(other), other, None)

    with pytest.raises(ClassificationNotFound):
        world.kept.get(NORTH, "cus-1", other.classification_id)


def test_a_stale_step_is_refused(world: World) -> None:
    one = proposed(world)
    world.kept.step(None, one.confirm(act("risk-1"), (), RULES))

    with pytest.raises(ClassificationChanged):
        world.kept.step(None, one.confirm(act("risk-2"), (), RULES))

    assert world.kept.get(NORTH, "cus-1", one.classification_id).by_of("confirmed") == "risk-1"


def test_the_write_itself_refuses_an_approval_by_who_confirmed(world: World) -> None:
    """Even where the domain's own check is passed by."""
    one = proposed(world)
    world.kept.step(None, one.confirm(act("risk-1"), (), RULES))
    confirmed = world.kept.get(NORTH, "cus-1", one.classification_id)
    final = confirmed.approve(act("approver-1"), (), RULES)
    forged = replace(final, steps=(*final.steps[:-1], replace(final.steps[-1], by="risk-1")))

    with pytest.raises(ClassificationChanged):
        world.kept.step(None, forged)

    kept = world.kept.get(NORTH, "cus-1", one.classification_id)
    assert kept.state is State.CONFIRMED


def test_what_takes_effect_moves_the_standing_and_tells_of_each_loan(world: World) -> None:
    final = in_effect(world, proposed(world))

    standing = world.kept.standing(NORTH, "cus-1")
    assert standing is not None
    assert (standing.tier, standing.open_id) == (Tier.ATTENTION, None)
    assert standing.due_on == date(2026, 11, 3)
    assert world.told() == ["ClassificationProposed", "LoanClassified"]
    assert [one.classification_id for one in world.kept.in_effect(NORTH, "cus-1")] == [
        final.classification_id
    ]


def test_history_is_read_as_of_a_day(world: World) -> None:
    in_effect(world, proposed(world))

    assert list(world.kept.in_effect(NORTH, "cus-1", date(2026, 8, 2))) == []
    assert len(world.kept.in_effect(NORTH, "cus-1", DAY)) == 1


def test_a_work_list_holds_what_waits_at_a_state_by_tier(world: World) -> None:
    one = proposed(world)

    assert list(world.kept.waiting(NORTH, None, State.PROPOSED, None)) == [one]
    assert list(world.kept.waiting(NORTH, None, State.PROPOSED, Tier.ATTENTION)) == [one]
    assert list(world.kept.waiting(NORTH, None, State.PROPOSED, Tier.LOSS)) == []
    assert list(world.kept.waiting(NORTH, None, State.CONFIRMED, None)) == []

    in_effect(world, one)

    assert list(world.kept.waiting(NORTH, None, State.PROPOSED, None)) == []
    assert list(world.kept.waiting(NORTH, None, State.CONFIRMED, None)) == []


def test_a_replaced_proposal_leaves_the_work_list(world: World) -> None:
    first, second = proposed(world), late(100)
    standing = world.kept.standing(NORTH, "cus-1")
    assert standing is not None

    world.kept.propose(standing.opened(second), second, first.replaced(act("model")))

    (left,) = world.kept.waiting(NORTH, None, State.PROPOSED, None)
    assert left.classification_id == second.classification_id
    old = world.kept.get(NORTH, "cus-1", first.classification_id)
    assert old.state is State.REPLACED


def test_who_is_due_is_listed_by_the_tier_in_effect(world: World) -> None:
    in_effect(world, proposed(world, days=100))

    assert list(world.kept.standings(NORTH, None, Tier.NORMAL, None)) == []
    assert list(world.kept.standings(NORTH, None, None, date(2026, 11, 2))) == []
    (due,) = world.kept.standings(NORTH, None, Tier.SUBSTANDARD, date(2026, 11, 3))
    assert due.debtor_id == "cus-1"


def test_a_branch_sees_its_own(world: World) -> None:
    one = in_effect(world, proposed(world))

    assert len(world.kept.standings(NORTH, "b1", None, None)) == 1
    assert list(world.kept.standings(NORTH, "b2", None, None)) == []
    again = replace(late(100), branch_id=one.branch_id)
    standing = world.kept.standing(NORTH, "cus-1")
    assert standing is not None
    world.kept.propose(standing.opened(again), again, None)
    assert len(world.kept.waiting(NORTH, "b1", State.PROPOSED, None)) == 1
    assert list(world.kept.waiting(NORTH, "b2", State.PROPOSED, None)) == []


def test_another_bank_sees_nothing(world: World) -> None:
    one = proposed(world)

    assert world.kept.standing(SOUTH, "cus-1") is None
    assert list(world.kept.waiting(SOUTH, None, State.PROPOSED, None)) == []
    assert list(world.kept.standings(SOUTH, None, None, None)) == []
    assert list(world.kept.in_effect(SOUTH, "cus-1")) == []
    with pytest.raises(ClassificationNotFound):
        world.kept.get(SOUTH, "cus-1", one.classification_id)
