"""Amounts on a contract: figures and capital numerals say the same."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.china.amounts import capitals, figures, percent, rate
from puhui.money import Money

DIGITS = "零壹贰叁肆伍陆柒捌玖"
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def read_capitals(text: str) -> int:
    """Read capital numerals back, written independently of the code that writes them."""
    body = text.removeprefix("人民币").removesuffix("整")
    whole, separator, cents = body.partition("元")
    if not separator:
        whole, cents = "", body
    fen = 0
    for digit, unit in zip(cents.lstrip("零")[::2], cents.lstrip("零")[1::2], strict=True):
        fen += DIGITS.index(digit) * (10 if unit == "角" else 1)
    return _read_integer(whole) * 100 + fen


def _read_integer(text: str) -> int:
    for unit, value in (("亿", 10**8), ("万", 10**4)):
        high, separator, low = text.rpartition(unit)
        if separator:
            return _read_integer(high) * value + _read_integer(low)
    total = digit = 0
    for char in text:
        if char in UNITS:
            total += digit * UNITS[char]
            digit = 0
        else:
            digit = DIGITS.index(char)
    return total + digit


@given(st.integers(min_value=1, max_value=10**13))
def test_capital_numerals_read_back_as_the_same_amount(fen: int) -> None:
    assert read_capitals(capitals(Money(fen))) == fen


@given(st.integers(min_value=1, max_value=10**13))
def test_capital_numerals_never_write_zero_twice_or_last(fen: int) -> None:
    text = capitals(Money(fen))

    assert "零零" not in text
    assert "零元" not in text
    assert not text.endswith("零")


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "人民币零元整"),
        (1, "人民币壹分"),
        (10, "人民币壹角"),
        (30_000_000, "人民币叁拾万元整"),
        (10_050_000, "人民币壹拾万零伍佰元整"),
        (140_950, "人民币壹仟肆佰零玖元伍角"),
        (600_714, "人民币陆仟零柒元壹角肆分"),
        (32_504, "人民币叁佰贰拾伍元零肆分"),
        (10_000_500_000, "人民币壹亿零伍仟元整"),
        (1_000_000_000_000, "人民币壹佰亿元整"),
    ],
)
def test_capital_numerals_as_banks_write_them(fen: int, text: str) -> None:
    assert capitals(Money(fen)) == text


@pytest.mark.parametrize("amount", [Money(-1), Money(10**18), Money(1, "EUR")])
def test_other_amounts_have_no_capital_numerals(amount: Money) -> None:
    with pytest.raises(ValueError, match="capital numerals"):
        capitals(amount)


def test_figures_have_separators_and_two_decimals() -> None:
    assert figures(Money(123_456_789)) == "1,234,567.89"


def test_a_percentage_keeps_all_its_decimals() -> None:
    assert [percent(Decimal(text)) for text in ("4.4382", "4.40", "12", "0.05")] == [
        "4.4382%",
        "4.40%",
        "12.00%",
        "0.05%",
    ]
    assert rate(435) == "4.35%"
