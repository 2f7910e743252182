"""What a configuration must be: providers, keys, routes, access, prices, consents."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from extdata.domain.errors import ConfigurationRefused, ConsentMissing, ConsentNotFound
from extdata.domain.limit import Limits
from extdata.domain.permission import Permission
from extdata.domain.price import Tier
from extdata.domain.provider import Contract, KeyName
from extdata.provider_ports import KeyVersion
from extdata.usecases.keep_consent import ConsentChanged
from puhui.errors import Conflict, Unprocessable
from tests.support.extdata import (
    BANK,
    NOON,
    a_price,
    a_provider,
    a_route,
    a_route_table,
    access_rules,
)
from tests.support.extdata_onboarding import OnboardingWorld, a_given_consent


@pytest.fixture
def world() -> OnboardingWorld:
    return OnboardingWorld()


def test_a_simulated_provider_is_refused_where_there_is_no_sandbox() -> None:
    world = OnboardingWorld(sandbox_allowed=False)

    with pytest.raises(ConfigurationRefused) as refused:
        world.register(a_provider())

    assert refused.value.rule == "provider.sandbox"


@pytest.mark.parametrize(
    "host",
    ["*.example.com", "127.0.0.1", "localhost", "EXAMPLE.com", "a_b.example", "x..example", ".com"],
)
def test_a_host_is_one_exact_public_name(world: OnboardingWorld, host: str) -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        world.register(a_provider(provider_id="real", sandbox=False, hosts=(host,)))

    assert refused.value.rule == "provider.host"


def test_a_real_provider_has_hosts(world: OnboardingWorld) -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        world.register(a_provider(provider_id="real", sandbox=False))

    assert refused.value.rule == "provider.hosts"


def test_a_contract_that_ends_before_it_begins_is_refused(world: OnboardingWorld) -> None:
    backwards = Contract(number="1", valid_from=date(2026, 2, 1), valid_to=date(2026, 1, 1))

    with pytest.raises(ConfigurationRefused):
        world.register(a_provider(contract=backwards))


def test_registering_the_same_provider_again_changes_nothing(world: OnboardingWorld) -> None:
    first = world.providers.get(BANK, "sbx-tax")

    again = world.register(a_provider(registered_by="somebody else"))

    assert again == first


def test_a_key_must_be_registered_by_name(world: OnboardingWorld) -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        world.put_key(BANK, "sbx-tax", "body", KeyVersion(version="v1", material=b"0" * 16))

    assert refused.value.rule == "key.unknown"


def test_a_key_of_another_size_than_its_algorithms_is_refused(world: OnboardingWorld) -> None:
    world.register(a_provider(keys=(KeyName(name="body", kind="sm4"),)))

    with pytest.raises(ConfigurationRefused) as refused:
        world.put_key(BANK, "sbx-tax", "body", KeyVersion(version="v1", material=b"0" * 15))

    assert refused.value.rule == "key.size"


def test_a_new_key_version_is_current_and_the_old_one_still_opens(world: OnboardingWorld) -> None:
    world.register(a_provider(keys=(KeyName(name="body", kind="sm4"),)))
    world.put_key(BANK, "sbx-tax", "body", KeyVersion(version="v1", material=b"1" * 16))

    world.put_key(BANK, "sbx-tax", "body", KeyVersion(version="v2", material=b"2" * 16))

    assert [one.version for one in world.keys.versions(BANK, "sbx-tax", "body")] == ["v2", "v1"]


def test_the_same_route_table_again_keeps_its_version(world: OnboardingWorld) -> None:
    world.demanded()
    first = world.set_routes(BANK, a_route_table(), "steward-1")

    again = world.set_routes(BANK, a_route_table(version=9), "steward-1")

    assert (first.version, again.version) == (1, 1)


def test_a_changed_route_table_is_the_next_version(world: OnboardingWorld) -> None:
    world.demanded()
    world.set_routes(BANK, a_route_table(), "steward-1")

    changed = world.set_routes(BANK, a_route_table(cache_days=7), "steward-1")

    assert changed.version == 2


def test_a_route_without_a_quality_has_the_score_of_its_provider(world: OnboardingWorld) -> None:
    world.register(a_provider(score=65))
    world.demanded()
    table = a_route_table(a_route(quality=None))

    kept = world.set_routes(BANK, table, "steward-1")

    assert [route.quality for route in kept.routes] == [65]


def test_a_later_score_is_the_next_version_of_a_table_set_again(world: OnboardingWorld) -> None:
    world.demanded()
    table = a_route_table(a_route(quality=None))
    world.set_routes(BANK, table, "steward-1")
    world.register(a_provider(score=65))

    again = world.set_routes(BANK, table, "steward-1")

    assert (again.version, again.routes[0].quality) == (2, 65)


@pytest.mark.parametrize(
    "route", [a_route(connector_id="nobody"), a_route(provider_id="somebody-else")]
)
def test_a_route_names_a_connector_of_its_provider(world: OnboardingWorld, route: object) -> None:
    world.demanded()

    with pytest.raises(ConfigurationRefused) as refused:
        world.set_routes(BANK, a_route_table(route), "steward-1")  # type: ignore[arg-type]

    assert refused.value.rule == "route.connector"


def test_a_route_to_another_product_is_refused(world: OnboardingWorld) -> None:
    world.demanded()

    with pytest.raises(ConfigurationRefused):
        world.set_routes(BANK, a_route_table(product="invoice/1"), "steward-1")


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (Permission(caller="*", product="tax/1", purposes=frozenset({"post_loan"})), "caller"),
        (Permission(caller="factory", product="tax/9", purposes=frozenset({"post_loan"})), "prod"),
        (Permission(caller="factory", product="tax/1", purposes=frozenset({"看看"})), "purpose"),
        (Permission(caller="factory", product="tax/1", purposes=frozenset()), "purpose"),
    ],
)
def test_a_permission_names_who_what_and_why(
    world: OnboardingWorld, line: Permission, rule: str
) -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        world.set_access(BANK, access_rules(permissions=(line,)), "risk-1")

    assert rule in (refused.value.rule or "")


def test_a_days_quota_is_not_larger_than_the_months(world: OnboardingWorld) -> None:
    limits = (("factory", Limits(daily=10, monthly=9)),)

    with pytest.raises(ConfigurationRefused):
        world.set_access(BANK, access_rules(caller_limits=limits), "risk-1")


def test_the_same_price_again_is_one_price(world: OnboardingWorld) -> None:
    world.demanded()
    world.add_price(BANK, a_price(), "steward-1")

    world.add_price(BANK, a_price(), "steward-1")

    assert len(world.prices.of(BANK, "sbx-tax-returns")) == 1


def test_two_prices_of_one_day_are_refused(world: OnboardingWorld) -> None:
    world.demanded()
    world.add_price(BANK, a_price("0.80"), "steward-1")

    with pytest.raises(Conflict):
        world.add_price(BANK, a_price("0.70"), "steward-1")


@pytest.mark.parametrize(
    "tiers",
    [
        (),
        (Tier(up_to=10, unit_yuan=Decimal(1)),),
        (Tier(up_to=None, unit_yuan=Decimal(1)), Tier(up_to=None, unit_yuan=Decimal(1))),
        (
            Tier(up_to=10, unit_yuan=Decimal(1)),
            Tier(up_to=5, unit_yuan=Decimal(1)),
            Tier(up_to=None, unit_yuan=Decimal(1)),
        ),
        (Tier(up_to=None, unit_yuan=Decimal(-1)),),
    ],
)
def test_tiers_rise_to_an_open_end(world: OnboardingWorld, tiers: tuple[Tier, ...]) -> None:
    world.demanded()

    with pytest.raises(ConfigurationRefused):
        world.add_price(BANK, a_price(tiers=tiers), "steward-1")


def test_a_kept_consent_knows_its_subject_by_fingerprint_only(world: OnboardingWorld) -> None:
    kept = world.keep_consent(a_given_consent())

    assert "91340100MA2N000008" not in repr(kept)


def test_a_consent_keeps_its_terms(world: OnboardingWorld) -> None:
    world.keep_consent(a_given_consent())

    with pytest.raises(ConsentChanged):
        world.keep_consent(a_given_consent(scope="credit_bureau"))


def test_a_withdrawal_ends_a_consent_for_good(world: OnboardingWorld) -> None:
    world.keep_consent(a_given_consent())
    world.keep_consent(a_given_consent(withdrawn=True))

    again = world.keep_consent(a_given_consent())

    assert again.withdrawn_at is not None


def test_a_withdrawal_that_comes_before_its_consent_still_ends_it(world: OnboardingWorld) -> None:
    world.keep_consent(a_given_consent(withdrawn=True))

    late = world.keep_consent(a_given_consent())

    assert late.withdrawn_at is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": "utility"},
        {"numbers": {}},
        {"purposes": frozenset({"whatever"})},
        {"expires_on": date(2020, 1, 1)},
    ],
)
def test_a_consent_without_scope_subject_purpose_or_time_is_none(
    world: OnboardingWorld, changes: dict[str, object]
) -> None:
    with pytest.raises(Unprocessable):
        world.keep_consent(a_given_consent(**changes))


def test_a_scope_that_nobody_can_consent_to_is_refused_by_its_rule(world: OnboardingWorld) -> None:
    with pytest.raises(Unprocessable, match="tax_invoice") as refusal:
        world.keep_consent(a_given_consent(scope="utility"))

    assert (refusal.value.field, refusal.value.rule) == ("scope", "consent.scope")


def test_a_consent_is_withdrawn_by_its_id_and_keeps_its_first_moment(
    world: OnboardingWorld,
) -> None:
    world.keep_consent(a_given_consent())

    ended = world.withdraw_consent(BANK, "con-1")
    world.clock.advance(timedelta(days=1))

    assert ended.withdrawn_at == NOON
    assert world.withdraw_consent(BANK, "con-1") == world.consents.get(BANK, "con-1")
    assert world.consents.get(BANK, "con-1").withdrawn_at == NOON


def test_withdrawing_a_mistyped_consent_fails_and_registers_nothing(
    world: OnboardingWorld,
) -> None:
    world.keep_consent(a_given_consent())

    with pytest.raises(ConsentNotFound) as refusal:
        world.withdraw_consent(BANK, "con-11")

    assert (refusal.value.field, refusal.value.rule) == ("consent_id", "consent.unknown")
    with pytest.raises(ConsentMissing):
        world.consents.get(BANK, "con-11")
