"""A slow or dead provider takes its own share of workers and nobody else's time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace

import pytest

from extdata.domain.answer import ProviderAnswer
from extdata.domain.errors import ProviderTimeout
from extdata.domain.limit import Gate, Limits
from extdata.domain.permission import Permission
from extdata.domain.query import Query
from extdata.provider_ports import ProviderRequest
from tests.support.extdata import (
    BANK,
    NOON,
    PURPOSE,
    TODAY,
    a_connector,
    a_provider,
    a_route,
    a_route_table,
    access_rules,
    an_answer,
)
from tests.support.extdata_gateway import GatewayWorld

SHARE = 3
"""Calls of the slow provider that may be under way at once."""
WORKERS = 12
PATIENCE_SECONDS = 30
"""Only a test that fails waits so long."""


@pytest.fixture
def world() -> GatewayWorld:
    """Two products from two providers, one of which has three places."""
    made = GatewayWorld()
    slow = made.providers.get(BANK, "sbx-tax")
    made.providers.save(a_provider(max_concurrent=SHARE, version=slow.version), NOON)
    made.providers.save(a_provider(provider_id="sbx-invoice", max_concurrent=WORKERS), NOON)
    made.connectors.save(
        a_connector(provider_id="sbx-invoice", connector_id="sbx-invoice-1", product="invoice/1")
    )
    route = a_route(provider_id="sbx-invoice", connector_id="sbx-invoice-1")
    made.route_tables.add(BANK, a_route_table(route, product="invoice/1"), "steward-1", NOON)
    lines = tuple(
        Permission(caller="factory", product=product, purposes=frozenset({PURPOSE}))
        for product in ("tax/1", "invoice/1")
    )
    known = made.rulebook.get(BANK)
    rules = access_rules(permissions=lines, version=known.version)
    made.rulebook.save(BANK, rules, "steward-1", NOON)
    return made


def ask(world: GatewayWorld, product: str, number: int) -> Query:
    """A query that no cache answers."""
    return world.ask(product=product, request_id=f"{product}-{number}", max_age_days=0)


@contextmanager
def a_provider_that_never_answers(world: GatewayWorld) -> Iterator[threading.Semaphore]:
    """Calls of `sbx-tax` hang until the block ends; the semaphore counts those inside."""
    inside, over = threading.Semaphore(0), threading.Event()

    def hang(request: ProviderRequest) -> ProviderAnswer:
        inside.release()
        over.wait(PATIENCE_SECONDS)
        return an_answer()

    world.calls.scripts["sbx-tax-returns"] = hang
    try:
        yield inside
    finally:
        over.set()


def hang_in_every_place(
    world: GatewayWorld, pool: ThreadPoolExecutor, inside: threading.Semaphore
) -> list[Future[Query]]:
    """Let as many calls hang as the slow provider has places."""
    hanging = [pool.submit(ask, world, "tax/1", number) for number in range(SHARE)]
    for _ in range(SHARE):
        assert inside.acquire(timeout=PATIENCE_SECONDS)
    return hanging


def test_a_slow_provider_holds_no_more_workers_than_it_has_places(world: GatewayWorld) -> None:
    with ThreadPoolExecutor(WORKERS) as pool, a_provider_that_never_answers(world) as inside:
        hanging = hang_in_every_place(world, pool, inside)

        others = [pool.submit(ask, world, "tax/1", number) for number in range(SHARE, 30)]
        done, waiting = wait(others, timeout=PATIENCE_SECONDS)

        assert {(f.result().status, f.result().reason) for f in done} == {
            ("unavailable", "bulkhead.full")
        }
        assert waiting == set()
        assert not any(one.done() for one in hanging)


def test_others_are_answered_while_a_slow_provider_hangs(world: GatewayWorld) -> None:
    with ThreadPoolExecutor(WORKERS) as pool, a_provider_that_never_answers(world) as inside:
        hanging = hang_in_every_place(world, pool, inside)

        others = [
            pool.submit(ask, world, product, number)
            for number in range(SHARE, 30)
            for product in ("tax/1", "invoice/1")
        ]
        done, waiting = wait(others, timeout=PATIENCE_SECONDS)

        answered = [f.result().status for f in done if f.result().product == "invoice/1"]
        assert answered == ["hit"] * 27
        assert waiting == set()
        assert not any(one.done() for one in hanging)


def test_a_dead_provider_is_not_waited_for_after_five_failures(world: GatewayWorld) -> None:
    def die(request: ProviderRequest) -> ProviderAnswer:
        raise ProviderTimeout(rule="provider.timeout")

    world.calls.scripts["sbx-tax-returns"] = die

    reasons = [ask(world, "tax/1", number).reason for number in range(8)]

    assert reasons == ["provider.timeout"] * 5 + ["breaker.open"] * 3
    assert len(world.calls.requests) == 5
    assert ask(world, "invoice/1", 1).status == "hit"


def test_a_dead_provider_s_product_comes_from_the_next_route_at_once(world: GatewayWorld) -> None:
    def die(request: ProviderRequest) -> ProviderAnswer:
        raise ProviderTimeout(rule="provider.timeout")

    world.calls.scripts["sbx-tax-returns"] = die
    world.add_route("sbx-other", "sbx-other-returns", priority=2)
    for number in range(5):
        ask(world, "tax/1", number)
    world.calls.requests.clear()

    query = ask(world, "tax/1", 5)

    assert [attempt.outcome for attempt in query.attempts] == ["breaker.open", "hit"]
    assert [r.connector.connector_id for r in world.calls.requests] == ["sbx-other-returns"]


def test_what_an_open_circuit_stopped_is_free_and_uses_no_quota(world: GatewayWorld) -> None:
    def die(request: ProviderRequest) -> ProviderAnswer:
        raise ProviderTimeout(rule="provider.timeout")

    world.calls.scripts["sbx-tax-returns"] = die
    known = world.providers.get(BANK, "sbx-tax")
    limits = Limits(daily=100)
    world.providers.save(replace(known, limits=limits), NOON)

    charges = [ask(world, "tax/1", number).attempts[0].charge for number in range(8)]

    gate = Gate(key="provider:sbx-tax", limits=limits)
    assert charges[5:] == ["free"] * 3
    assert world.gates.usage(BANK, gate, on=TODAY).used_today == 5
