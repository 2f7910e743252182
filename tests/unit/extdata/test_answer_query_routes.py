"""A query goes from route to route: what failed, what is used up, and what may not be called."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from extdata.domain.answer import ProviderAnswer
from extdata.domain.errors import (
    ProviderAnswerUnreadable,
    ProviderFailure,
    ProviderTimeout,
    ProviderUnreachable,
)
from extdata.domain.limit import Gate, Limits
from extdata.provider_ports import ProviderRequest
from infra.demo.extdata.in_memory import InMemoryPrices
from puhui.errors import UpstreamUnavailable
from tests.support.extdata import (
    BANK,
    NOON,
    TODAY,
    a_page,
    a_price,
    a_provider,
    a_route,
    a_route_table,
    access_rules,
    an_answer,
)
from tests.support.extdata_gateway import GatewayWorld


@pytest.fixture
def world() -> GatewayWorld:
    return GatewayWorld()


def fail_with(failure: type[ProviderFailure], rule: str):  # type: ignore[no-untyped-def]
    def script(request: ProviderRequest) -> ProviderAnswer:
        raise failure(rule=rule)

    return script


def test_the_next_route_answers_when_the_first_one_fails(world: GatewayWorld) -> None:
    world.add_route("sbx-other", "sbx-other-returns", priority=2)
    world.calls.scripts["sbx-tax-returns"] = fail_with(ProviderTimeout, "provider.timeout")

    query = world.ask()

    assert query.status == "hit"
    assert [(a.connector_id, a.outcome, a.charge) for a in query.attempts] == [
        ("sbx-tax-returns", "provider.timeout", "uncertain"),
        ("sbx-other-returns", "hit", "charged"),
    ]


def test_no_route_left_is_unavailable_with_the_last_reason(world: GatewayWorld) -> None:
    world.calls.scripts["sbx-tax-returns"] = fail_with(ProviderUnreachable, "provider.unreachable")

    query = world.ask()

    assert (query.status, query.reason) == ("unavailable", "provider.unreachable")


def test_garbage_is_archived_metered_once_and_never_a_document(world: GatewayWorld) -> None:
    page = a_page(b"<html>busy</html>")

    def garbage(request: ProviderRequest) -> ProviderAnswer:
        failure = ProviderAnswerUnreadable(rule="provider.format")
        failure.pages, failure.tries = (page,), 1
        raise failure

    world.calls.scripts["sbx-tax-returns"] = garbage

    query = world.ask()

    assert (query.status, query.document) == ("unavailable", None)
    assert query.attempts[0].archive_key is not None
    events = list(world.queries.of_month(BANK, "2026-11"))
    assert [(e.outcome, e.charge) for e in events] == [("provider.format", "uncertain")]


def test_a_document_that_breaks_its_schema_is_billed_and_unusable(world: GatewayWorld) -> None:
    world.calls.scripts["sbx-tax-returns"] = lambda request: an_answer(document={"invalid": True})

    query = world.ask()

    assert (query.status, query.reason) == ("unavailable", "provider.schema")
    events = list(world.queries.of_month(BANK, "2026-11"))
    assert [(e.charge, e.cost_fen) for e in events] == [("charged", 0)]


def test_an_unusable_document_costs_a_call_where_calls_are_billed(world: GatewayWorld) -> None:
    world.prices = InMemoryPrices()
    world.prices.add(BANK, a_price("0.50", basis="per_call"), "steward-1", NOON)
    world.gateway = world.compose()
    world.calls.scripts["sbx-tax-returns"] = lambda request: an_answer(document={"invalid": True})

    query = world.ask()

    assert query.cost_fen == 50


def test_a_call_that_failed_is_the_reason_although_the_next_route_was_never_asked(
    world: GatewayWorld,
) -> None:
    world.calls.scripts["sbx-tax-returns"] = fail_with(ProviderTimeout, "provider.timeout")
    world.add_route("sbx-other", "sbx-other-returns", priority=2)
    known = world.providers.get(BANK, "sbx-other")
    world.providers.save(replace(known, limits=Limits(rate_per_second=0)), NOON)

    query = world.ask()

    assert [a.outcome for a in query.attempts] == ["provider.timeout", "limit.rate"]
    assert query.reason == "provider.timeout"


def test_what_was_asked_is_kept_when_our_own_tables_fail_afterwards(world: GatewayWorld) -> None:
    world.calls.scripts["sbx-tax-returns"] = fail_with(ProviderTimeout, "provider.timeout")
    world.add_route("sbx-other", "sbx-other-returns", priority=2)

    def broken(request: ProviderRequest) -> ProviderAnswer:
        raise UpstreamUnavailable("the key store does not answer")

    world.calls.scripts["sbx-other-returns"] = broken

    query = world.ask()

    assert (query.status, query.reason) == ("unavailable", "provider.timeout")
    assert [e.outcome for e in world.queries.of_month(BANK, "2026-11")] == ["provider.timeout"]


def test_a_run_in_which_nobody_was_asked_may_be_repeated_as_a_whole(world: GatewayWorld) -> None:
    def broken(request: ProviderRequest) -> ProviderAnswer:
        raise UpstreamUnavailable("the key store does not answer")

    world.calls.scripts["sbx-tax-returns"] = broken
    with pytest.raises(UpstreamUnavailable):
        world.ask()
    del world.calls.scripts["sbx-tax-returns"]
    world.clock.advance(timedelta(minutes=1))

    assert world.ask().status == "hit"


def test_a_repetition_while_the_first_run_asks_costs_no_quota(world: GatewayWorld) -> None:
    limits = (("factory", Limits(daily=10)),)
    version = world.rulebook.get(BANK).version
    world.rulebook.save(
        BANK, access_rules(caller_limits=limits, version=version), "steward-1", NOON
    )

    def again(request: ProviderRequest) -> None:
        world.calls.on_call = lambda request: None
        for _ in range(5):
            world.ask()

    world.calls.on_call = again
    world.ask()

    gate = Gate(key="caller:factory", limits=Limits(daily=10))
    assert world.gates.usage(BANK, gate, on=TODAY).used_today == 1


def test_a_used_up_quota_of_the_provider_moves_on_to_the_next_route(world: GatewayWorld) -> None:
    known = world.providers.get(BANK, "sbx-tax")
    world.providers.save(replace(known, limits=Limits(daily=0)), NOON)
    world.add_route("sbx-other", "sbx-other-returns", priority=2)

    query = world.ask()

    assert [a.outcome for a in query.attempts] == ["limit.daily", "hit"]
    assert [r.connector.connector_id for r in world.calls.requests] == ["sbx-other-returns"]


def test_a_used_up_quota_of_the_caller_refuses_before_anything_is_sent(
    world: GatewayWorld,
) -> None:
    rules = access_rules(
        caller_limits=(("factory", Limits(daily=1)),), version=world.rulebook.get(BANK).version
    )
    world.rulebook.save(BANK, rules, "steward-1", NOON)
    world.ask(max_age_days=0)

    second = world.ask(request_id="req-2", max_age_days=0)

    assert (second.status, second.reason) == ("refused", "limit.daily")
    assert len(world.calls.requests) == 1


def test_a_provider_whose_contract_ended_is_not_called(world: GatewayWorld) -> None:
    known = world.providers.get(BANK, "sbx-tax")
    ended = replace(known.contract, valid_to=date(2026, 11, 1))
    world.providers.save(replace(known, contract=ended), NOON)

    query = world.ask()

    assert (query.status, query.reason) == ("unavailable", "provider.contract")
    assert world.calls.requests == []


def test_the_route_and_its_reason_are_the_same_for_the_same_request_and_table() -> None:
    first, second = GatewayWorld(), GatewayWorld()
    for world in (first, second):
        table = a_route_table(
            a_route(weight=50),
            a_route(provider_id="sbx-other", connector_id="sbx-other-returns", weight=50),
            version=2,
        )
        world.providers.save(a_provider(provider_id="sbx-other"), NOON)
        world.route_tables.add(BANK, table, "steward-1", NOON)

    answers = [
        [w.ask(request_id=f"r{n}").attempts[0].because for n in range(20)] for w in (first, second)
    ]

    assert answers[0] == answers[1]
    assert len(set(answers[0])) > 1
