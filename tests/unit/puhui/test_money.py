"""Money is exact, keeps its currency and splits without losing a 分."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.money import CurrencyMismatch, Money

MINOR = st.integers(min_value=-(10**15), max_value=10**15)
AMOUNTS = MINOR.map(Money)
WEIGHTS = st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=24).filter(any)
FACTORS = st.decimals(
    min_value=Decimal(-100), max_value=Decimal(100), places=8, allow_nan=False, allow_infinity=False
)


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_addition_is_associative_and_commutative(a: Money, b: Money, c: Money) -> None:
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a


@given(AMOUNTS, AMOUNTS)
def test_subtraction_undoes_addition(a: Money, b: Money) -> None:
    assert (a + b) - b == a


@given(AMOUNTS, WEIGHTS)
def test_an_allocation_sums_to_the_whole(amount: Money, weights: list[int]) -> None:
    assert Money.total(amount.allocate(weights)) == amount


@given(AMOUNTS, WEIGHTS)
def test_every_part_is_within_one_fen_of_its_exact_share(amount: Money, weights: list[int]) -> None:
    parts = amount.allocate(weights)

    for part, weight in zip(parts, weights, strict=True):
        exact = Fraction(amount.minor * weight, sum(weights))
        assert abs(part.minor - exact) < 1


@given(AMOUNTS, WEIGHTS)
def test_a_part_without_weight_gets_nothing(amount: Money, weights: list[int]) -> None:
    parts = amount.allocate(weights)

    assert all(part.is_zero for part, w in zip(parts, weights, strict=True) if w == 0)


def test_equal_remainders_go_to_the_earlier_part() -> None:
    assert [part.minor for part in Money(101).allocate([1, 1, 1])] == [34, 34, 33]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [-1]])
def test_weights_that_divide_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money(100).allocate(weights)


@given(MINOR)
def test_yuan_and_back_is_the_same_amount(minor: int) -> None:
    assert Money.of_yuan(Money(minor).yuan) == Money(minor)


@given(AMOUNTS, FACTORS)
def test_a_rate_is_applied_exactly_and_rounded_once(amount: Money, factor: Decimal) -> None:
    exact = Fraction(factor) * amount.minor

    assert abs(amount.times(factor).minor - exact) <= Fraction(1, 2)


def test_half_a_fen_is_rounded_up_unless_told_otherwise() -> None:
    half = Money(1).times(Decimal("0.5"))

    assert half == Money(1)
    assert Money(1).times(Decimal("0.5"), rounding=ROUND_HALF_EVEN) == Money(0)
    assert Money(-1).times(Decimal("0.5")) == Money(-1)
    assert Money(1).times(Decimal("0.99"), rounding=ROUND_DOWN) == Money(0)


def test_interest_of_a_thousand_is_a_thousand_not_999_99() -> None:
    principal = Money.of_yuan("10000")

    assert principal.times(Decimal("0.10")) == Money.of_yuan("1000.00")


@pytest.mark.parametrize("value", [True, 1.0, "1", None, Decimal(1)])
def test_minor_units_are_an_int_and_nothing_like_one(value: object) -> None:
    with pytest.raises(TypeError):
        Money(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [1.5, True, None, b"1"])
def test_yuan_are_never_read_from_a_float(value: object) -> None:
    with pytest.raises(TypeError):
        Money.of_yuan(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["1.234", "", "NaN", "Infinity", "1,000", "0.001"])
def test_text_that_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        Money.of_yuan(text)


@pytest.mark.parametrize("factor", [0.1, 2, True, "0.1"])
def test_a_factor_is_a_decimal(factor: object) -> None:
    with pytest.raises(TypeError):
        Money(100).times(factor)  # type: ignore[arg-type]


def test_a_factor_is_finite() -> None:
    with pytest.raises(ValueError, match="finite"):
        Money(100).times(Decimal("Infinity"))


def test_whole_numbers_multiply_and_others_do_not() -> None:
    assert 3 * Money(5) == Money(15)
    assert Money(5) * -1 == -Money(5)
    with pytest.raises(TypeError):
        Money(5) * 1.5  # type: ignore[operator]
    with pytest.raises(TypeError):
        Money(5) * True


def test_different_currencies_do_not_meet() -> None:
    yuan, euro = Money(100), Money(100, "EUR")

    for meet in (
        lambda: yuan + euro,
        lambda: yuan - euro,
        lambda: yuan < euro,
        lambda: yuan <= euro,
        lambda: yuan > euro,
        lambda: yuan >= euro,
    ):
        with pytest.raises(CurrencyMismatch):
            meet()
    assert yuan != euro


def test_money_does_not_mix_with_numbers() -> None:
    with pytest.raises(TypeError):
        Money(100) + 1  # type: ignore[operator]
    with pytest.raises(TypeError):
        assert Money(100) < 200  # type: ignore[operator]


@given(MINOR, MINOR)
def test_order_is_that_of_the_minor_units(a: int, b: int) -> None:
    assert (Money(a) < Money(b)) == (a < b)
    assert (Money(a) >= Money(b)) == (a >= b)


def test_truth_of_an_amount_is_not_guessed() -> None:
    with pytest.raises(TypeError, match="is_zero"):
        bool(Money(0))


@pytest.mark.parametrize("currency", ["", "cny", "RMBB", "人民币", "C1Y"])
def test_a_currency_is_three_capital_letters(currency: str) -> None:
    with pytest.raises(ValueError, match="currency"):
        Money(1, currency)


@pytest.mark.parametrize(
    ("minor", "text"),
    [
        (123_456, "1,234.56 CNY"),
        (0, "0.00 CNY"),
        (-5, "-0.05 CNY"),
        (10**13, "100,000,000,000.00 CNY"),
    ],
)
def test_people_read_amounts_with_separators(minor: int, text: str) -> None:
    assert str(Money(minor)) == text


def test_signs_and_absolutes() -> None:
    assert abs(Money(-5)) == Money(5)
    assert Money(5).is_positive
    assert not Money(-5).is_positive
    assert not Money(0).is_positive
    assert Money.zero("EUR") == Money(0, "EUR")
