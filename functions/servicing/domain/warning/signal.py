"""One signal of the library (预警信号): what it reads, how it compares, from where it warns."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from servicing.domain.warning.colour import Colour

LOAN_FACT: Final = "loan."
"""Begins the name of a fact of our own books; everything else is an indicator of risk."""


class Compare(StrEnum):
    """How a value is measured: by itself, or against the value at approval."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    RISE = "rise"
    FALL = "fall"
    RISE_RATE = "rise_rate"
    FALL_RATE = "fall_rate"


COMPARE_NAMES: Final = {
    Compare.AT_LEAST: "现值不低于",
    Compare.AT_MOST: "现值不高于",
    Compare.RISE: "较批时上升",
    Compare.FALL: "较批时下降",
    Compare.RISE_RATE: "较批时上升比例",
    Compare.FALL_RATE: "较批时下降比例",
}
ABSOLUTE: Final = frozenset({Compare.AT_LEAST, Compare.AT_MOST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """From which measure on a signal is yellow, orange, red; None: it never is."""

    yellow: Decimal | None = None
    orange: Decimal | None = None
    red: Decimal | None = None

    def steps(self) -> tuple[tuple[Colour, Decimal], ...]:
        """The bounds that exist, the lightest first."""
        every = (
            (Colour.YELLOW, self.yellow),
            (Colour.ORANGE, self.orange),
            (Colour.RED, self.red),
        )
        return tuple((colour, bound) for colour, bound in every if bound is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What a signal measured; `amount` None is a rise from nothing, which reaches every bound."""

    amount: Decimal | None
    colour: Colour
    bound: Decimal | None
    """The gravest bound that is reached; None without a colour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A row of the library; `bounds` grow graver in the direction that is worse."""

    code: str
    name: str
    domain: str
    reads: str
    product: str | None
    """The fact document that the indicator comes from; None for a fact of our books."""
    compare: Compare
    bounds: Bounds
    source: str
    confidence: str

    @property
    def of_loan(self) -> bool:
        """Whether it reads our own books."""
        return self.reads.startswith(LOAN_FACT)

    @property
    def compares_with_approval(self) -> bool:
        """Whether it needs the value at approval."""
        return self.compare not in ABSOLUTE

    def measure(self, value: Decimal, before: Decimal) -> Measure:
        """Measure a value; a worse value never gets a lighter colour."""
        amount = self._amount(value, before)
        reached = Measure(amount=amount, colour=Colour.NONE, bound=None)
        for colour, bound in self.bounds.steps():
            if self._reaches(amount, bound):
                reached = Measure(amount=amount, colour=colour, bound=bound)
        return reached

    def _amount(self, value: Decimal, before: Decimal) -> Decimal | None:
        match self.compare:
            case Compare.AT_LEAST | Compare.AT_MOST:
                return value
            case Compare.RISE:
                return value - before
            case Compare.FALL:
                return before - value
            case Compare.RISE_RATE:
                return _rate(value - before, before)
            case Compare.FALL_RATE:
                # From nothing nothing can fall; signals by the value itself see an empty source.
                return _rate(before - value, before) if before > 0 else Decimal(0)

    def _reaches(self, amount: Decimal | None, bound: Decimal) -> bool:
        if amount is None:
            return True
        return amount <= bound if self.compare is Compare.AT_MOST else amount >= bound


def _rate(change: Decimal, before: Decimal) -> Decimal | None:
    """The change in parts of what was before; None is a rise from nothing."""
    if before > 0:
        return change / before
    return None if change > 0 else Decimal(0)
