"""M21: the clauses at their borders, splitting is caught, and nothing flows on silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.domain.models.answer import ModelInputNotValid
from risk.domain.models.drawdown_payment_check import MODES, Condition, Past
from tests.support.risk_models import answer_of, codes, golden_inputs, parameters_of
from tests.unit.risk.models.in_loan import FEW

ID = "drawdown_payment_check"
WAN = 10**6
TODAY = date(2026, 11, 26)
CORPORATE, BUSINESS = 0, 8
"""Golden vectors: working capital, and a personal business loan of 50 万."""


def drawn(vector: int, amount_fen: int, **changes: Any) -> Any:
    """A request of one payment of this amount, with a contract for it."""
    inputs = golden_inputs(ID, vector, amount_fen=amount_fen, available_fen=amount_fen)
    (payment,) = inputs.payments
    line = replace(payment, amount_fen=amount_fen, contract_fen=amount_fen)
    return replace(inputs, payments=(line,), **changes)


def paid(amount_fen: int, days_ago: int, **changes: Any) -> Past:
    past = Past(
        request_id=f"R-{days_ago}",
        paid_on=TODAY - timedelta(days=days_ago),
        payee_id="P1",
        amount_fen=amount_fen,
        invoice_numbers=(),
    )
    return replace(past, **changes)


@pytest.mark.parametrize(
    ("vector", "amount_fen", "mode"),
    [
        (CORPORATE, 1_000 * WAN, "self"),
        (CORPORATE, 1_000 * WAN + 1, "entrusted"),
        (BUSINESS, 50 * WAN, "self"),
        (BUSINESS, 50 * WAN + 1, "entrusted"),
    ],
)
def test_the_clauses_begin_above_their_amounts(vector: int, amount_fen: int, mode: str) -> None:
    assert answer_of(ID, drawn(vector, amount_fen)).mode == mode


@FEW
@given(
    parts=st.lists(st.integers(1, 400 * WAN), min_size=1, max_size=5),
    days=st.lists(st.integers(4, 30), min_size=5, max_size=5),
)
def test_a_payment_split_within_the_window_is_paid_as_if_whole(
    parts: list[int], days: list[int]
) -> None:
    history = tuple(paid(part, ago) for part, ago in zip(parts[1:], days, strict=False))

    split = answer_of(ID, drawn(CORPORATE, parts[0], history=history))

    whole = answer_of(ID, drawn(CORPORATE, sum(parts)))
    assert split.required_mode == whole.required_mode
    assert split.largest_payee_fen == sum(parts)


@FEW
@given(amount=st.integers(1, 2_000 * WAN), more=st.integers(0, 2_000 * WAN))
@pytest.mark.parametrize("vector", [CORPORATE, BUSINESS])
def test_a_larger_drawdown_is_never_watched_less(vector: int, amount: int, more: int) -> None:
    small, large = (answer_of(ID, drawn(vector, fen)) for fen in (amount, amount + more))

    assert MODES.index(large.mode) >= MODES.index(small.mode)


@pytest.mark.parametrize(("days_ago", "mode"), [(30, "entrusted"), (31, "self")])
def test_a_personal_loan_drawn_in_two_parts_is_one_drawdown(days_ago: int, mode: str) -> None:
    history = (paid(20 * WAN + 1, days_ago),)

    assert answer_of(ID, drawn(BUSINESS, 30 * WAN, history=history)).mode == mode


@pytest.mark.parametrize("product", parameters_of(ID).products, ids=lambda rule: rule.product)
def test_no_product_pays_for_a_forbidden_use(product: Any) -> None:
    inputs = golden_inputs(ID)
    conditions = tuple(
        Condition(condition=name, is_met=True) for name in product.required_conditions
    )

    for purpose in product.forbidden_purposes:
        (payment,) = inputs.payments
        asked = replace(
            inputs,
            product=product.product,
            conditions=conditions,
            agreed_purposes=(purpose, "materials"),
            payments=(replace(payment, purpose=purpose),),
        )
        assert codes(answer_of(ID, asked)) == ["purpose_forbidden"]


@pytest.mark.parametrize(
    "field",
    [
        "product",
        "available_fen",
        "term_months",
        "purpose",
        "agreed_purposes",
        "payments",
        "conditions",
        "history",
    ],
)
def test_nothing_flows_while_something_needed_is_unknown(field: str) -> None:
    answer = answer_of(ID, golden_inputs(ID, **{field: None}))

    assert answer.mode == "block"
    assert answer.reasons


def test_money_whose_payee_is_not_named_may_go_to_the_largest_one() -> None:
    inputs = golden_inputs(ID, payments=(), history=(paid(990 * WAN, 10),))

    answer = answer_of(ID, inputs)

    assert answer.largest_payee_fen == 1_070 * WAN
    assert (answer.required_mode, answer.mode) == ("entrusted", "block")


def test_the_same_request_twice_flows_once() -> None:
    history = (paid(1 * WAN, 20, request_id="R1", payee_id="P9"),)

    answer = answer_of(ID, golden_inputs(ID, history=history))

    assert codes(answer) == ["duplicate_request"]


def test_entrusted_payment_lists_every_fen() -> None:
    inputs = drawn(CORPORATE, 1_200 * WAN)
    more = replace(inputs, amount_fen=1_200 * WAN + 1, available_fen=2_000 * WAN)

    assert codes(answer_of(ID, more)) == ["sum_mismatch"]


def test_urgency_waives_no_ground_but_evidence() -> None:
    urgent = drawn(CORPORATE, 1_200 * WAN, is_urgent=True, purpose="equity")

    answer = answer_of(ID, urgent)

    assert answer.mode == "block"
    assert answer.evidence_after_days is None


def test_a_long_cycle_allows_the_longer_term_and_no_more() -> None:
    modes = [
        answer_of(ID, golden_inputs(ID, term_months=term, has_long_cycle=True)).mode
        for term in (36, 60, 61)
    ]

    assert modes == ["self", "self", "block"]


def test_a_product_out_of_the_table_is_refused() -> None:
    with pytest.raises(ModelInputNotValid):
        answer_of(ID, golden_inputs(ID, product="margin_loan"))
