"""Breakers: five failures open, one probe decides, and other connectors do not notice."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import boto3
import pytest

from extdata.adapters.powertools_breakers import (
    BreakerSettings,
    BreakerTransition,
    PowertoolsBreakers,
    dynamo_stores,
)
from extdata.domain.answer import ProviderAnswer
from extdata.domain.errors import (
    AddressRefused,
    KeyUnavailable,
    LimitReached,
    ProviderAnswerUnreadable,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnreachable,
    RequestNotBuilt,
)
from infra.demo.extdata.in_memory import InMemoryBreakers
from tests.component.extdata.breaker_world import (
    CONNECTOR,
    PROVIDER,
    RECOVERY,
    BreakerWorld,
    Raises,
    wait_in_table,
)
from tests.component.extdata.flow_control import KINDS, TABLE, account
from tests.support.extdata import BANK, OTHER_BANK, an_answer

__all__ = ["account"]


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest) -> Iterator[BreakerWorld]:
    """Breakers of each kind; each process reads the state each time."""
    told: list[BreakerTransition] = []
    settings = BreakerSettings(recovery_seconds=RECOVERY, cache_seconds=0)
    if request.param == "memory":
        memory = InMemoryBreakers(settings, told.append)
        yield BreakerWorld(memory, lambda seconds: memory.stores[BANK].wait(seconds), told)
        return
    request.getfixturevalue("account")
    stores = dynamo_stores(boto3.client("dynamodb"), TABLE)
    breakers = PowertoolsBreakers(stores, settings, told.append, namespace=f"{uuid4().hex}:")
    yield BreakerWorld(breakers, wait_in_table, told)


def test_an_answer_passes_through_a_closed_circuit(world: BreakerWorld) -> None:
    answer = world.breaker().run(world.answer)

    assert answer == an_answer()
    assert (world.state(), world.told) == ("closed", [])


@pytest.mark.parametrize("error", [ProviderUnreachable, ProviderTimeout, ProviderAnswerUnreadable])
def test_five_failures_in_a_row_open_the_circuit(world: BreakerWorld, error: Raises) -> None:
    world.fail(4, error)
    before = world.state()

    world.fail(1, error)

    with pytest.raises(ProviderUnreachable) as stop:
        world.breaker().run(world.answer)
    assert (before, world.state(), world.calls) == ("closed", "open", 0)
    assert (stop.value.rule, stop.value.field, stop.value.charge) == (
        "breaker.open",
        CONNECTOR,
        "free",
    )


def test_a_success_between_failures_starts_the_count_again(world: BreakerWorld) -> None:
    world.fail(4)
    world.breaker().run(world.answer)

    world.fail(4)

    assert world.state() == "closed"


@pytest.mark.parametrize(
    "error", [ProviderRefused, LimitReached, AddressRefused, KeyUnavailable, RequestNotBuilt]
)
def test_what_is_not_the_providers_fault_never_opens(world: BreakerWorld, error: Raises) -> None:
    world.fail(12, error)

    assert world.state() == "closed"


def test_a_refusal_by_code_proves_the_provider_alive(world: BreakerWorld) -> None:
    world.fail(4)
    world.fail(1, ProviderRefused)

    world.fail(4)

    assert world.state() == "closed"


def test_an_open_circuit_lets_nobody_through_before_its_time(world: BreakerWorld) -> None:
    world.fail(5)
    world.wait(RECOVERY - 5)

    with pytest.raises(ProviderUnreachable):
        world.breaker().run(world.answer)

    assert world.calls == 0


def test_one_probe_that_succeeds_closes_the_circuit(world: BreakerWorld) -> None:
    world.fail(5)
    world.wait(RECOVERY)

    world.breaker().run(world.answer)

    assert world.state() == "closed"
    assert world.path == ["open", "half_open", "closed"]


def test_a_probe_that_fails_opens_it_again_for_the_whole_time(world: BreakerWorld) -> None:
    world.fail(5)
    world.wait(RECOVERY)

    world.fail(1)

    with pytest.raises(ProviderUnreachable):
        world.breaker().run(world.answer)
    assert world.path == ["open", "half_open", "open"]
    world.wait(RECOVERY)
    world.breaker().run(world.answer)
    assert world.state() == "closed"


def test_a_refusal_by_code_is_a_probe_that_succeeded(world: BreakerWorld) -> None:
    world.fail(5)
    world.wait(RECOVERY)

    world.fail(1, ProviderRefused)

    assert world.state() == "closed"


def test_of_two_who_come_when_the_time_is_over_one_probes(world: BreakerWorld) -> None:
    world.fail(5)
    world.wait(RECOVERY)
    probing, over = threading.Event(), threading.Event()

    def slow() -> ProviderAnswer:
        probing.set()
        over.wait(timeout=10)
        return world.answer()

    prober = threading.Thread(target=lambda: world.breaker().run(slow))
    prober.start()
    probing.wait(timeout=10)
    state = world.state()
    with pytest.raises(ProviderUnreachable) as second:
        world.breaker().run(world.answer)
    over.set()
    prober.join()

    assert (state, second.value.rule, world.calls) == ("half_open", "breaker.open", 1)
    assert world.state() == "closed"


def test_a_probe_whose_worker_was_killed_is_taken_over(world: BreakerWorld) -> None:
    world.fail(5)
    world.wait(RECOVERY)

    def killed() -> ProviderAnswer:
        raise SystemExit

    def work() -> None:
        with pytest.raises(SystemExit):
            world.breaker().run(killed)

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    stuck = world.state()
    world.wait(RECOVERY)

    world.breaker().run(world.answer)

    assert (stuck, world.state()) == ("half_open", "closed")


def test_connectors_and_banks_break_apart(world: BreakerWorld) -> None:
    world.fail(5)

    world.breaker("sbx-tax-invoice").run(world.answer)
    world.breakers.guarded(OTHER_BANK, PROVIDER, CONNECTOR).run(world.answer)

    assert (world.state(), world.state("sbx-tax-invoice"), world.calls) == ("open", "closed", 2)


def test_an_open_circuit_says_since_when_and_after_how_many(world: BreakerWorld) -> None:
    world.fail(5)

    state = world.breakers.of(BANK, PROVIDER, CONNECTOR)

    assert (state.provider_id, state.connector_id, state.failures) == (PROVIDER, CONNECTOR, 5)
    assert state.opened_at is not None


def test_racing_failures_open_the_circuit_once(world: BreakerWorld) -> None:
    barrier = threading.Barrier(5)
    counter = itertools.count()

    def fail_together() -> None:
        def call() -> ProviderAnswer:
            next(counter)
            barrier.wait(timeout=10)
            raise ProviderTimeout(rule="provider.timeout")

        with pytest.raises(ProviderTimeout):
            world.breaker().run(call)

    threads: list[Any] = [threading.Thread(target=fail_together) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (next(counter), world.path) == (5, ["open"])
