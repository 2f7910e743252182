"""Who belongs to a customer, and who guarantees whom round in a ring."""

from __future__ import annotations

from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.domain.graph import circles
from risk.domain.graph.circles import guarantee_circles
from risk.domain.graph.edges import Edge
from risk.domain.graph.groups import Holdings, RelatedGroup, related_group
from tests.support.risk_graph import DAY, LATE, a_graph, an_edge
from tests.unit.risk.graph.cases import SUBJECT, graphs, relations

A, B, C, D, E = (f"firm:{letter}" for letter in "abcde")
P, Q = "person:p", "person:q"
QUICK = settings(max_examples=50, deadline=None)


def owns(owner: str, firm: str, share_bps: int | None) -> Edge:
    return an_edge(owner, firm, "ownership", share_bps=share_bps)


def group(*edges: Edge, of: str = A, **changes: Any) -> RelatedGroup:
    unexpanded = changes.pop("unexpanded", ())
    return related_group(a_graph(*edges, unexpanded=unexpanded), of, DAY, **changes)


def test_whoever_is_controlled_by_the_same_owner_is_one_group() -> None:
    found = group(owns(P, A, 5_001), owns(P, B, 9_000), owns(P, C, 5_000))

    assert found.nodes == (A, B, P)
    assert [(one.node, one.hops, one.ties) for one in found.members] == [
        (A, 0, ()),
        (P, 1, ("control",)),
        (B, 2, ("control",)),
    ]


def test_shares_held_with_whom_one_controls_count_together() -> None:
    together = [owns(P, A, 3_000), owns(P, B, 6_000), owns(B, A, 2_500)]

    assert Holdings.of(together).controlled_by(P) == {A, B}
    assert Holdings.of(together[:1] + together[2:]).controlled_by(P) == set()


def test_control_passes_down_a_chain_and_an_unknown_share_controls() -> None:
    chain = [owns(P, B, None), owns(B, C, 5_100), an_edge(C, D, "controller"), owns(D, E, 4_000)]

    assert Holdings.of(chain).controlled_by(P) == {B, C, D}


def test_firms_that_hold_each_other_do_not_turn_for_ever() -> None:
    assert Holdings.of([owns(A, B, 6_000), owns(B, A, 6_000)]).controlled_by(A) == {B}


def test_legal_person_family_and_guarantee_tie_as_well() -> None:
    edges = [
        an_edge(P, A, "legal_person"),
        an_edge(P, B, "legal_person"),
        an_edge(P, Q, "family"),
        an_edge(A, C, "guarantee"),
    ]

    found = group(*edges)

    assert [(one.node, one.ties) for one in found.members[1:]] == [
        (C, ("guarantee",)),
        (P, ("legal_person",)),
        (B, ("legal_person",)),
        (Q, ("family",)),
    ]
    assert group(*edges, ties=("legal_person",)).nodes == (A, B, P)
    assert {one.code for one in found.reasons} == {
        "GROUP_LEGAL_PERSON",
        "GROUP_FAMILY",
        "GROUP_GUARANTEE",
    }


def test_shared_phones_make_no_group_and_later_ties_neither() -> None:
    found = group(
        an_edge(A, "phone:p"),
        an_edge(B, "phone:p"),
        an_edge(A, C, "guarantee", since=LATE),
    )

    assert found.nodes == (A,)


def test_a_member_that_was_not_read_leaves_the_group_open() -> None:
    guarantor = an_edge(B, A, "guarantee")

    assert (group(guarantor).complete, group(guarantor, unexpanded=[B]).complete) == (True, False)
    assert group(guarantor, unexpanded=[B]).reasons[-1].code == "GROUP_INCOMPLETE"


@QUICK
@given(graphs(relations()), relations())
def test_a_tie_more_never_makes_a_group_smaller(graph: Any, more: Edge) -> None:
    larger = a_graph(*graph.edges, more)

    before = related_group(a_graph(*graph.edges), SUBJECT, DAY)
    after = related_group(larger, SUBJECT, DAY)
    again = related_group(a_graph(*reversed(larger.edges)), SUBJECT, DAY)

    assert set(before.nodes) <= set(after.nodes)
    assert again == after


def guarantees(*pairs: str) -> Any:
    return a_graph(*(an_edge(f"firm:{p[0]}", f"firm:{p[1]}", "guarantee") for p in pairs))


def test_two_that_guarantee_each_other_and_a_round_are_told_apart() -> None:
    found = guarantee_circles(guarantees("ab", "ba", "bc", "cd", "db", "de"), DAY)

    assert [(one.kind, one.members) for one in found.circles] == [
        ("mutual", (A, B)),
        ("circle", (B, C, D)),
    ]
    assert (found.knots, found.complete) == (((A, B, C, D),), True)
    assert [one.members for one in found.of(C)] == [(B, C, D)]


def test_a_line_of_guarantees_is_no_circle() -> None:
    assert guarantee_circles(guarantees("ab", "bc", "ac"), DAY).knots == ()


def test_a_longer_circle_than_asked_for_is_still_a_knot() -> None:
    found = guarantee_circles(guarantees("ab", "bc", "cd", "da"), DAY, max_length=3)

    assert (found.circles, found.knots) == ((), ((A, B, C, D),))


def test_a_guarantee_that_ended_closes_no_circle() -> None:
    ended = an_edge(B, A, "guarantee", until=DAY)

    assert guarantee_circles(a_graph(an_edge(A, B, "guarantee"), ended), DAY).knots == ()


def test_a_search_that_was_stopped_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = guarantees(*("".join(pair) for pair in permutations("abcdef", 2)))
    monkeypatch.setattr(circles, "MAX_STEPS", 21)

    found = guarantee_circles(everybody, DAY)

    assert (found.complete, len(found.knots)) == (False, 1)
    assert all(one.kind == "mutual" for one in found.circles)


@QUICK
@given(st.sets(st.sampled_from(["".join(p) for p in product("abcde", repeat=2) if p[0] != p[1]])))
def test_the_circles_are_those_that_trying_every_order_finds(pairs: set[str]) -> None:
    tried = {
        tuple(f"firm:{letter}" for letter in order)
        for length in range(2, 6)
        for order in permutations("abcde", length)
        if order[0] == min(order)
        and all(
            one + other in pairs for one, other in zip(order, order[1:] + order[:1], strict=True)
        )
    }

    found = guarantee_circles(guarantees(*pairs), DAY)

    assert {one.members for one in found.circles} == tried
    assert found.complete
