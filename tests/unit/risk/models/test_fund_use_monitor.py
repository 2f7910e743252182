"""Where drawn money goes: classes, loops, splits, cash, and payees that nobody knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.domain.models import fund_use_monitor as model
from risk.domain.models.answer import ModelInputNotValid
from tests.support.rule_models import first_inputs, parameters_of

PARAMETERS = parameters_of(model)
DRAWDOWN = first_inputs(model, flows=())
DRAWN_ON = DRAWDOWN.drawn_on
LEVELS = ("none", "attention", "misuse")
SOME = settings(max_examples=30)
"""Lines are long to draw."""
NAMES = ["芜湖精工轴承有限公司", "华安证券股份有限公司", "合肥远山投资有限公司", "王小明"]


def a_flow(days: int = 1, **changes: Any) -> model.Flow:
    fields: dict[str, Any] = {
        "booked_on": DRAWN_ON + timedelta(days=days),
        "incoming": False,
        "amount_fen": 20_000_000,
        "kind": "business",
        "payee": NAMES[0],
    }
    return model.Flow(**fields | changes)


FLOWS = st.lists(
    st.builds(
        a_flow,
        st.sampled_from([-1, 0, 1, 20, 31, 90, 91]),
        incoming=st.booleans(),
        amount_fen=st.sampled_from([99_999, 100_000, 12_000_000, 26_000_000, 47_000_000]),
        kind=st.sampled_from(["business", "transfer", "cash", "wealth", "payroll"]),
        payee=st.sampled_from([*NAMES, None]),
        purpose=st.sampled_from(["", "", "购房首付"]),
    ),
    max_size=8,
).map(tuple)
DRAWDOWNS = st.builds(
    lambda flows, mode, related: replace(
        DRAWDOWN, flows=flows, payment_mode=mode, related_names=related
    ),
    FLOWS,
    st.sampled_from(["entrusted", "self"]),
    st.sampled_from([(), ("合肥远山投资有限公司",)]),
)


def suspect(inputs: model.Inputs) -> tuple[int, int]:
    found = model.answer(inputs, PARAMETERS)
    return LEVELS.index(found.level), found.suspect_ppm


def codes(*flows: model.Flow, **changes: Any) -> list[str]:
    found = model.answer(replace(DRAWDOWN, flows=flows, **changes), PARAMETERS)
    return [one.code for one in found.signals]


@SOME
@given(inputs=DRAWDOWNS.filter(lambda one: one.flows), data=st.data())
def test_a_payee_left_out_never_helps(inputs: model.Inputs, data: Any) -> None:
    place = data.draw(st.integers(0, len(inputs.flows) - 1))
    flows = list(inputs.flows)
    flows[place] = replace(flows[place], payee=None)

    assert suspect(replace(inputs, flows=tuple(flows))) >= suspect(inputs)


@SOME
@given(inputs=DRAWDOWNS)
def test_related_parties_or_payment_mode_left_out_never_help(inputs: model.Inputs) -> None:
    assert suspect(replace(inputs, related_names=None)) >= suspect(inputs)
    assert suspect(replace(inputs, payment_mode=None)) >= suspect(inputs)


@SOME
@given(inputs=DRAWDOWNS, more=FLOWS)
def test_another_line_never_helps(inputs: model.Inputs, more: tuple[model.Flow, ...]) -> None:
    assert suspect(replace(inputs, flows=inputs.flows + more)) >= suspect(inputs)


@SOME
@given(inputs=DRAWDOWNS, seed=st.randoms())
def test_the_order_of_the_lines_does_not_matter(inputs: model.Inputs, seed: Any) -> None:
    mixed = list(inputs.flows)
    seed.shuffle(mixed)

    other = replace(inputs, flows=tuple(mixed))

    assert model.answer(other, PARAMETERS) == model.answer(inputs, PARAMETERS)


@SOME
@given(inputs=DRAWDOWNS)
def test_no_line_is_counted_twice_and_no_sum_exceeds_the_drawdown(inputs: model.Inputs) -> None:
    found = model.answer(inputs, PARAMETERS)
    out = sum(one.amount_fen for one in inputs.flows if not one.incoming)

    assert 0 <= found.misuse_fen + found.unexplained_fen <= min(out, inputs.drawn_fen)
    assert (found.level == "none") == (found.suspect_ppm == 0)


@pytest.mark.parametrize(
    ("payee", "purpose", "code"),
    [
        ("华安证券股份有限公司", "", "SECURITIES"),
        ("合肥万城置业有限公司", "", "REAL_ESTATE"),
        ("李娜", "购房首付", "REAL_ESTATE"),
        ("某银行", "大额存单认购", "WEALTH"),
        ("某中心", "股权转让款", "EQUITY"),
        ("安徽省体育彩票管理中心", "", "LOTTERY"),
        ("合肥融通小额贷款有限公司", "", "LENDING"),
        ("合肥萬城置業有限公司", "", "REAL_ESTATE"),
    ],
)
def test_a_forbidden_class_is_read_off_the_payee_or_the_purpose(
    payee: str, purpose: str, code: str
) -> None:
    assert codes(a_flow(payee=payee, purpose=purpose)) == [code]


@pytest.mark.parametrize("payee", ["合肥慈善基金会", "安徽土地产权交易中心", "安徽省社会保险基金"])
def test_a_harmless_name_that_holds_a_forbidden_word_is_no_signal(payee: str) -> None:
    assert codes(a_flow(payee=payee)) == []


@pytest.mark.parametrize(
    ("days", "found"), [(-1, []), (0, ["SECURITIES"]), (90, ["SECURITIES"]), (91, [])]
)
def test_the_window_is_ninety_days_from_the_drawdown_on(days: int, found: list[str]) -> None:
    assert codes(a_flow(days, payee=NAMES[1])) == found


def test_the_borrowers_other_account_and_a_related_party_are_told_apart() -> None:
    assert codes(a_flow(payee="王小明")) == ["BACK_TO_BORROWER"]
    assert codes(a_flow(payee="合肥远山投资有限公司")) == ["RELATED_PARTY"]


@pytest.mark.parametrize(
    ("days", "amount", "comes_back"),
    [
        (0, 20_000_000, True),
        (30, 10_000_000, True),
        (31, 20_000_000, False),
        (10, 9_999_999, False),
    ],
)
def test_half_the_payment_back_within_thirty_days_comes_back(
    days: int, amount: int, comes_back: bool
) -> None:
    back = a_flow(1 + days, incoming=True, amount_fen=amount)

    assert (codes(a_flow(1), back) == ["COMES_BACK"]) == comes_back


def test_money_from_nobody_known_may_come_from_whoever_was_paid() -> None:
    assert codes(a_flow(1), a_flow(5, incoming=True, payee=None)) == ["COMES_BACK"]


def test_money_that_came_before_is_no_return() -> None:
    assert codes(a_flow(5), a_flow(4, incoming=True)) == []


def hops(*days: int) -> tuple[model.Transfer, ...]:
    """A chain from the payee to the related party, a transfer on each day."""
    places = [NAMES[0], *(f"中转{place}号" for place in range(len(days) - 1)), NAMES[2]]
    return tuple(
        model.Transfer(
            payer=payer,
            payee=payee,
            booked_on=DRAWN_ON + timedelta(days=day),
            amount_fen=19_000_000,
        )
        for payer, payee, day in zip(places, places[1:], days, strict=False)
    )


@pytest.mark.parametrize(
    ("days", "found"),
    [((2,), True), ((2, 3), True), ((2, 3, 3), True), ((2, 3, 4, 5), False), ((3, 2), False)],
)
def test_a_return_takes_at_most_three_steps_and_never_goes_back_in_time(
    days: tuple[int, ...], found: bool
) -> None:
    assert (codes(a_flow(1), transfers=hops(*days)) == ["COMES_BACK"]) == found


@pytest.mark.parametrize(
    ("amounts", "gap", "mode", "found"),
    [
        ((25_000_000, 25_000_000), 30, "self", ["SPLIT_PAYMENTS"]),
        ((25_000_000, 24_999_999), 30, "self", []),
        ((25_000_000, 25_000_000), 31, "self", []),
        ((50_000_000, 1_000_000), 1, "self", []),
        ((25_000_000, 25_000_000), 1, "entrusted", []),
        ((25_000_000, 25_000_000), 1, None, ["SPLIT_PAYMENTS"]),
    ],
)
def test_payments_below_the_threshold_that_reach_it_together_are_split(
    amounts: tuple[int, ...], gap: int, mode: Any, found: list[str]
) -> None:
    flows = [a_flow(1 + gap * place, amount_fen=fen) for place, fen in enumerate(amounts)]

    assert codes(*flows, payment_mode=mode) == found


def test_a_payee_not_known_may_be_the_one_of_split_payments() -> None:
    flows = (a_flow(1, amount_fen=25_000_000), a_flow(2, amount_fen=25_000_000, payee=None))

    found = model.answer(replace(DRAWDOWN, flows=flows), PARAMETERS)

    split = {one.code: one.amount_fen for one in found.signals}
    assert split == {"PAYEE_UNKNOWN": 25_000_000, "SPLIT_PAYMENTS": 50_000_000}


def test_three_payments_just_below_the_threshold_are_a_signal_whoever_gets_them() -> None:
    flows = [a_flow(place, amount_fen=45_000_000, payee=f"供应商{place}") for place in range(3)]

    assert codes(*flows) == ["JUST_BELOW"]
    assert codes(*flows[:2]) == []
    assert codes(*[replace(one, amount_fen=44_999_999) for one in flows]) == []


@pytest.mark.parametrize(("fen", "found"), [(20_000_000, []), (20_000_001, ["CASH"])])
def test_cash_beyond_a_fifth_of_the_drawdown_is_a_signal(fen: int, found: list[str]) -> None:
    assert codes(a_flow(kind="cash", payee=None, amount_fen=fen)) == found


def test_a_line_with_two_signals_counts_once() -> None:
    twice = a_flow(payee="合肥远山置业有限公司")
    found = model.answer(
        replace(DRAWDOWN, flows=(twice,), related_names=("合肥远山置业有限公司",)), PARAMETERS
    )

    assert [one.code for one in found.signals] == ["REAL_ESTATE", "RELATED_PARTY"]
    assert found.misuse_fen == twice.amount_fen


def test_related_parties_never_looked_up_leave_every_payment_unexplained() -> None:
    found = model.answer(replace(DRAWDOWN, flows=(a_flow(),), related_names=None), PARAMETERS)

    assert (found.level, found.misuse_fen, found.unexplained_fen) == ("misuse", 0, 20_000_000)


def test_three_thousand_lines_half_of_them_unnamed_are_read_whole() -> None:
    flows = tuple(
        a_flow(
            place % 90,
            incoming=place % 3 == 0,
            amount_fen=100_000 + 997 * (place % 1_009),
            payee=None if place % 2 else f"公司{place % 307}号",
        )
        for place in range(3_000)
    )

    answered = model.answer(replace(DRAWDOWN, flows=flows), PARAMETERS)

    assert answered.level == "misuse"


def test_a_drawdown_of_nothing_is_refused() -> None:
    with pytest.raises(ModelInputNotValid, match="drawn_fen"):
        model.answer(replace(DRAWDOWN, drawn_fen=0), PARAMETERS)


@pytest.mark.full
@settings(max_examples=2_000)
@given(inputs=DRAWDOWNS.filter(lambda one: one.flows), more=FLOWS, data=st.data())
def test_nothing_left_out_or_more_helps_many_drawdowns(
    inputs: model.Inputs, more: tuple[model.Flow, ...], data: Any
) -> None:
    hidden = data.draw(st.sets(st.integers(0, len(inputs.flows) - 1), min_size=1))
    flows = tuple(
        replace(one, payee=None) if place in hidden else one
        for place, one in enumerate(inputs.flows)
    )

    assert suspect(replace(inputs, flows=flows)) >= suspect(inputs)
    assert suspect(replace(inputs, flows=inputs.flows + more)) >= suspect(inputs)
