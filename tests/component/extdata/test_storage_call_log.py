"""The call log on DynamoDB: one transaction, whatever breaks; blind; nothing ever changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from extdata.adapters.blind_fingerprints import BlindFingerprints
from extdata.adapters.dynamo_queries import MAX_ATTEMPTS, DynamoMeters, DynamoQueries
from extdata.adapters.rows_queries import AuditRecordRow
from extdata.domain.audit_record import audit_record, record_id
from extdata.domain.query import ASKING, Query
from infra.stacks.extdata import WRITTEN_ONCE
from puhui.blind_index import BlindIndex
from puhui.contracts.extdata import ExternalDataAnswered
from puhui.errors import StaleVersion, UpstreamUnavailable
from puhui.events import Envelope
from tests.component.extdata.storage import (
    TABLE,
    Stores,
    account,
    aws_stores,
    items,
    outbox_names,
    writes,
)
from tests.support.aws import scan_text
from tests.support.aws_faults import (
    FAULTS,
    Fault,
    Killed,
    TableCalls,
    answer_lost,
    conflicting,
    repeated_by_the_sdk,
)
from tests.support.extdata import (
    BANK,
    NOON,
    TODAY,
    a_cached_answer,
    a_consent,
    a_meter_event,
    a_person,
    a_price,
    a_provider,
    a_query,
    a_route_table,
    a_subject,
    access_rules,
    an_attempt,
)
from tests.support.races import race


@pytest.fixture
def stores() -> Iterator[Stores]:
    """An empty table."""
    with account() as key:
        yield aws_stores(key)


@pytest.fixture
def queries() -> DynamoQueries:
    """The call log, without pauses."""
    return DynamoQueries(pause=lambda _: None)


def an_event() -> Envelope:
    """The query was answered."""
    return Envelope(
        event_id="evt-1",
        name=ExternalDataAnswered.name,
        version=1,
        source="puhui.extdata",
        bank_id=BANK,
        subject="qry-1",
        correlation_id="cor-1",
        occurred_at=NOON,
        data={},
    )


def finished(queries: DynamoQueries, query: Query) -> Query:
    """Finish a query with everything that it may leave behind."""
    return queries.finish(
        query, meters=[a_meter_event()], cache=a_cached_answer(), events=[an_event()]
    )


def everything() -> dict[str, int]:
    """How many rows of each kind there are."""
    kinds = ("QUERY", "DAY", "METER", "CACHE", "AUDIT")
    return {kind: len(items(kind)) for kind in kinds} | {"events": len(outbox_names())}


ALL = {"QUERY": 1, "DAY": 1, "METER": 1, "CACHE": 1, "AUDIT": 1, "events": 1}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_whatever_breaks_everything_is_written_once_or_nothing(
    stores: Stores, queries: DynamoQueries, fault: Fault
) -> None:
    with TableCalls().watched() as calls:
        calls.plan({0: fault})
        try:
            finished(queries, a_query())
        except (Killed, UpstreamUnavailable):
            assert everything() in (dict.fromkeys(ALL, 0), ALL)

        again = finished(queries, a_query())

    assert (again, everything()) == (a_query(version=1), ALL)


@pytest.mark.parametrize("fault", [answer_lost, repeated_by_the_sdk])
def test_a_begin_whose_answer_is_lost_may_still_go_on(
    stores: Stores, queries: DynamoQueries, fault: Fault
) -> None:
    asking = a_query(status="pending", reason=ASKING, attempts=(), document=None)
    with TableCalls().watched() as calls:
        calls.plan({0: fault})
        try:
            begun = queries.begin(asking)
        except UpstreamUnavailable:
            begun = queries.begin(asking)

    assert (begun.asked_at, begun.version) == (asking.asked_at, 1)


def test_two_transactions_that_meet_on_a_row_are_repeated(
    stores: Stores, queries: DynamoQueries
) -> None:
    with TableCalls().watched() as calls:
        calls.plan({0: conflicting})
        kept = finished(queries, a_query())

    assert (kept.version, everything()) == (1, ALL)


def test_a_row_that_is_always_contended_is_told_to_the_caller(
    stores: Stores, queries: DynamoQueries
) -> None:
    with TableCalls().watched() as calls:
        calls.plan(dict.fromkeys(range(10 * MAX_ATTEMPTS), conflicting))

        with pytest.raises((StaleVersion, UpstreamUnavailable)):
            finished(queries, a_query())

    assert everything() == dict.fromkeys(ALL, 0)


def test_of_many_who_finish_at_once_one_wins_and_all_get_its_answer(
    stores: Stores, queries: DynamoQueries
) -> None:
    mine = [
        lambda n=n: queries.finish(
            a_query(gateway_ms=n), meters=[a_meter_event(request_no=f"no-{n}")]
        )
        for n in range(8)
    ]

    answers = race(mine)

    assert len({answer.gateway_ms for answer in answers}) == 1
    assert len(items("METER")) == len(items("AUDIT")) == 1


def test_a_query_and_all_it_leaves_behind_cost_one_call(
    stores: Stores, queries: DynamoQueries
) -> None:
    with TableCalls().watched() as calls:
        finished(queries, a_query())

    assert calls.operations == ["TransactWriteItems"]


def test_a_provider_that_names_two_jobs_alike_loses_no_query(
    stores: Stores, queries: DynamoQueries
) -> None:
    waiting = an_attempt(outcome="pending", job_id="job-1", charge="free")
    pending = a_query(status="pending", attempts=(waiting,), document=None)
    queries.finish(pending)

    second = queries.finish(replace(pending, query_id="qry-2"))

    assert (second.query_id, second.version) == ("qry-2", 1)
    assert queries.pending_job(BANK, "sbx-tax-returns", "job-1").query_id == "qry-1"


def test_a_call_metered_differently_before_stops_the_transaction(
    stores: Stores, queries: DynamoQueries
) -> None:
    queries.finish(a_query(query_id="qry-0"), meters=[a_meter_event(cost_fen=1)])

    with pytest.raises(StaleVersion):
        queries.finish(a_query(), meters=[a_meter_event(cost_fen=80)])

    assert queries.find(BANK, "qry-1") is None
    assert [event.cost_fen for event in DynamoMeters().of_month(BANK, "2026-11", "sbx-tax")] == [1]


def test_the_audit_record_lies_where_its_consumer_looks(
    stores: Stores, queries: DynamoQueries
) -> None:
    kept = finished(queries, a_query(callers=("factory",)))

    row = AuditRecordRow.get(f"BANK#{BANK}#AUDIT#{TODAY}", record_id(kept))

    assert (row.bank_id, row.day, row.record) == (BANK, TODAY.isoformat(), audit_record(kept))


def test_no_row_holds_a_name_or_a_number_of_anybody(stores: Stores, queries: DynamoQueries) -> None:
    fingerprints = BlindFingerprints(BlindIndex(bytes(range(32))))
    firm, person = a_subject(), a_person()
    stores.providers.save(a_provider(), NOON)
    for n, subject in enumerate((firm, person)):
        key = fingerprints.of(subject)
        stores.consents.save(a_consent(consent_id=f"con-{n}", subject_keys=frozenset({key})))
        cached = replace(a_cached_answer().key, subject_key=key)
        queries.finish(
            a_query(query_id=f"qry-{n}", subject_key=key),
            meters=[a_meter_event(request_no=f"no-{n}")],
            cache=a_cached_answer(key=cached),
        )

    text = scan_text(TABLE)

    known = [firm.name, firm.uscc, person.name, person.id_number, person.phone]
    assert [value for value in known if value and value in text] == []
    assert fingerprints.of(person) in text


def test_rows_written_once_are_only_ever_created(stores: Stores, queries: DynamoQueries) -> None:
    waiting = an_attempt(outcome="pending", job_id="job-1", charge="free")
    with writes() as sent:
        stores.prices.add(BANK, a_price(), "steward-1", NOON)
        stores.route_tables.add(BANK, a_route_table(), "steward-1", NOON)
        stores.rulebook.save(BANK, access_rules(), "admin-1", NOON)
        pending = queries.finish(a_query(status="pending", attempts=(waiting,), document=None))
        finished(queries, replace(pending, status="hit", attempts=(an_attempt(),)))

    once = [write for write in sent if any(f"#{kind}#" in write.pk for kind in WRITTEN_ONCE)]
    kinds = {kind for kind in WRITTEN_ONCE if any(f"#{kind}#" in write.pk for write in once)}
    assert kinds == set(WRITTEN_ONCE) - {"CHAIN", "BILL"}, "those two are written by others"
    assert {(write.operation, write.only_new) for write in once} == {("Put", True)}
