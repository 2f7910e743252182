"""Five tiers, stages and expected losses: boundary days, across a debtor's loans, monotone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.domain.models import five_tier_ecl as model
from risk.domain.models.answer import ModelInputNotValid
from risk.domain.models.five_tier_facts import TIERS
from tests.support.rule_models import nullable, without
from tests.unit.risk.models.debtors import DEBTOR, LOAN, PARAMETERS, tier, with_first

DAYS = [0, 1, 7, 8, 30, 31, 60, 61, 90, 91, 270, 271, 360, 361, 2_000]
MORE_ADVERSE: dict[str, Any] = {
    "credit_impaired": True,
    "refinanced": True,
    "conceded": True,
    "use_changed": True,
    "adverse_factors": True,
    "restructured": True,
    "restructured_again": True,
    "tier_before": "substandard",
}
DEBTOR_FLAGS = ("evades_debt", "dishonest", "in_liquidation", "rating_collapsed", "npa_elsewhere")
SOME = settings(max_examples=25)
"""Debtors are long to draw."""
PPM = st.one_of(
    st.sampled_from([0, 10_000, 10_001, 500_000, 900_000, 10**6]), st.integers(0, 10**6)
)


@st.composite
def loans(draw: st.DrawFn, loan_id: str = "L1") -> model.Loan:
    """A loan with few adverse facts, as random as its days, shares and amounts."""
    life = draw(PPM)
    adverse = draw(st.sets(st.sampled_from(sorted(MORE_ADVERSE)), max_size=2))
    return replace(
        LOAN,
        loan_id=loan_id,
        balance_fen=draw(st.sampled_from([0, 1, 10_000_000, 90_000_000, 10**12])),
        undrawn_fen=draw(st.sampled_from([0, 7, 5_000_000])),
        overdue_days=draw(st.sampled_from([0, 0, 0, *DAYS])),
        overdue_is_technical=draw(st.booleans()),
        default_life_ppm=life,
        default_12m_ppm=draw(st.integers(0, life)),
        default_life_at_grant_ppm=draw(PPM),
        loss_given_default_ppm=draw(PPM),
        rate_bps=draw(st.sampled_from([0, 360, 2_400])),
        remaining_days=draw(st.sampled_from([0, 1, 360, 3_600])),
        observed_from=draw(st.sampled_from([date(2025, 8, 1), date(2026, 2, 1)])),
        observed_periods=draw(st.integers(0, 12)),
        difficulty_resolved=draw(st.booleans()),
        paid_up_months=draw(st.sampled_from([5, 6])),
        paid_up_periods=draw(st.sampled_from([1, 2])),
        will_keep_paying=draw(st.booleans()),
        **{name: MORE_ADVERSE[name] for name in adverse},
    )


@st.composite
def debtors(draw: st.DrawFn) -> model.Inputs:
    """A debtor with one to three loans."""
    count = draw(st.integers(1, 3))
    flag = draw(st.sampled_from([None, None, *DEBTOR_FLAGS]))
    return replace(
        DEBTOR,
        retail=draw(st.booleans()),
        loans=tuple(draw(loans(f"L{place}")) for place in range(count)),
        outside_facts_on=draw(st.sampled_from([date(2026, 7, 1), date(2026, 1, 1)])),
        **({} if flag is None else {flag: True}),
    )


def no_better(one: model.Inputs, other: model.Inputs) -> bool:
    """Every loan's tier, stage and expected loss at least as bad."""
    pairs = zip(
        model.answer(one, PARAMETERS).loans, model.answer(other, PARAMETERS).loans, strict=True
    )
    return all(
        TIERS.index(a.tier) >= TIERS.index(b.tier)
        and a.stage >= b.stage
        and a.expected_loss_fen >= b.expected_loss_fen
        for a, b in pairs
    )


@pytest.mark.parametrize(
    ("days", "expected", "stage", "bucket"),
    [
        (0, "normal", 1, "0"),
        (1, "attention", 1, "1-30"),
        (30, "attention", 1, "1-30"),
        (31, "attention", 2, "31-60"),
        (60, "attention", 2, "31-60"),
        (61, "attention", 2, "61-90"),
        (90, "attention", 2, "61-90"),
        (91, "substandard", 3, "91-180"),
        (270, "substandard", 3, "181-270"),
        (271, "doubtful", 3, "271-360"),
        (360, "doubtful", 3, "271-360"),
        (361, "loss", 3, "361+"),
    ],
)
def test_overdue_days_make_tier_stage_and_bucket(
    days: int, expected: str, stage: int, bucket: str
) -> None:
    found = model.answer(with_first(DEBTOR, overdue_days=days), PARAMETERS).loans[0]

    assert (found.tier, found.stage, found.overdue_bucket) == (expected, stage, bucket)


@SOME
@given(inputs=debtors(), days=st.sampled_from(DAYS))
def test_more_days_overdue_are_never_better_for_any_loan(inputs: model.Inputs, days: int) -> None:
    later = with_first(inputs, overdue_days=inputs.loans[0].overdue_days + days)

    assert no_better(later, inputs)


@SOME
@given(inputs=debtors(), name=st.sampled_from(sorted(MORE_ADVERSE)))
def test_an_adverse_fact_of_a_loan_never_helps(inputs: model.Inputs, name: str) -> None:
    assert no_better(with_first(inputs, **{name: MORE_ADVERSE[name]}), inputs)


@SOME
@given(inputs=debtors(), name=st.sampled_from(DEBTOR_FLAGS), share=PPM)
def test_an_adverse_fact_of_a_debtor_never_helps(
    inputs: model.Inputs, name: str, share: int
) -> None:
    assert no_better(replace(inputs, **{name: True}), inputs)
    assert no_better(replace(inputs, overdue_90_everywhere_ppm=share), inputs)


@SOME
@given(inputs=debtors(), names=st.sets(st.sampled_from(nullable(model.Loan)), min_size=1))
def test_a_fact_of_a_loan_left_out_never_helps(inputs: model.Inputs, names: set[str]) -> None:
    poorer = replace(inputs, loans=(without(inputs.loans[0], names), *inputs.loans[1:]))

    assert no_better(poorer, inputs)
    assert no_better(replace(inputs, outside_facts_on=None), inputs)


@SOME
@given(inputs=debtors(), name=st.sampled_from(["default_life_ppm", "loss_given_default_ppm"]))
def test_a_greater_probability_or_loss_never_helps(inputs: model.Inputs, name: str) -> None:
    assert no_better(with_first(inputs, **{name: 1_000_000}), inputs)


@SOME
@given(inputs=debtors(), seed=st.randoms())
def test_the_order_of_loans_does_not_matter(inputs: model.Inputs, seed: Any) -> None:
    mixed = list(inputs.loans)
    seed.shuffle(mixed)

    other = replace(inputs, loans=tuple(mixed))

    assert model.answer(other, PARAMETERS) == model.answer(inputs, PARAMETERS)


@SOME
@given(inputs=debtors())
def test_the_whole_is_the_sum_and_the_worst_of_its_loans(inputs: model.Inputs) -> None:
    found = model.answer(inputs, PARAMETERS)

    assert found.expected_loss_fen == sum(one.expected_loss_fen for one in found.loans)
    assert TIERS.index(found.tier) == max(TIERS.index(one.tier) for one in found.loans)
    assert all((one.stage == 3) == (TIERS.index(one.tier) >= 2) for one in found.loans)


@SOME
@given(loan=loans())
def test_the_expected_loss_of_a_performing_loan_is_the_formula_rounded_up(loan: Any) -> None:
    calm = replace(
        LOAN,
        balance_fen=loan.balance_fen,
        default_12m_ppm=loan.default_12m_ppm,
        default_life_ppm=loan.default_life_ppm,
        default_life_at_grant_ppm=1_000_000,
        loss_given_default_ppm=loan.loss_given_default_ppm,
        rate_bps=loan.rate_bps,
        remaining_days=loan.remaining_days,
    )

    found = model.answer(replace(DEBTOR, loans=(calm,)), PARAMETERS).loans[0]

    days = min(182, loan.remaining_days // 2)
    share = Fraction(loan.default_12m_ppm * loan.loss_given_default_ppm, 10**12)
    exact = loan.balance_fen * share / (1 + Fraction(loan.rate_bps * days, 3_600_000))
    assert found.stage == 1
    assert 0 <= found.expected_loss_fen - exact < 1


@pytest.mark.parametrize(
    ("bad_fen", "expected"), [(10_000_000, "attention"), (10_000_001, "substandard")]
)
def test_more_than_a_tenth_pulls_the_other_loans_down(bad_fen: int, expected: str) -> None:
    good = replace(LOAN, balance_fen=100_000_000 - bad_fen)
    bad = replace(LOAN, loan_id="L2", balance_fen=bad_fen, overdue_days=91)

    assert tier(replace(DEBTOR, loans=(good, bad))) == expected


def test_a_default_discounted_longer_is_not_a_smaller_loss_than_the_stage_before() -> None:
    nearly = {"default_12m_ppm": 990_000, "default_life_ppm": 990_000, "remaining_days": 0}

    late, later = (
        model.answer(with_first(DEBTOR, overdue_days=days, **nearly), PARAMETERS)
        for days in (90, 91)
    )

    # 1,000,000 · 99 % · 45 %; alone, stage 3 would ask for 450,000 / 1.036 = 434,362.94.
    assert (late.stage, late.expected_loss_fen) == (2, 44_550_000)
    assert (later.stage, later.expected_loss_fen) == (3, 44_550_000)


def test_a_retail_debtors_other_loans_stay_as_they_are() -> None:
    bad = replace(LOAN, loan_id="L2", overdue_days=91)

    assert tier(replace(DEBTOR, retail=True, loans=(LOAN, bad))) == "normal"


def test_reasons_say_the_days_and_the_tier() -> None:
    found = model.answer(with_first(DEBTOR, overdue_days=91), PARAMETERS)

    assert [one.text for one in found.reasons] == ["逾期91天，至少归为次级类"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("balance_fen", -1),
        ("overdue_days", -1),
        ("loss_given_default_ppm", 1_000_001),
        ("default_life_ppm", 19_999),
        ("rate_bps", -1),
    ],
)
def test_what_makes_no_sense_is_refused(field: str, value: int) -> None:
    with pytest.raises(ModelInputNotValid, match=field):
        model.answer(with_first(DEBTOR, **{field: value}), PARAMETERS)


def test_a_debtor_without_loans_or_with_equal_ids_is_refused() -> None:
    for loans_ in ((), (LOAN, LOAN)):
        with pytest.raises(ModelInputNotValid, match="loans"):
            model.answer(replace(DEBTOR, loans=loans_), PARAMETERS)


@pytest.mark.full
@settings(max_examples=2_000)
@given(
    inputs=debtors(),
    names=st.sets(st.sampled_from(nullable(model.Loan)), min_size=1),
    days=st.integers(0, 400),
    name=st.sampled_from(sorted(MORE_ADVERSE)),
)
def test_nothing_left_out_later_or_adverse_helps_many_debtors(
    inputs: model.Inputs, names: set[str], days: int, name: str
) -> None:
    loan, rest = inputs.loans[0], inputs.loans[1:]

    assert no_better(replace(inputs, loans=(without(loan, names), *rest)), inputs)
    assert no_better(with_first(inputs, overdue_days=loan.overdue_days + days), inputs)
    assert no_better(with_first(inputs, **{name: MORE_ADVERSE[name]}), inputs)
