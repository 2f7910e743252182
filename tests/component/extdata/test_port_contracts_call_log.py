"""What call log, cache, meters, archive and keys promise: in memory and on AWS."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from extdata.domain.errors import (
    ArchiveBroken,
    KeyUnavailable,
    QueryNotFound,
)
from extdata.domain.query import ASKING, Query
from extdata.provider_ports import KeyVersion
from tests.component.extdata.storage import Stores, account, aws_stores, memory_stores
from tests.support.extdata import (
    BANK,
    NOON,
    OTHER_BANK,
    TODAY,
    a_cache_key,
    a_cached_answer,
    a_manifest,
    a_meter_event,
    a_page,
    a_provider,
    a_query,
    an_attempt,
)


@pytest.fixture(params=["memory", "aws"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    """Empty stores of each kind."""
    if request.param == "memory":
        yield memory_stores()
        return
    with account() as key:
        yield aws_stores(key)


def being_asked(**changes: object) -> Query:
    """A query that is about to leave the bank."""
    blank = {"attempts": (), "document": None, "document_at": None, "reason": ASKING}
    return a_query(status="pending", **blank | changes)


def test_a_query_leaves_record_meter_and_cached_answer(stores: Stores) -> None:
    kept = stores.queries.finish(a_query(), meters=[a_meter_event()], cache=a_cached_answer())

    assert kept == a_query(version=1)
    assert stores.queries.get(BANK, "qry-1") == kept
    assert list(stores.meters.of_month(BANK, "2026-11", "sbx-tax")) == [a_meter_event()]
    assert stores.cache.find(a_cache_key()) == a_cached_answer()


def test_a_query_written_down_before_it_leaves_is_finished_once(stores: Stores) -> None:
    begun = stores.queries.begin(being_asked())

    kept = stores.queries.finish(a_query(version=begun.version))

    assert (begun.version, begun.asked_at) == (1, NOON)
    assert kept == a_query(version=2)


def test_who_begins_second_gets_what_the_first_wrote(stores: Stores) -> None:
    first = stores.queries.begin(being_asked())

    second = stores.queries.begin(being_asked(asked_at=NOON + timedelta(seconds=1)))

    assert second == first


def test_a_run_that_died_is_taken_over_by_one_only(stores: Stores) -> None:
    dead = stores.queries.begin(being_asked())
    later = [NOON + timedelta(seconds=seconds) for seconds in (60, 61)]

    taken = [
        stores.queries.begin(being_asked(asked_at=moment, version=dead.version)) for moment in later
    ]

    assert [one.asked_at for one in taken] == [later[0], later[0]]


def test_an_answered_query_is_answered_as_it_stands(stores: Stores) -> None:
    first = stores.queries.finish(a_query(), meters=[a_meter_event()])

    for version in (0, first.version):
        again = a_query(status="unavailable", reason="provider.timeout", version=version)
        other = a_meter_event(request_no="no-2")
        assert stores.queries.finish(again, meters=[other], cache=a_cached_answer()) == first

    assert list(stores.meters.of_month(BANK, "2026-11", "sbx-tax")) == [a_meter_event()]
    assert stores.cache.find(a_cache_key()) is None


def test_a_pending_query_is_found_by_its_job_and_its_calls_are_metered_once(
    stores: Stores,
) -> None:
    failed = a_meter_event(request_no="no-0", outcome="provider.timeout", charge="uncertain")
    waiting = an_attempt(number=2, outcome="pending", job_id="job #1/甲", charge="free")
    pending = being_asked(attempts=(waiting,), reason="provider.pending")
    stores.queries.finish(pending, meters=[failed])

    found = stores.queries.pending_job(BANK, "sbx-tax-returns", "job #1/甲")
    stores.queries.finish(a_query(version=found.version), meters=[failed, a_meter_event()])

    metered = list(stores.meters.of_month(BANK, "2026-11", "sbx-tax"))
    assert metered == [failed, a_meter_event()]
    assert stores.queries.pending_job(BANK, "sbx-tax-returns", "job #1/甲").answered


@pytest.mark.parametrize("place", [(OTHER_BANK, "sbx-tax-returns"), (BANK, "another")])
def test_a_job_of_another_bank_or_connector_is_not_found(
    stores: Stores, place: tuple[object, str]
) -> None:
    waiting = an_attempt(outcome="pending", job_id="job-1", charge="free")
    stores.queries.finish(being_asked(attempts=(waiting,)))

    with pytest.raises(QueryNotFound):
        stores.queries.pending_job(*place, "job-1")  # type: ignore[arg-type]


def test_another_banks_query_is_not_found(stores: Stores) -> None:
    stores.queries.finish(a_query())

    with pytest.raises(QueryNotFound):
        stores.queries.get(OTHER_BANK, "qry-1")

    assert stores.queries.find(OTHER_BANK, "qry-1") is None


def test_queries_of_an_accounting_day_are_all_listed_once(stores: Stores) -> None:
    expected = {f"qry-{n}" for n in range(30)}
    for query_id in expected:
        stores.queries.finish(a_query(query_id=query_id))
    stores.queries.finish(a_query(query_id="qry-tomorrow", asked_on=TODAY + timedelta(days=1)))
    stores.queries.finish(a_query(query_id="qry-south", bank_id=OTHER_BANK))

    listed = [query.query_id for query in stores.queries.of_day(BANK, TODAY)]

    assert (len(listed), set(listed)) == (30, expected)


def test_meters_of_all_providers_come_in_the_order_of_the_calls(stores: Stores) -> None:
    for provider in ("sbx-tax", "sbx-court"):
        stores.providers.save(a_provider(provider_id=provider), NOON)
    events = [
        a_meter_event(
            provider_id=("sbx-tax", "sbx-court")[n % 2],
            request_no=f"no-{n}",
            called_at=NOON + timedelta(seconds=n),
        )
        for n in range(4)
    ]
    stores.queries.finish(a_query(), meters=list(reversed(events)))
    other_month = a_meter_event(request_no="no-9", called_on=date(2026, 10, 31))
    stores.queries.finish(a_query(query_id="qry-2"), meters=[other_month])

    assert list(stores.meters.of_month(BANK, "2026-11")) == events


def test_the_newest_cached_answer_stands_and_is_bound_to_its_scope(stores: Stores) -> None:
    stores.queries.finish(a_query(), cache=a_cached_answer())
    newer = a_cached_answer(query_id="qry-2", status="miss", document=None)
    stores.queries.finish(a_query(query_id="qry-2"), cache=newer)

    assert stores.cache.find(a_cache_key()) == newer
    assert stores.cache.find(a_cache_key(scope="data_processing")) is None
    assert stores.cache.find(a_cache_key(bank_id=OTHER_BANK)) is None


def test_what_was_archived_is_read_back(stores: Stores) -> None:
    page = a_page(b"opened", wire=b"as it came")
    manifest = a_manifest(page)
    stores.archive.keep_raw(BANK, [page, a_page(b"second")])

    key = stores.archive.keep_manifest(manifest)

    assert stores.archive.manifest(key) == manifest
    assert stores.archive.raw(BANK, manifest.pages[0].opened_sha256) == b"opened"
    assert stores.archive.raw(BANK, manifest.pages[0].wire_sha256) == b"as it came"


def test_the_same_document_twice_is_one_object(stores: Stores) -> None:
    once = stores.archive.keep_document(BANK, b"{}", b"columns", "a" * 64)
    again = stores.archive.keep_document(BANK, b"{}", b"columns", "a" * 64)

    assert once == again
    assert stores.archive.document(once) == b"{}"


def test_another_banks_raw_bytes_are_not_there(stores: Stores) -> None:
    stores.archive.keep_raw(BANK, [a_page(b"opened")])
    digest = a_manifest(a_page(b"opened")).pages[0].opened_sha256

    with pytest.raises(ArchiveBroken):
        stores.archive.raw(OTHER_BANK, digest)


def test_the_newest_key_comes_first_and_older_ones_stay(stores: Stores) -> None:
    for number in (1, 2, 10):
        version = KeyVersion(version=f"v{number}", material=bytes([number]) * 32)
        stores.keys.put(BANK, "sbx-tax", "body", version)
    stores.keys.put(BANK, "sbx-tax", "sign", KeyVersion(version="v1", material=b"s" * 32))

    versions = stores.keys.versions(BANK, "sbx-tax", "body")

    assert [one.version for one in versions] == ["v10", "v2", "v1"]
    assert [one.material[0] for one in versions] == [10, 2, 1]


@pytest.mark.parametrize("place", [(OTHER_BANK, "sbx-tax", "body"), (BANK, "sbx-tax", "other")])
def test_a_key_that_was_never_put_is_unavailable(
    stores: Stores, place: tuple[object, str, str]
) -> None:
    stores.keys.put(BANK, "sbx-tax", "body", KeyVersion(version="v1", material=b"k" * 32))

    with pytest.raises(KeyUnavailable):
        stores.keys.versions(*place)  # type: ignore[arg-type]
