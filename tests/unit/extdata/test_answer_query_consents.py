"""Nothing is asked, known or given without a live consent and permission that cover it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from extdata.domain.consent import LiveConsent
from extdata.domain.permission import AccessRules, Permission
from tests.support.extdata import (
    BANK,
    NOON,
    a_consent,
    a_person,
)
from tests.support.extdata_gateway import GatewayWorld


@pytest.fixture
def world() -> GatewayWorld:
    return GatewayWorld()


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


def test_a_consent_bound_to_a_provider_keeps_the_others_out(world: GatewayWorld) -> None:
    keys = frozenset({world.subject_key})
    bound = a_consent(consent_id="con-2", subject_keys=keys, providers=frozenset({"sbx-other"}))
    world.consents.save(bound)

    query = world.ask(consent_id="con-2")

    assert (query.status, query.reason) == ("unavailable", "consent.provider")
    assert world.calls.requests == []
