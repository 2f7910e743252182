"""Configuration on DynamoDB: usable at once, remembered for a moment, raced for by one winner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest

from extdata.adapters.dynamo_connectors import DynamoConnectors
from extdata.adapters.dynamo_consents import DynamoConsents
from extdata.adapters.dynamo_registry import (
    DynamoAccessRulebook,
    DynamoPrices,
    DynamoProviders,
    DynamoRouteTables,
)
from extdata.adapters.short_memory import CONFIGURATION_SECONDS, ShortMemory
from extdata.domain.connector import Connector
from extdata.domain.permission import AccessRules
from puhui.contracts.extdata import ConnectorPublished
from puhui.errors import Conflict, StaleVersion
from puhui.events import Envelope
from tests.component.extdata.storage import Ticks, account, items, outbox_names
from tests.support.aws_faults import TableCalls, answer_lost
from tests.support.extdata import (
    BANK,
    NOON,
    PRODUCT,
    a_connector,
    a_consent,
    a_price,
    a_provider,
    a_route_table,
    access_rules,
)
from tests.support.races import race


@pytest.fixture(autouse=True)
def table() -> Iterator[None]:
    """An empty table."""
    with account():
        yield


def test_another_process_sees_a_publication_within_the_bound() -> None:
    ticks = Ticks()
    here, there = DynamoConnectors(ShortMemory[Connector](monotonic=ticks)), DynamoConnectors()
    there.save(a_connector())
    assert here.published(BANK, "sbx-tax-returns").version == 1
    there.save(a_connector(version=2))

    ticks.now += CONFIGURATION_SECONDS

    assert CONFIGURATION_SECONDS <= 2
    assert here.published(BANK, "sbx-tax-returns").version == 2


def test_the_process_that_published_sees_it_at_once() -> None:
    connectors = DynamoConnectors(ShortMemory[Connector](monotonic=Ticks()))
    connectors.save(a_connector())
    connectors.published(BANK, "sbx-tax-returns")

    connectors.save(a_connector(version=2))

    assert connectors.published(BANK, "sbx-tax-returns").version == 2


def test_a_refused_write_does_not_leave_the_old_value_remembered() -> None:
    here = DynamoAccessRulebook(ShortMemory[AccessRules](monotonic=Ticks()))
    there = DynamoAccessRulebook()
    here.save(BANK, access_rules(), "admin-1", NOON)
    read = here.get(BANK)
    there.save(BANK, replace(read, permissions=()), "admin-2", NOON)

    with pytest.raises(StaleVersion):
        here.save(BANK, read, "admin-1", NOON)

    assert here.get(BANK).version == 2


def test_what_a_query_needs_of_configuration_costs_nothing_while_it_is_remembered() -> None:
    rulebook, tables, providers = DynamoAccessRulebook(), DynamoRouteTables(), DynamoProviders()
    connectors, prices, consents = DynamoConnectors(), DynamoPrices(), DynamoConsents()
    rulebook.save(BANK, access_rules(), "admin-1", NOON)
    tables.add(BANK, a_route_table(), "steward-1", NOON)
    providers.save(a_provider(), NOON)
    connectors.save(a_connector())
    prices.add(BANK, a_price(), "steward-1", NOON)
    consents.save(a_consent())

    def read() -> None:
        rulebook.get(BANK)
        tables.current(BANK, PRODUCT)
        providers.get(BANK, "sbx-tax")
        connectors.published(BANK, "sbx-tax-returns")
        prices.of(BANK, "sbx-tax-returns")
        consents.get(BANK, "con-1")

    read()
    with TableCalls().watched() as calls:
        read()

    assert calls.operations == ["GetItem"], "only the consent is read again, every time"


def test_of_many_who_publish_at_once_one_wins() -> None:
    connectors = DynamoConnectors()
    for version in (1, 2, 3, 4):
        connectors.save(a_connector("approved", version=version))
    versions = [connectors.get(BANK, "sbx-tax-returns", version) for version in (1, 2, 3, 4)]

    race([partial(connectors.save, one.publish("steward-1", NOON)) for one in versions])

    stages = [one.stage for one in connectors.all(BANK)]
    assert stages.count("published") == 1
    assert connectors.published(BANK, "sbx-tax-returns").stage == "published"


def test_a_publication_tells_of_itself_in_the_same_transaction() -> None:
    event = Envelope(
        event_id="evt-1",
        name=ConnectorPublished.name,
        version=1,
        source="puhui.extdata",
        bank_id=BANK,
        subject="sbx-tax-returns",
        correlation_id="sbx-tax-returns",
        occurred_at=NOON,
        data={},
    )
    connectors = DynamoConnectors()
    connectors.save(a_connector("approved"))
    stale = connectors.get(BANK, "sbx-tax-returns", 1)
    connectors.save(stale.publish("steward-1", NOON), [event])

    with pytest.raises(StaleVersion):
        connectors.save(stale.publish("steward-2", NOON), [replace_id(event)])

    assert outbox_names() == ["ConnectorPublished"]


def replace_id(event: Envelope) -> Envelope:
    """The same event once more."""
    return event.model_copy(update={"event_id": "evt-2"})


def test_of_many_overlapping_prices_added_at_once_one_is_kept() -> None:
    last = NOON.date().replace(day=30)
    prices = [
        a_price(f"0.{n}0", effective_from=NOON.date().replace(day=n), effective_to=last)
        for n in range(1, 6)
    ]

    answers = race([partial(DynamoPrices().add, BANK, one, "steward-1", NOON) for one in prices])

    assert len(DynamoPrices().of(BANK, "sbx-tax-returns")) == 1
    assert [type(answer) for answer in answers].count(type(None)) == 1
    assert all(isinstance(answer, Conflict | None) for answer in answers)


def test_every_version_of_the_rules_is_kept_with_who_set_it() -> None:
    rulebook = DynamoAccessRulebook()
    rulebook.save(BANK, access_rules(), "admin-1", NOON)

    rulebook.save(BANK, replace(rulebook.get(BANK), permissions=()), "admin-2", NOON)

    kept = sorted(items("RULES"), key=lambda item: item["sk"]["S"])
    assert [item["set_by"]["S"] for item in kept] == ["admin-1", "admin-2"]


def test_a_consent_whose_first_write_lost_its_answer_is_there_once() -> None:
    consents = DynamoConsents()
    with TableCalls().watched() as calls:
        calls.plan({0: answer_lost})
        with pytest.raises(Exception, match="does not answer"):
            consents.save(a_consent())

    with pytest.raises(StaleVersion):
        consents.save(a_consent())

    assert consents.get(BANK, "con-1").version == 1
