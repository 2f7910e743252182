"""What every store of configuration promises: in memory and on AWS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from extdata.domain.errors import (
    ConnectorNotFound,
    ConsentMissing,
    ProviderNotFound,
    RouteTableNotFound,
)
from extdata.domain.permission import AccessRules
from puhui.errors import Conflict, StaleVersion
from tests.component.extdata.storage import Stores, account, aws_stores, memory_stores
from tests.support.extdata import (
    BANK,
    NOON,
    OTHER_BANK,
    PRODUCT,
    a_connector,
    a_consent,
    a_price,
    a_provider,
    a_route,
    a_route_table,
    access_rules,
)


@pytest.fixture(params=["memory", "aws"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    """Empty stores of each kind."""
    if request.param == "memory":
        yield memory_stores()
        return
    with account() as key:
        yield aws_stores(key)


def test_a_consent_is_read_back_as_it_was_kept(stores: Stores) -> None:
    consent = a_consent(providers=frozenset({"sbx-tax"}), purposes=frozenset({"a", "b"}))

    stores.consents.save(consent)

    assert stores.consents.get(BANK, "con-1") == replace(consent, version=1)


def test_a_withdrawal_is_seen_by_the_very_next_read(stores: Stores) -> None:
    stores.consents.save(a_consent())
    kept = stores.consents.get(BANK, "con-1")

    stores.consents.save(kept.withdraw(NOON))

    assert stores.consents.get(BANK, "con-1").withdrawn_at == NOON


def test_a_consent_that_changed_meanwhile_is_not_overwritten(stores: Stores) -> None:
    stores.consents.save(a_consent())
    kept = stores.consents.get(BANK, "con-1")
    stores.consents.save(kept.withdraw(NOON))

    with pytest.raises(StaleVersion):
        stores.consents.save(kept)


@pytest.mark.parametrize("bank", [OTHER_BANK, BANK])
def test_an_unknown_consent_is_missing(stores: Stores, bank: object) -> None:
    stores.consents.save(a_consent(consent_id="con-1" if bank == OTHER_BANK else "con-2"))

    with pytest.raises(ConsentMissing) as refused:
        stores.consents.get(bank, "con-1")  # type: ignore[arg-type]

    assert refused.value.rule == "consent.unknown"


def test_a_bank_without_rules_has_rules_that_allow_nothing(stores: Stores) -> None:
    assert stores.rulebook.get(BANK) == AccessRules()


def test_rules_are_replaced_by_who_read_them_last(stores: Stores) -> None:
    stores.rulebook.save(BANK, access_rules(), "admin-1", NOON)
    read = stores.rulebook.get(BANK)
    stores.rulebook.save(BANK, replace(read, permissions=()), "admin-2", NOON)

    with pytest.raises(StaleVersion):
        stores.rulebook.save(BANK, read, "admin-1", NOON)

    assert stores.rulebook.get(BANK) == AccessRules(version=2)


def test_the_newest_route_table_is_in_force_at_once(stores: Stores) -> None:
    stores.route_tables.add(BANK, a_route_table(), "steward-1", NOON)
    stores.route_tables.current(BANK, PRODUCT)
    newer = a_route_table(a_route(priority=2, regions=("34",)), version=2, cache_days=7)

    stores.route_tables.add(BANK, newer, "steward-1", NOON)

    assert stores.route_tables.current(BANK, PRODUCT) == newer


def test_a_version_of_a_route_table_is_never_replaced(stores: Stores) -> None:
    stores.route_tables.add(BANK, a_route_table(), "steward-1", NOON)

    with pytest.raises(StaleVersion):
        stores.route_tables.add(BANK, a_route_table(cache_days=9), "steward-2", NOON)

    assert stores.route_tables.current(BANK, PRODUCT) == a_route_table()


def test_a_product_without_a_route_table_has_none(stores: Stores) -> None:
    stores.route_tables.add(OTHER_BANK, a_route_table(), "steward-1", NOON)

    with pytest.raises(RouteTableNotFound):
        stores.route_tables.current(BANK, PRODUCT)


def test_a_provider_is_read_back_and_changed_by_who_read_it(stores: Stores) -> None:
    stores.providers.save(a_provider(), NOON)
    kept = stores.providers.get(BANK, "sbx-tax")

    stores.providers.save(replace(kept, score=90), NOON)

    assert stores.providers.get(BANK, "sbx-tax") == a_provider(score=90, version=2)


def test_a_provider_registered_twice_is_refused(stores: Stores) -> None:
    stores.providers.save(a_provider(), NOON)

    with pytest.raises(StaleVersion):
        stores.providers.save(a_provider(score=1), NOON)


def test_providers_of_a_bank_are_listed_by_id(stores: Stores) -> None:
    for provider in (a_provider(), a_provider(provider_id="sbx-court")):
        stores.providers.save(provider, NOON)
    stores.providers.save(a_provider(bank_id=OTHER_BANK), NOON)

    assert [one.provider_id for one in stores.providers.all(BANK)] == ["sbx-court", "sbx-tax"]


def test_another_banks_provider_is_not_found(stores: Stores) -> None:
    stores.providers.save(a_provider(bank_id=OTHER_BANK), NOON)

    with pytest.raises(ProviderNotFound):
        stores.providers.get(BANK, "sbx-tax")


def test_publishing_a_connector_retires_the_version_before(stores: Stores) -> None:
    stores.connectors.save(a_connector())
    assert stores.connectors.published(BANK, "sbx-tax-returns").version == 1
    stores.connectors.save(a_connector("approved", version=2))
    second = stores.connectors.get(BANK, "sbx-tax-returns", 2)

    stores.connectors.save(second.publish("steward-1", NOON))

    assert stores.connectors.published(BANK, "sbx-tax-returns").version == 2
    assert stores.connectors.get(BANK, "sbx-tax-returns", 1).stage == "retired"


def test_a_retired_connector_is_no_longer_published_but_still_there(stores: Stores) -> None:
    stores.connectors.save(a_connector())
    stores.connectors.save(stores.connectors.published(BANK, "sbx-tax-returns").retire())

    with pytest.raises(ConnectorNotFound):
        stores.connectors.published(BANK, "sbx-tax-returns")

    assert stores.connectors.get(BANK, "sbx-tax-returns", 1).stage == "retired"


def test_an_older_version_cannot_be_published_over_a_newer_one(stores: Stores) -> None:
    stores.connectors.save(a_connector("approved"))
    old = stores.connectors.get(BANK, "sbx-tax-returns", 1)
    stores.connectors.save(a_connector(version=2))

    with pytest.raises(StaleVersion):
        stores.connectors.save(old.publish("steward-1", NOON))

    assert stores.connectors.published(BANK, "sbx-tax-returns").version == 2


def test_a_connector_is_read_back_with_its_whole_specification(stores: Stores) -> None:
    connector = a_connector("tested")

    stores.connectors.save(connector)

    kept = stores.connectors.get(BANK, "sbx-tax-returns", 1)
    assert kept == replace(connector, row_version=1)


def test_the_latest_version_is_that_of_this_connector_only(stores: Stores) -> None:
    for version in (1, 2, 10):
        stores.connectors.save(a_connector("demand", version=version))
    stores.connectors.save(a_connector("demand", connector_id="sbx-tax-returns-2", version=11))

    assert stores.connectors.latest_version(BANK, "sbx-tax-returns") == 10
    assert stores.connectors.latest_version(OTHER_BANK, "sbx-tax-returns") == 0
    assert [one.version for one in stores.connectors.all(BANK)] == [1, 2, 10, 11]


def test_a_connector_that_changed_meanwhile_is_not_overwritten(stores: Stores) -> None:
    stores.connectors.save(a_connector("tested"))
    read = stores.connectors.get(BANK, "sbx-tax-returns", 1)
    stores.connectors.save(read.approve("steward-3", NOON))

    with pytest.raises(StaleVersion):
        stores.connectors.save(read.approve("steward-4", NOON))


def test_prices_are_listed_by_their_first_day(stores: Stores) -> None:
    later = a_price("0.70", effective_from=date(2027, 1, 1))
    earlier = a_price(effective_to=date(2026, 12, 31))

    stores.prices.add(BANK, later, "steward-1", NOON)
    stores.prices.add(BANK, earlier, "steward-1", NOON)

    assert list(stores.prices.of(BANK, "sbx-tax-returns")) == [earlier, later]


def test_a_price_without_an_end_gives_way_to_the_one_that_follows(stores: Stores) -> None:
    following = a_price("0.70", effective_from=date(2027, 1, 1))
    stores.prices.add(BANK, a_price(), "steward-1", NOON)

    stores.prices.add(BANK, following, "steward-1", NOON)

    ended = a_price(effective_to=date(2026, 12, 31))
    assert list(stores.prices.of(BANK, "sbx-tax-returns")) == [ended, following]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2025, 1, 1), date(2026, 1, 1)),
        (date(2026, 3, 1), date(2026, 3, 1)),
        (date(2025, 1, 1), date.max),
    ],
)
def test_a_price_that_overlaps_another_is_refused(stores: Stores, first: date, last: date) -> None:
    known = a_price(effective_from=date(2026, 1, 1), effective_to=date(2026, 12, 31))
    stores.prices.add(BANK, known, "steward-1", NOON)

    with pytest.raises(Conflict) as refused:
        stores.prices.add(
            BANK, a_price("0.1", effective_from=first, effective_to=last), "steward-1", NOON
        )

    assert refused.value.rule == "price.overlap"
    assert list(stores.prices.of(BANK, "sbx-tax-returns")) == [known]
