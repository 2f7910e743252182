"""Edges that stand on a day: since when without a gap, whatever the order of what was said."""

from __future__ import annotations

import random
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from risk.domain.graph.edges import Statement, spans
from risk.domain.graph.standing import standing_on
from tests.support.risk_graph import EARLY, a_statement

A, B = "firm:a", "firm:b"
DAYS = [EARLY + timedelta(days=n) for n in range(5)]


def said(*days: int, **changes: object) -> list[Statement]:
    return [a_statement(A, B, "ownership", on=DAYS[day], **changes) for day in days]


def test_what_is_said_again_is_as_old_as_when_it_was_first_said() -> None:
    (edge,) = standing_on(said(0, 2, 3), DAYS[4])

    assert (edge.since, edge.until) == (DAYS[0], None)


def test_a_new_share_does_not_make_a_relation_younger() -> None:
    (edge,) = standing_on([*said(0, share_bps=1_000), *said(2, share_bps=2_000)], DAYS[4])

    assert (edge.since, edge.share_bps) == (DAYS[0], 2_000)


def test_after_a_gap_it_begins_anew() -> None:
    (edge,) = standing_on([*said(0, 3), *said(1, holds=False)], DAYS[4])

    assert edge.since == DAYS[3]


def test_what_ended_does_not_stand() -> None:
    assert standing_on([*said(0, 1), *said(2, holds=False)], DAYS[4]) == []


statements = st.builds(
    a_statement,
    st.just(A),
    st.sampled_from([B, "firm:c"]),
    st.just("ownership"),
    on=st.sampled_from(DAYS),
    holds=st.booleans(),
    share_bps=st.sampled_from([None, 0, 5_000]),
)


@given(st.lists(statements, max_size=8), st.sampled_from(DAYS), st.randoms())
def test_order_and_repetition_do_not_matter(
    found: list[Statement], day: date, order: random.Random
) -> None:
    again = [*found, *found]
    order.shuffle(again)

    assert set(standing_on(again, day)) == set(standing_on(found, day))


@given(st.lists(statements, max_size=8), st.sampled_from(DAYS))
def test_the_same_relations_stand_as_by_single_statements(
    found: list[Statement], day: date
) -> None:
    known = spans(one for one in found if one.on <= day)
    plain = {(one.target, one.share_bps) for one in known if one.holds_on(day)}

    assert {(one.target, one.share_bps) for one in standing_on(found, day)} == plain
