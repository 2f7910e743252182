"""Renewal without repaying principal: the clauses of 金规〔2024〕13号 one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.domain.models import renewal_decision as model
from risk.domain.models.answer import ModelInputNotValid
from tests.support.rule_models import first_inputs, nullable, parameters_of, without

PARAMETERS = parameters_of(model)
GOOD = first_inputs(model)
ORDER = ("renew", "reduce", "repay")
SOME = settings(max_examples=50)
"""Enough for the fast slice."""
UNMET: dict[str, tuple[Any, str]] = {
    "real_need": (False, "REAL_NEED_NOT_MET"),
    "temporary_shortage": (False, "TEMPORARY_SHORTAGE_NOT_MET"),
    "lawful_operation": (False, "LAWFUL_OPERATION_NOT_MET"),
    "continuing_operation": (False, "CONTINUING_OPERATION_NOT_MET"),
    "good_credit": (False, "GOOD_CREDIT_NOT_MET"),
    "misused_funds": (True, "FUNDS_AS_AGREED_NOT_MET"),
    "arrears_fen": (1, "NO_ARREARS_NOT_MET"),
    "evades_debt": (True, "NO_EVASION_NOT_MET"),
    "meets_lending_standard": (False, "LENDING_STANDARD_NOT_MET"),
    "applied": (False, "NOT_APPLIED"),
    "tier": ("substandard", "NON_PERFORMING"),
    "size": ("large", "OUT_OF_SCOPE"),
    "purpose": ("consumption", "OUT_OF_SCOPE"),
    "as_of": (date(2026, 8, 21), "AFTER_MATURITY"),
    "default_ppm": (150_000, "DEFAULT_HIGH"),
}
LOANS = st.builds(
    lambda changes, tier, need, chance: replace(
        GOOD, **{"tier": tier, "need_fen": need, "default_ppm": chance, **changes}
    ),
    st.sets(st.sampled_from(sorted(UNMET)), max_size=1).map(
        lambda names: {name: UNMET[name][0] for name in names}
    ),
    st.sampled_from(get_args(model.Tier)),
    st.sampled_from([0, 900_000, 20_000_000, 50_000_000, 80_000_000]),
    st.sampled_from([0, 49_999, 50_000, 149_999, 150_000]),
)


def goodness(inputs: model.Inputs) -> tuple[int, int, bool]:
    """How good the answer is for the borrower, in three ways."""
    found = model.answer(inputs, PARAMETERS)
    return -ORDER.index(found.decision), found.renewed_fen, found.tier_may_stay_normal


def no_better(one: model.Inputs, other: model.Inputs) -> bool:
    return all(a <= b for a, b in zip(goodness(one), goodness(other), strict=True))


@SOME
@given(inputs=LOANS, names=st.sets(st.sampled_from(nullable(model.Inputs)), min_size=1))
def test_a_condition_left_out_never_helps(inputs: model.Inputs, names: set[str]) -> None:
    poorer = without(inputs, names)

    assert no_better(poorer, inputs)
    assert model.answer(poorer, PARAMETERS).decision == "repay"


@SOME
@given(inputs=LOANS, name=st.sampled_from(sorted(UNMET)))
def test_a_condition_broken_never_helps(inputs: model.Inputs, name: str) -> None:
    assert no_better(replace(inputs, **{name: UNMET[name][0]}), inputs)


@SOME
@given(inputs=LOANS, risk=st.integers(0, 1_000_000), less=st.integers(0, 80_000_000))
def test_more_risk_and_less_need_never_help(inputs: model.Inputs, risk: int, less: int) -> None:
    riskier = replace(inputs, default_ppm=(inputs.default_ppm or 0) + risk)
    needing_less = replace(inputs, need_fen=(inputs.need_fen or 0) - less)

    assert no_better(riskier, inputs)
    assert no_better(needing_less, inputs)


@SOME
@given(inputs=LOANS)
def test_what_is_renewed_and_repaid_is_the_balance(inputs: model.Inputs) -> None:
    found = model.answer(inputs, PARAMETERS)

    assert found.renewed_fen + found.repay_fen == inputs.balance_fen
    assert min(found.renewed_fen, found.repay_fen) >= 0
    whole_steps = found.renewed_fen % PARAMETERS.step_fen == 0
    assert whole_steps or found.decision == "renew"
    assert (found.repay_fen == 0) == (found.decision == "renew")


@pytest.mark.parametrize("name", sorted(UNMET))
def test_one_broken_condition_alone_means_repaying_for_its_own_reason(name: str) -> None:
    value, code = UNMET[name]

    found = model.answer(replace(GOOD, **{name: value}), PARAMETERS)

    assert (found.decision, [one.code for one in found.reasons]) == ("repay", [code])


@pytest.mark.parametrize("name", nullable(model.Inputs))
def test_what_is_not_known_is_told_as_not_known(name: str) -> None:
    found = model.answer(without(GOOD, [name]), PARAMETERS)

    assert [one.code.endswith("_UNKNOWN") for one in found.reasons] == [True]


@pytest.mark.parametrize(
    ("size", "purpose", "in_scope"),
    [
        ("micro", "working_capital", True),
        ("small", "working_capital", True),
        ("medium", "working_capital", True),
        ("large", "working_capital", False),
        ("small", "business", False),
        ("sole_proprietor", "business", True),
        ("owner", "business", True),
        ("farmer", "business", True),
        ("farmer", "consumption", False),
    ],
)
def test_scope_is_working_capital_of_firms_and_business_loans_of_persons(
    size: model.Size, purpose: model.Purpose, in_scope: bool
) -> None:
    found = model.answer(replace(GOOD, size=size, purpose=purpose), PARAMETERS)

    assert (found.decision == "renew") == in_scope


def test_the_day_of_maturity_is_still_in_time() -> None:
    assert model.answer(replace(GOOD, as_of=GOOD.maturity_on), PARAMETERS).decision == "renew"


def test_clause_three_is_listed_condition_by_condition() -> None:
    found = model.answer(replace(GOOD, evades_debt=None, arrears_fen=1), PARAMETERS)

    assert {one.code: one.met for one in found.conditions} == {
        "LAWFUL_OPERATION": True,
        "CONTINUING_OPERATION": True,
        "GOOD_CREDIT": True,
        "FUNDS_AS_AGREED": True,
        "NO_ARREARS": False,
        "NO_EVASION": None,
        "LENDING_STANDARD": True,
    }


def test_a_need_below_the_least_renewal_means_repaying() -> None:
    found = model.answer(replace(GOOD, need_fen=999_999), PARAMETERS)

    assert (found.decision, found.repay_fen) == ("repay", GOOD.balance_fen)
    assert [one.code for one in found.reasons] == ["NEED_BELOW_BALANCE", "TOO_LITTLE"]


def test_a_loan_without_a_balance_is_refused() -> None:
    with pytest.raises(ModelInputNotValid, match="balance_fen"):
        model.answer(replace(GOOD, balance_fen=0), PARAMETERS)
