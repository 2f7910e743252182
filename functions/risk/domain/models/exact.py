"""Whole-number arithmetic of the models: shares rounded to the side that helps nobody."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from risk.domain.models.answer import require

PPM: Final = 1_000_000
"""Shares are integers in parts per million."""
BPS: Final = 10_000
"""Yearly rates are integers in basis points."""
FEN_PER_WAN: Final = 1_000_000
"""分 in one 万元."""


def divided_up(numerator: int, denominator: int) -> int:
    """A quotient rounded up.

    >>> divided_up(1, 3)
    1
    """
    return -(-numerator // denominator)


def part_down(amount_fen: int, share_ppm: int) -> int:
    """A share of an amount, rounded down to whole 分."""
    return amount_fen * share_ppm // PPM


def part_up(amount_fen: int, share_ppm: int) -> int:
    """A share of an amount, rounded up to whole 分."""
    return divided_up(amount_fen * share_ppm, PPM)


def wan_text(amount_fen: int) -> str:
    """An amount in 万元 with two decimals, rounded down, as bankers write it.

    >>> wan_text(1_350_000_000)
    '1350.00'
    """
    hundredths = amount_fen * 100 // FEN_PER_WAN
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def annuity_principal(payment_fen: int, rate_bps: int, months: int) -> int:
    """The largest principal that equal monthly payments repay, rounded down to whole 分.

    P = A · ((1 + r)^n − 1) / (r · (1 + r)^n) with r = yearly rate / 12; without interest A · n.
    """
    if rate_bps == 0:
        return payment_fen * months
    monthly = Fraction(rate_bps, 12 * BPS)
    growth = (1 + monthly) ** months
    return int(payment_fen * (growth - 1) // (monthly * growth))


def require_not_negative(holder: object, *fields: str) -> None:
    """Refuse a known amount, count or share below zero."""
    for field in fields:
        value = getattr(holder, field)
        require(value is None or value >= 0, field, "must not be negative")
