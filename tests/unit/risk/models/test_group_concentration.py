"""M20: within the headroom nothing breaks, one 分 above it something does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from risk.domain.models.answer import ModelInputNotValid
from risk.domain.models.group_concentration import STATUSES, Member
from tests.support.risk_models import answer_of, golden_inputs, parameters_of
from tests.unit.risk.models.in_loan import FEW

ID = "group_concentration"
FEN = st.integers(0, 10**10)
CAPITAL = st.integers(10**9, 10**12)


@st.composite
def groups(draw: st.DrawFn) -> tuple[Member, ...]:
    """A borrower and up to three others; loans are part of exposures."""
    members = []
    for member_id in draw(st.sampled_from(["A", "AB", "ABCD"])):
        loan, rest = draw(FEN), draw(FEN)
        members.append(
            Member(
                member_id=member_id,
                loan_fen=loan,
                exposure_fen=loan + rest,
                deductible_fen=draw(FEN),
            )
        )
    return tuple(members)


@FEW
@given(members=groups(), net=CAPITAL, tier1=CAPITAL, related=st.booleans())
def test_the_headroom_is_exactly_what_may_still_be_asked_for(
    members: tuple[Member, ...], net: int, tier1: int, related: bool
) -> None:
    inputs = golden_inputs(
        ID, members=members, net_capital_fen=net, tier1_fen=tier1, is_related_party=related
    )
    headroom = answer_of(ID, inputs).headroom_fen

    above = answer_of(ID, replace(inputs, requested_fen=headroom + 1))

    assert above.status == "breach"
    if headroom:
        within = answer_of(ID, replace(inputs, requested_fen=headroom))
        assert within.status in ("within", "warning")


@FEW
@given(members=groups(), more=FEN, net=CAPITAL, tier1=CAPITAL)
def test_one_more_member_or_exposure_never_leaves_more(
    members: tuple[Member, ...], more: int, net: int, tier1: int
) -> None:
    inputs = golden_inputs(ID, members=members, net_capital_fen=net, tier1_fen=tier1)
    other = Member(member_id="Z", loan_fen=more, exposure_fen=more, deductible_fen=0)

    before, after = answer_of(ID, inputs), answer_of(ID, replace(inputs, members=(*members, other)))

    assert after.headroom_fen <= before.headroom_fen
    assert STATUSES.index(after.status) >= STATUSES.index(before.status)


@FEW
@given(members=groups(), net=CAPITAL)
def test_a_bank_of_less_capital_never_lends_more(members: tuple[Member, ...], net: int) -> None:
    assume(net > 10**9)
    rich = golden_inputs(ID, members=members, net_capital_fen=net, tier1_fen=net)
    poor = replace(rich, net_capital_fen=net - 1, tier1_fen=net - 1)

    assert answer_of(ID, poor).headroom_fen <= answer_of(ID, rich).headroom_fen


def test_the_caps_are_those_of_the_rules() -> None:
    caps = {ratio.code: (ratio.base, ratio.cap_ppm) for ratio in parameters_of(ID).ratios}

    assert caps == {
        "single_loan": ("net_capital", 100_000),
        "single_exposure": ("tier1", 150_000),
        "group_credit": ("net_capital", 150_000),
        "group_exposure": ("tier1", 200_000),
        "related_single": ("net_capital", 100_000),
        "related_group": ("net_capital", 150_000),
    }


def test_a_pledged_deposit_lowers_exposures_and_no_loan() -> None:
    pledged = Member(member_id="A", loan_fen=10**9, exposure_fen=10**9, deductible_fen=10**9)

    answer = answer_of(ID, golden_inputs(ID, members=(pledged,), requested_fen=1))

    used = {ratio.code: ratio.used_fen for ratio in answer.ratios}
    assert used["single_loan"] == 10**9 + 1
    assert used["single_exposure"] == 1


def test_a_group_without_its_borrower_is_refused() -> None:
    with pytest.raises(ModelInputNotValid):
        answer_of(ID, golden_inputs(ID, borrower_id="Z"))
