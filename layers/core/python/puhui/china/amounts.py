"""Writes amounts, rates and dates as a Chinese contract does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from puhui.money import Money

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_GROUP_SIZE = 10_000
_MAX_FEN = 10**18


def figures(amount: Money) -> str:
    """Write an amount in figures with thousands separators.

    >>> figures(Money(30_000_000))
    '300,000.00'
    """
    return f"{amount.yuan:,.2f}"


def capitals(amount: Money) -> str:
    """Write an amount in capital numerals (中文大写), which nobody can alter by a stroke.

    >>> capitals(Money(100_500_00)), capitals(Money(1_409_50)), capitals(Money(6_007_14))
    ('人民币壹拾万零伍佰元整', '人民币壹仟肆佰零玖元伍角', '人民币陆仟零柒元壹角肆分')
    """
    if not 0 <= amount.minor < _MAX_FEN or amount.currency != "CNY":
        raise ValueError("capital numerals are for amounts in CNY that a contract can name")
    yuan, fen = divmod(amount.minor, 100)
    whole = f"{_integer(yuan)}元" if yuan else ""
    cents = _cents(fen, after_yuan=bool(yuan))
    return f"人民币{whole}{cents or '整'}" if whole or cents else "人民币零元整"


def percent(value: Decimal) -> str:
    """Write a percentage with at least two decimals, without losing any.

    >>> percent(Decimal("4.350")), percent(Decimal("4.4012"))
    ('4.35%', '4.4012%')
    """
    text = format(value.normalize(), "f")
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.ljust(2, '0')}%"


def rate(annual_rate_bps: int) -> str:
    """Write an annual rate given in basis points.

    >>> rate(435)
    '4.35%'
    """
    return percent(Decimal(annual_rate_bps).scaleb(-2))


def day(value: date) -> str:
    """Write a date as contracts do.

    >>> day(date(2026, 8, 3))
    '2026年8月3日'
    """
    return f"{value.year}年{value.month}月{value.day}日"


def _integer(value: int) -> str:
    """Read four digits at a time; one 零 stands for any gap between digits that are there."""
    text = ""
    index = 0
    gap = False
    while value:
        value, group = divmod(value, _GROUP_SIZE)
        if group:
            text = f"{_group(group)}{_GROUPS[index]}{'零' if gap and text else ''}{text}"
        gap = group < _GROUP_SIZE // 10
        index += 1
    return text


def _group(value: int) -> str:
    text = ""
    zero = False
    for place in (3, 2, 1, 0):
        digit = value // 10**place % 10
        if digit:
            text += ("零" if zero and text else "") + _DIGITS[digit] + _PLACES[place]
            zero = False
        else:
            zero = True
    return text


def _cents(fen: int, *, after_yuan: bool) -> str:
    jiao, rest = divmod(fen, 10)
    if not fen:
        return ""
    if not jiao:
        return ("零" if after_yuan else "") + f"{_DIGITS[rest]}分"
    return f"{_DIGITS[jiao]}角" + (f"{_DIGITS[rest]}分" if rest else "")
