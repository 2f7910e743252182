"""Exact arithmetic and the two roundings of a plan: to decimals and to multiples."""

from __future__ import annotations

from contextlib import AbstractContextManager
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import Final

from servicing.domain.plan.terms import PlanTerms

PRECISION: Final = 50
"""Digits of intermediate results."""
NOISE: Final = Decimal("1e-25")
"""A third of a month has no end of digits: what 50 digits leave behind must not tip a tie."""


def exactly() -> AbstractContextManager[Context]:
    """A decimal context with enough digits; restores the caller's context."""
    return localcontext(prec=PRECISION)


class Rounder:
    """Rounds amounts as the terms say."""

    def __init__(self, terms: PlanTerms, decimals: int | None = None) -> None:
        """Keep the smallest amount and the direction."""
        self._unit = Decimal(1).scaleb(-(terms.decimals if decimals is None else decimals))
        self._mode = terms.rounding.mode

    def __call__(self, amount: Decimal) -> Decimal:
        """An amount with the plan's decimals."""
        exact = amount.quantize(NOISE, rounding=ROUND_HALF_EVEN)
        return exact.quantize(self._unit, rounding=self._mode)

    def to_multiple(self, amount: Decimal, of: Decimal | None) -> Decimal:
        """An amount that is a whole number of multiples, or rounded where none is asked for."""
        if of is None:
            return self(amount)
        exact = (amount / of).quantize(NOISE, rounding=ROUND_HALF_EVEN)
        return self(exact.to_integral_value(rounding=self._mode) * of)
