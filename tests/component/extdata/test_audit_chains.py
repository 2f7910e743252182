"""The port of audit chains, in memory and on DynamoDB: once per record, in a row, by anybody."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from extdata.adapters.dynamo_audit_chains import DynamoAuditChains
from extdata.adapters.rows_audit import AUDIT_ROWS
from extdata.audit_ports import AuditChains
from extdata.audit_wiring import audit_chains, banks
from extdata.domain.audit import GENESIS, SHARDS, ChainId, faults
from extdata.handlers import chain_audit
from infra.demo.extdata.in_memory_archive import InMemoryAuditChains
from puhui.dynamodb import bind_table
from puhui.errors import StaleVersion, UpstreamUnavailable
from tests.component.extdata.storage import TABLE, account
from tests.support.extdata import BANK, OTHER_BANK

DAY = "2026-11-02"
CHAIN = ChainId(bank_id=BANK, day=DAY, shard=0)
CONSUMERS = 20
RECORDS = 60


@pytest.fixture(params=["memory", "dynamodb"])
def chains(request: pytest.FixtureRequest) -> Iterator[AuditChains]:
    if request.param == "memory":
        yield InMemoryAuditChains()
        return
    with account():
        bind_table(TABLE, *AUDIT_ROWS)
        yield DynamoAuditChains(pause=lambda _: None)


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoAuditChains]:
    """The handler on a table; the chains as it leaves them."""
    monkeypatch.setenv("TABLE_NAME", TABLE)
    for cached in (audit_chains, banks):
        cached.cache_clear()
    with account():
        bind_table(TABLE, *AUDIT_ROWS)
        yield DynamoAuditChains()
    for cached in (audit_chains, banks):
        cached.cache_clear()


def streamed(number: int, **changes: dict[str, str]) -> dict[str, Any]:
    """A new audit record as the table's stream tells of it."""
    image = {
        "pk": {"S": f"BANK#{BANK}#AUDIT#{DAY}"},
        "sk": {"S": f"qry-{number}.hit"},
        "bank_id": {"S": BANK},
        "day": {"S": DAY},
        "record": {"S": f'{{"query_id":"qry-{number}"}}'},
    }
    return {
        "eventName": "INSERT",
        "dynamodb": {"SequenceNumber": str(number), "NewImage": image | changes},
    }


def chained(chains: AuditChains) -> list[str]:
    """Ids of what is in the day's chains, each of which must verify."""
    ids: list[str] = []
    for shard in range(SHARDS):
        chain = ChainId(bank_id=BANK, day=DAY, shard=shard)
        links = list(chains.links(chain))
        assert faults(links, chains.head(chain)) == []
        ids += [link.record_id for link in links]
    return sorted(ids)


def test_links_are_kept_in_order_each_on_the_one_before(chains: AuditChains) -> None:
    for number in range(12):
        chains.append(CHAIN, f"r-{number}", {"n": number})

    links = list(chains.links(CHAIN))

    assert [link.sequence for link in links] == list(range(1, 13))
    assert [link.record for link in links] == [{"n": number} for number in range(12)]
    assert [link.previous for link in links] == [GENESIS, *(link.hash for link in links[:-1])]
    assert chains.head(CHAIN) == (12, links[-1].hash)


def test_a_record_is_appended_once(chains: AuditChains) -> None:
    first = chains.append(CHAIN, "r-1", {"n": 1})

    again = chains.append(CHAIN, "r-1", {"n": 1})

    assert (first, again) == (True, False)
    assert len(list(chains.links(CHAIN))) == 1


def test_a_chain_that_nobody_appended_to_is_empty(chains: AuditChains) -> None:
    chains.append(CHAIN, "r-1", {"n": 1})

    other = ChainId(bank_id=OTHER_BANK, day=DAY, shard=0)

    assert (list(chains.links(other)), chains.head(other)) == ([], None)


def test_twenty_consumers_who_deliver_twice_make_chains_without_a_gap(
    chains: AuditChains,
) -> None:
    def deliver(record_id: str) -> bool:
        """The stream delivers again until the record is in."""
        while True:
            try:
                return chains.append(
                    ChainId.of(BANK, DAY, record_id), record_id, {"query_id": record_id}
                )
            except StaleVersion:
                continue

    ids = [f"qry-{number}.hit" for number in range(RECORDS)]
    deliveries = random.Random(7).sample(ids * 2, 2 * RECORDS)

    with ThreadPoolExecutor(CONSUMERS) as pool:
        new = sum(pool.map(deliver, deliveries))

    assert new == RECORDS
    assert chained(chains) == sorted(ids)


def test_a_batch_and_its_second_delivery_are_chained_once(stream: DynamoAuditChains) -> None:
    event = {"Records": [streamed(number) for number in range(5)]}
    chain_audit.handler(event, None)

    again = chain_audit.handler(event, None)

    assert again == {"batchItemFailures": []}
    assert chained(stream) == [f"qry-{number}.hit" for number in range(5)]


@pytest.mark.parametrize(
    "poison",
    [{"record": {"S": "{broken"}}, {"record": {"S": "[]"}}, {"day": {"N": "1"}}],
    ids=["not JSON", "no object", "no day"],
)
def test_a_record_that_nobody_can_read_is_named_and_keeps_none_of_its_batch_waiting(
    stream: DynamoAuditChains, poison: dict[str, dict[str, str]]
) -> None:
    event = {"Records": [streamed(1), streamed(2, **poison), streamed(3)]}

    answer = chain_audit.handler(event, None)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert chained(stream) == ["qry-1.hit", "qry-3.hit"]


def test_an_outage_stops_the_batch_where_it_began(
    stream: DynamoAuditChains, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bool:
        raise UpstreamUnavailable

    chain_audit.handler({"Records": [streamed(1)]}, None)
    monkeypatch.setattr(DynamoAuditChains, "append", fail)

    answer = chain_audit.handler({"Records": [streamed(2), streamed(3)]}, None)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}
