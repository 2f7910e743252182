"""Who gets a loan in the time machine: the policy, and what the owner's score adds to it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from infra.simulation.asking import Asking, first_askings
from infra.simulation.deciding import Decide, Decided
from infra.simulation.models import Models
from infra.simulation.options import Options

LOOSE_PERCENT, STRICT_PERCENT = 100, 3


@pytest.fixture(scope="module")
def firms() -> Sequence[Asking]:
    askings = [one for day in first_askings(Options(applicants=45)).values() for one in day]
    return [one for one in askings if one.member.segment == "E"]


@pytest.fixture(scope="module")
def answers(firms: Sequence[Asking]) -> Sequence[tuple[Decided, Decided]]:
    """What the policy alone says of each, and what is said with the owner's score."""
    loose, strict = (Decide(Models(), percent) for percent in (LOOSE_PERCENT, STRICT_PERCENT))
    return [(loose(one), strict(one)) for one in firms]


def test_a_firm_whose_owner_is_too_risky_is_declined_by_that_name(
    answers: Sequence[tuple[Decided, Decided]],
) -> None:
    turned_down = [
        with_owner
        for alone, with_owner in answers
        if alone.verdict == "approve" and with_owner.verdict != "approve"
    ]

    assert turned_down
    assert {one.verdict for one in turned_down} == {"decline"}
    assert {one.why for one in turned_down} == {("OWNER_PD_TOO_HIGH",)}


def test_the_owner_s_score_never_helps_and_never_changes_an_offer(
    answers: Sequence[tuple[Decided, Decided]],
) -> None:
    lent = [(alone, with_owner) for alone, with_owner in answers if with_owner.verdict == "approve"]

    assert lent
    assert all(
        (alone.verdict, alone.amount_fen, alone.rate_bps)
        == (with_owner.verdict, with_owner.amount_fen, with_owner.rate_bps)
        for alone, with_owner in lent
    )
