"""Answering a query: consent first, then what is known, then the routes within the deadline."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from extdata.domain.answer import ProviderAnswer
from extdata.domain.consent import LiveConsent
from extdata.domain.errors import (
    ProviderAnswerUnreadable,
    ProviderFailure,
    ProviderTimeout,
    ProviderUnreachable,
    RequestReused,
)
from extdata.domain.limit import Gate, Limits
from extdata.domain.permission import AccessRules, Permission
from extdata.provider_ports import ProviderRequest
from infra.demo.extdata.in_memory import InMemoryPrices
from puhui.errors import UpstreamUnavailable
from tests.support.extdata import (
    BANK,
    NOON,
    TODAY,
    a_consent,
    a_page,
    a_person,
    a_price,
    a_provider,
    a_route,
    a_route_table,
    a_subject,
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


def test_a_hit_is_archived_metered_and_given_by_reference(world: GatewayWorld) -> None:
    query = world.ask()

    assert (query.status, query.cost_fen, query.cached) == ("hit", 80, False)
    assert query.document is not None
    assert query.document.sha256 == world.gateway.replay_query(BANK, query.query_id).sha256
    events = list(world.queries.of_month(BANK, "2026-11"))
    assert [(e.charge, e.outcome, e.cost_fen) for e in events] == [("charged", "hit", 80)]


def test_the_same_request_again_calls_nobody_and_meters_nothing(world: GatewayWorld) -> None:
    first = world.ask()

    second = world.ask()

    assert second == first
    assert len(world.calls.requests) == 1
    assert len(list(world.queries.of_month(BANK, "2026-11"))) == 1


def test_a_known_answer_is_given_again_for_nothing_and_says_its_age(world: GatewayWorld) -> None:
    first = world.ask()

    again = world.ask(request_id="req-2")

    assert (again.status, again.cached, again.cost_fen) == ("hit", True, 0)
    assert again.document == first.document
    assert again.age_days(TODAY + timedelta(days=3)) == 3
    assert len(world.calls.requests) == 1


def test_an_answer_older_than_the_caller_accepts_is_asked_for_again(world: GatewayWorld) -> None:
    world.ask()

    again = world.ask(request_id="req-2", max_age_days=0)

    assert not again.cached
    assert len(world.calls.requests) == 2


def test_nothing_known_is_believed_for_a_while(world: GatewayWorld) -> None:
    world.calls.scripts["sbx-tax-returns"] = lambda request: an_answer(
        meaning="miss", charge="free", document=None
    )
    world.ask()

    soon = world.ask(request_id="req-2")
    world.clock.advance(timedelta(hours=2))
    later = world.ask(request_id="req-3")

    assert (soon.status, soon.cached) == ("miss", True)
    assert (later.status, later.cached) == ("miss", False)


@pytest.mark.parametrize(
    ("consent", "rule"),
    [
        (a_consent(expires_on=date(2026, 11, 1)), "consent.expired"),
        (a_consent(granted_on=date(2026, 11, 3)), "consent.expired"),
        (a_consent(scope="credit_bureau"), "consent.product"),
        (a_consent(purposes=frozenset({"post_loan"})), "consent.purpose"),
        (a_consent(withdrawn_at=NOON), "consent.withdrawn"),
    ],
)
def test_a_consent_that_does_not_cover_the_query_stops_it(
    world: GatewayWorld, consent: LiveConsent, rule: str
) -> None:
    keys = frozenset({world.subject_key})
    world.consents.save(replace(consent, consent_id="con-2", subject_keys=keys))

    query = world.ask(consent_id="con-2")

    assert (query.status, query.reason) == ("refused", rule)
    assert world.calls.requests == []


def test_an_unknown_consent_stops_the_query(world: GatewayWorld) -> None:
    query = world.ask(consent_id="con-nobody-gave")

    assert (query.status, query.reason) == ("refused", "consent.unknown")
    assert world.calls.requests == []


def test_a_consent_of_somebody_else_stops_the_query(world: GatewayWorld) -> None:
    query = world.ask(subject=a_person())

    assert (query.status, query.reason) == ("refused", "consent.subject")


def test_what_was_obtained_under_a_consent_is_dead_when_it_is_withdrawn(
    world: GatewayWorld,
) -> None:
    world.ask()
    keys = frozenset({world.subject_key})
    world.consents.save(a_consent(consent_id="con-2", subject_keys=keys))
    world.withdraw("con-1")

    again = world.ask(request_id="req-2", consent_id="con-2")

    assert (again.status, again.cached) == ("hit", False)
    assert len(world.calls.requests) == 2


def test_a_repeated_request_under_a_withdrawn_consent_gives_nothing(world: GatewayWorld) -> None:
    world.ask()
    world.withdraw()

    again = world.ask()

    assert (again.status, again.reason, again.document) == ("refused", "consent.withdrawn", None)


def test_a_caller_without_permission_is_refused_and_recorded(world: GatewayWorld) -> None:
    query = world.ask(callers=frozenset({"role:collector"}))

    assert (query.status, query.reason) == ("refused", "permission.missing")
    assert world.queries.get(BANK, query.query_id).status == "refused"


def test_a_masked_caller_gets_a_copy_and_the_cache_keeps_the_whole(world: GatewayWorld) -> None:
    mask = Permission(
        caller="role:underwriter",
        product="tax/1",
        purposes=frozenset({"loan_application"}),
        masked_fields=frozenset({"returns.sales_fen"}),
    )
    known = world.rulebook.get(BANK)
    rules = AccessRules(permissions=(*known.permissions, mask), version=known.version)
    world.rulebook.save(BANK, rules, "steward-1", NOON)

    masked = world.ask(callers=frozenset({"role:underwriter"}), caller="underwriter-1")
    whole = world.ask(request_id="req-2")

    assert masked.document != whole.document
    assert whole.cached
    assert world.gateway.read_document(BANK, masked.query_id)[1] == (
        b'{"masked":["returns.sales_fen"]}'
    )


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


def test_a_request_id_does_not_ask_another_question(world: GatewayWorld) -> None:
    world.ask()

    with pytest.raises(RequestReused) as refused:
        world.ask(subject=a_subject(uscc="91340100MA2N00001X"))

    assert (refused.value.field, refused.value.rule) == ("request_id", "query.request_reused")


def test_an_answer_under_a_withdrawn_consent_is_not_given_under_another(
    world: GatewayWorld,
) -> None:
    world.ask()
    keys = frozenset({world.subject_key})
    world.consents.save(a_consent(consent_id="con-2", subject_keys=keys))
    world.withdraw("con-1")

    again = world.ask(consent_id="con-2")

    assert (again.status, again.reason, again.document) == ("refused", "consent.withdrawn", None)


def test_a_cached_answer_of_a_provider_that_the_consent_leaves_out_is_not_given(
    world: GatewayWorld,
) -> None:
    world.ask()
    keys = frozenset({world.subject_key})
    bound = a_consent(consent_id="con-2", subject_keys=keys, providers=frozenset({"sbx-other"}))
    world.consents.save(bound)

    query = world.ask(request_id="req-2", consent_id="con-2")

    assert (query.status, query.reason) == ("unavailable", "consent.provider")


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


def test_a_run_that_died_is_answered_from_what_another_query_has_learnt(
    world: GatewayWorld,
) -> None:
    def die(request: ProviderRequest) -> ProviderAnswer:
        raise KeyboardInterrupt

    world.calls.scripts["sbx-tax-returns"] = die
    with pytest.raises(KeyboardInterrupt):
        world.ask()
    del world.calls.scripts["sbx-tax-returns"]
    world.ask(request_id="req-2")
    world.clock.advance(timedelta(minutes=1))

    query = world.ask()

    assert (query.status, query.cached) == ("hit", True)


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


def test_a_consent_bound_to_a_provider_keeps_the_others_out(world: GatewayWorld) -> None:
    keys = frozenset({world.subject_key})
    bound = a_consent(consent_id="con-2", subject_keys=keys, providers=frozenset({"sbx-other"}))
    world.consents.save(bound)

    query = world.ask(consent_id="con-2")

    assert (query.status, query.reason) == ("unavailable", "consent.provider")
    assert world.calls.requests == []


def test_the_query_is_written_down_before_it_leaves(world: GatewayWorld) -> None:
    seen: list[str] = []

    def look(request: ProviderRequest) -> None:
        seen.extend(q.reason or "" for q in world.queries.of_day(BANK, TODAY))

    world.calls.on_call = look

    world.ask()

    assert seen == ["asking"]


def test_two_runs_of_one_request_call_once(world: GatewayWorld) -> None:
    inner = []

    def again(request: ProviderRequest) -> None:
        if not inner:
            inner.append(None)
            inner[0] = world.ask()

    world.calls.on_call = again

    outer = world.ask()

    assert outer.status == "hit"
    assert inner[0].status == "pending"
    assert len(world.calls.requests) == 1


def test_a_run_that_died_is_taken_over_under_the_same_request_number(
    world: GatewayWorld,
) -> None:
    def die(request: ProviderRequest) -> ProviderAnswer:
        raise KeyboardInterrupt

    world.calls.scripts["sbx-tax-returns"] = die
    with pytest.raises(KeyboardInterrupt):
        world.ask()
    del world.calls.scripts["sbx-tax-returns"]
    world.clock.advance(timedelta(minutes=1))

    query = world.ask()

    assert query.status == "hit"
    assert len({request.request_no for request in world.calls.requests}) == 1


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
