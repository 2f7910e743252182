"""What is read of the graph: bounded, of its day, and never the better for being less."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puhui.tenancy import BankId
from risk.domain.graph.edges import Edge, Statement, spans
from risk.domain.graph.graph import Caps, Graph, Mark, settled
from risk.domain.models.answer import ModelInputNotValid
from tests.support.risk_graph import (
    DAY,
    EARLY,
    LATE,
    InMemoryEdges,
    a_mark,
    a_statement,
    an_edge,
)
from tests.unit.risk.graph.cases import (
    SUBJECT,
    contagion_answer,
    marks,
    relations,
    ring_answer,
    uses,
)

BANK = BankId("north")
WIDE = Caps()
QUICK = settings(max_examples=50, deadline=None)


def stated(edge: Edge) -> Statement:
    return Statement(
        source=edge.source,
        target=edge.target,
        kind=edge.kind,
        on=edge.since,
        share_bps=edge.share_bps,
    )


statements = st.lists(st.one_of(uses(), relations()).map(stated), max_size=30)
caps = st.builds(Caps, max_nodes=st.integers(1, 12), max_degree=st.integers(1, 5))


def read(said: list[Statement], marked: list[Mark], bounds: Caps = WIDE, **changes: Any) -> Graph:
    edges = InMemoryEdges()
    edges.record(BANK, said, marked)
    wanted: dict[str, Any] = {"hops": 3, "as_of": DAY, "caps": bounds, **changes}
    return edges.neighbourhood(BANK, SUBJECT, **wanted)


def scores(graph: Graph) -> tuple[int, int]:
    """Unknown is worse than everything."""
    ring, (exposure,) = ring_answer(graph), contagion_answer(graph).exposures
    unknown = SUBJECT in graph.unexpanded
    return (
        1_000_001 if unknown else ring.score_ppm or 0,
        1_000_001 if unknown else exposure.score_ppm or 0,
    )


def assert_no_better(before: Graph, after: Graph) -> None:
    assert all(was <= now for was, now in zip(scores(before), scores(after), strict=True))


@QUICK
@given(statements, st.lists(marks, max_size=4), caps)
def test_reading_less_never_lowers_a_score(
    said: list[Statement], marked: list[Mark], bounds: Caps
) -> None:
    assert_no_better(read(said, marked), read(said, marked, bounds))


@QUICK
@given(statements, statements, st.lists(marks, max_size=4), caps)
def test_learning_more_never_lowers_a_score_even_where_it_makes_a_hub(
    said: list[Statement], more: list[Statement], marked: list[Mark], bounds: Caps
) -> None:
    known = {(one.source, one.target, one.kind) for one in said}
    new = [one for one in more if (one.source, one.target, one.kind) not in known]

    assert_no_better(read(said, marked, bounds), read([*said, *new], marked, bounds))


@QUICK
@given(statements, statements, caps)
def test_what_is_learned_later_changes_nothing(
    said: list[Statement], more: list[Statement], bounds: Caps
) -> None:
    later = [
        Statement(
            source=one.source,
            target=one.target,
            kind=one.kind,
            on=LATE,
            holds=number % 2 == 0,
            share_bps=one.share_bps,
        )
        for number, one in enumerate(more)
    ]

    assert read([*said, *later], [], bounds) == read(said, [], bounds)


@QUICK
@given(statements, caps, st.randoms(use_true_random=False))
def test_the_order_in_which_things_were_learned_changes_nothing(
    said: list[Statement], bounds: Caps, random: Any
) -> None:
    shuffled = [*said, *said[:5]]
    random.shuffle(shuffled)

    assert read(shuffled, [], bounds) == read(said, [], bounds)


@QUICK
@given(statements, caps)
def test_no_more_nodes_are_read_than_allowed(said: list[Statement], bounds: Caps) -> None:
    graph = read(said, [], bounds)

    names = {name for edge in graph.edges for name in (edge.source, edge.target)}
    assert len(names | {SUBJECT}) <= bounds.max_nodes


def test_the_last_parties_are_looked_at_but_not_followed() -> None:
    chain = [a_statement(f"firm:{n}", f"firm:{n + 1}", "guarantee") for n in range(5)]

    graph = read(chain, [a_mark("firm:3"), a_mark("firm:4")])

    assert [edge.target for edge in graph.edges] == ["firm:1", "firm:2", "firm:3"]
    assert ([mark.node for mark in graph.marks], graph.truncated) == (["firm:3"], False)


def test_of_a_days_statements_the_gravest_stands() -> None:
    same_day = [
        a_statement("firm:a", "firm:b", "ownership", share_bps=share) for share in (100, None, 900)
    ] + [a_statement("firm:a", "firm:b", "ownership", holds=False)]

    assert [edge.share_bps for edge in spans(same_day)] == [None]


def test_a_changed_share_begins_a_new_span() -> None:
    changed = [
        a_statement("firm:a", "firm:b", "ownership", share_bps=9_000, on=LATE),
        a_statement("firm:a", "firm:b", "ownership", share_bps=1_000),
    ]

    assert [(one.since, one.until, one.share_bps) for one in spans(changed)] == [
        (EARLY, LATE, 1_000),
        (LATE, None, 9_000),
    ]


def test_an_end_without_a_beginning_is_no_edge() -> None:
    assert list(spans([a_statement("firm:a", "firm:b", "guarantee", holds=False)])) == []


def test_of_several_ends_of_a_mark_the_latest_stands() -> None:
    ends = [DAY, DAY - timedelta(days=9), None]
    marked = [a_mark("firm:a", until=end) for end in ends]

    assert settled(marked, DAY - timedelta(days=1)) == [a_mark("firm:a")]
    assert settled(marked, DAY) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"target": "firm:a"},
        {"target": "phone:b", "kind": "device"},
        {"source": "phone:p"},
        {"target": "phone:p", "kind": "guarantee"},
        {"kind": "guarantee", "share_bps": 1},
        {"kind": "ownership", "share_bps": 10_001},
        {"target": "firm:名称"},
    ],
)
def test_what_no_relation_can_be_is_refused(changes: Any) -> None:
    with pytest.raises(ModelInputNotValid):
        a_statement(**{"source": "firm:a", "target": "firm:b", "kind": "family", **changes})


@pytest.mark.parametrize("hops", [0, 4])
def test_no_more_than_three_hops_are_read(hops: int) -> None:
    with pytest.raises(ModelInputNotValid):
        read([], [], hops=hops)


def test_a_graph_that_was_read_by_columns_equals_its_copy() -> None:
    graph, copy = (Graph(edges=(an_edge("firm:a", "phone:p"),)) for _ in range(2))

    assert graph.columns.names == ("firm:a", "phone:p")
    assert (graph, hash(graph)) == (copy, hash(copy))
