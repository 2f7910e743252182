"""Deciding with a graph: what is recorded, what the record keeps, and what a failing store does."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puhui.errors import StaleVersion, UpstreamUnavailable
from puhui.tenancy import BankId
from risk.domain.decision import Decision
from risk.domain.graph.edges import Statement
from risk.domain.graph.graph import Graph
from risk.domain.graph.nodes import kind_of
from risk.domain.graph.snapshot import graph_of, subject_of
from risk.usecases.trace_relations import TraceRelations
from tests.support.risk import AS_OF, NORTH, a_request
from tests.support.risk_applications import (
    Bank,
    KnownApplicants,
    a_party,
    a_register,
    a_related_firm,
    a_shareholder,
    devices,
    facts_of,
    firm_code,
    person_code,
)
from tests.support.risk_graph import FixedNodeNames, InMemoryEdges, NotedSignals

NAMES = FixedNodeNames()
SHARED = devices("d-shared")


def firm(number: int) -> str:
    return NAMES.of("firm", firm_code(number))


def apply(bank: Bank, number: int = 1, *documents: Any, **changes: Any) -> Decision:
    request = a_request(
        bank.references(*documents),
        **{
            "application_id": f"app-{number}",
            "customer_id": f"cus-{number}",
            **changes,
        },
    )
    return bank.decide(request, a_party(number))[1]


def snapshot(decision: Decision) -> Any:
    return json.loads(decision.record)["given"]["graph"]


def test_the_record_keeps_the_neighbourhood_with_the_application_in_it() -> None:
    bank = Bank()
    apply(bank, 2, SHARED)

    found = snapshot(apply(bank, 1, SHARED))

    graph = graph_of(found)
    assert subject_of(found) == firm(1)
    assert {one.source for one in graph.edges if kind_of(one.target) == "device"} == {
        firm(1),
        firm(2),
    }
    assert (found["keys_not_known"], graph.truncated) == (["address"], False)


def test_who_applies_later_does_not_change_what_was_decided() -> None:
    bank = Bank()
    request = a_request(bank.references(SHARED))
    _, first = bank.decide(request, a_party(1))
    apply(bank, 2, SHARED)
    kept = {key: set(one) for key, one in bank.edges.kept.items()}

    _, again = bank.decide(request, a_party(1))

    assert (again.record, bank.edges.kept) == (first.record, kept)


def test_the_customer_is_found_by_the_party_that_applied() -> None:
    bank = Bank()

    apply(bank, 7)

    assert bank.edges.party_of(NORTH, "cus-7") == firm(7)


def test_without_a_party_nothing_is_recorded_and_nothing_is_known() -> None:
    bank = Bank()

    _, decision = bank.decide(a_request(bank.references(SHARED)), None)

    assert (snapshot(decision), dict(bank.edges.kept), bank.signals.noted) == (None, {}, [])


def test_no_value_is_in_the_record() -> None:
    party = a_party()
    register = a_register([a_shareholder()], [a_related_firm(2)], uscc=firm_code(1))

    record = apply(Bank(), 1, SHARED, register).record.decode()

    values = (party.uscc, party.legal_person_id, party.phone, party.address, party.payout_account)
    assert [value for value in (*values, firm_code(2), "d-shared") if str(value) in record] == []


class Busy(InMemoryEdges):
    """Others write at the same node all the time."""

    def record(self, *_: Any, **__: Any) -> None:
        raise StaleVersion


class Deaf(InMemoryEdges):
    """Writes, but cannot be read."""

    def neighbourhood(self, *_: Any, **__: Any) -> Graph:
        raise UpstreamUnavailable


@pytest.mark.parametrize(
    ("edges", "code"),
    [
        (InMemoryEdges(down=True), "upstream_unavailable"),
        (Busy(), "stale_version"),
        (Deaf(), "upstream_unavailable"),
    ],
)
def test_a_failing_store_is_told_and_the_decision_goes_on(edges: Any, code: str) -> None:
    bank = Bank(edges=edges)

    decision = apply(bank, 1, SHARED)

    assert (decision.result.verdict, snapshot(decision)) == ("approve", None)
    assert bank.signals.noted == [(decision.result.decision_id, code)]


def test_any_other_error_is_not_swallowed() -> None:
    class Broken(InMemoryEdges):
        def record(self, *_: Any, **__: Any) -> None:
            raise ValueError("a defect of ours")

    with pytest.raises(ValueError, match="a defect"):
        apply(Bank(edges=Broken()), 1)


def test_another_bank_does_not_see_it() -> None:
    bank = Bank()
    apply(bank, 2, SHARED)

    kept = {name for name, _ in bank.edges.kept}

    assert kept == {NORTH}
    assert bank.edges.neighbourhood(
        BankId("south"), firm(2), AS_OF, hops=3, caps=TraceRelations.caps
    ) == Graph()  # fmt: skip


APPLICATIONS = (
    (1, (SHARED, a_register([a_shareholder()], [a_related_firm(2)]))),
    (2, (SHARED,)),
    (2, (devices("d-2"), a_register([], [a_related_firm(1, "legal_person_post")]))),
    (3, (devices("d-2"), a_register([a_shareholder()], uscc=firm_code(3)))),
)


@given(st.lists(st.integers(0, len(APPLICATIONS) - 1), max_size=8), st.randoms())
@settings(max_examples=40, deadline=None)
def test_recording_is_idempotent_and_does_not_depend_on_the_order(
    some: list[int], order: random.Random
) -> None:
    everything = [*range(len(APPLICATIONS)), *some]
    shuffled = [*everything]
    order.shuffle(shuffled)

    assert recorded(shuffled) == recorded(range(len(APPLICATIONS)))


def recorded(numbers: Any) -> dict[tuple[str, str], set[Statement]]:
    edges = InMemoryEdges()
    for at in numbers:
        number, documents = APPLICATIONS[at]
        request = a_request(
            application_id=f"app-{at}",
            customer_id=f"cus-{number}",
            as_of=AS_OF - timedelta(days=at),
        )
        parties = KnownApplicants({request.application_id: a_party(number)})
        trace = TraceRelations(parties, edges, NAMES, NotedSignals())
        assert trace(request, "dec-1", facts_of(*documents)) is not None
    return {key: kept for key, kept in edges.kept.items() if kept}


def test_a_person_applies_under_the_number() -> None:
    bank = Bank()
    party = replace(a_party(), kind="person", uscc=None)

    _, decision = bank.decide(a_request(bank.references(), customer_kind="person"), party)

    assert subject_of(snapshot(decision)) == NAMES.of("person", person_code(1))
