"""FLT13: what a stream loses for a moment or for a day reaches its consumers, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from puhui.outbox_sweep import MAX_EVENTS_PER_LOOK, PATIENCE, Swept
from tests.support.outbox_sim import DAY, Consumer, InMemoryUnpublished, OutboxSimulation
from tests.support.seeds import Broken, breaks

FAST_SEEDS = 100
FULL_SEEDS = 10_000
MUTANT_SEEDS = 200


def written(count: int) -> OutboxSimulation:
    """An outbox whose stream lost everything."""
    simulation = OutboxSimulation(0, calm=True)
    for _ in range(count):
        simulation._write()
    return simulation


def test_an_event_whose_stream_record_never_came_is_published() -> None:
    lost = written(1)
    lost.clock.advance(DAY)

    swept = lost.sweep()

    assert swept == Swept(published=1, failed=0)
    assert lost.consumer.effects == {lost.written[0].event_id: 1}


def test_an_event_that_the_stream_may_still_bring_is_left_alone() -> None:
    young = written(1)
    young.clock.advance(PATIENCE - timedelta(seconds=1))

    swept = young.sweep()

    assert swept == Swept(published=0, failed=0)


def test_more_than_one_look_takes_is_published_in_several() -> None:
    many = written(MAX_EVENTS_PER_LOOK + 7)
    many.clock.advance(PATIENCE)

    swept = many.sweep()

    assert swept == Swept(published=MAX_EVENTS_PER_LOOK + 7, failed=0)


def test_an_unreadable_row_stops_no_other_and_is_told_of() -> None:
    class Torn(InMemoryUnpublished):
        def until(self, moment: object, limit: int) -> Sequence[str]:
            return ["{", *(one.to_json() for one in self.rows.values())]

    torn = OutboxSimulation(0, unpublished=Torn(), calm=True)
    torn._write()

    swept = torn.sweep()

    assert swept == Swept(published=1, failed=1)


def test_lives_under_faults_keep_every_promise() -> None:
    told = sum(OutboxSimulation(seed).run() for seed in range(FAST_SEEDS))

    assert told > 20 * FAST_SEEDS


@pytest.mark.full
def test_ten_thousand_lives_under_faults_keep_every_promise() -> None:
    for seed in range(FULL_SEEDS):
        OutboxSimulation(seed).run()


def test_a_failing_seed_says_how_to_live_it_again() -> None:
    simulation = OutboxSimulation(3, sweeps=False)

    with pytest.raises(Broken, match=r"python -m tests\.support\.outbox_sim 3: "):
        simulation.run()


# --- mutation check: what each guard is for -------------------------------------------------


class NeverOffTheList(InMemoryUnpublished):
    """What was published waits on."""

    def published(self, event_ids: Sequence[str]) -> None:
        pass


class OffTheListAtOnce(InMemoryUnpublished):
    """A look at what waits is taken for its publication."""

    def until(self, moment: object, limit: int) -> Sequence[str]:
        found = [one.to_json() for one in self.rows.values()]
        self.rows.clear()
        return found


class NoInbox(Consumer):
    """Acts as often as it is told."""

    def knows(self, event_id: str) -> bool:
        return False


@pytest.mark.parametrize(
    "without",
    [
        lambda seed: OutboxSimulation(seed, sweeps=False),
        lambda seed: OutboxSimulation(seed, unpublished=NeverOffTheList()),
        lambda seed: OutboxSimulation(seed, unpublished=OffTheListAtOnce()),
        lambda seed: OutboxSimulation(seed, consumer=NoInbox()),
    ],
    ids=["sweeper", "mark", "mark_after_the_bus", "inbox"],
)
def test_without_this_guard_a_seed_breaks(without: Callable[[int], OutboxSimulation]) -> None:
    assert breaks(without, MUTANT_SEEDS)
