"""The words that a plan's terms and events may use, with the names that people read."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP
from enum import StrEnum
from typing import Final

ACTUAL: Final = "ACTUAL"
"""As many days as the calendar has."""
MONTHS: Final = "MONTH"
DAYS: Final = "DAY"


class InterestCalc(StrEnum):
    """How interest of a period is counted (计息方式)."""

    PERIOD = "PERIOD"
    DAILY = "DAILY"


class HeadTail(StrEnum):
    """Which ends of an interval bear interest (算头算尾)."""

    HEAD = "HEAD"
    BOTH = "BOTH"
    TAIL = "TAIL"


class HolidayShift(StrEnum):
    """Where a due day goes that falls on a holiday (节假日顺延)."""

    NONE = "NONE"
    NEXT = "NEXT"
    PREVIOUS = "PREVIOUS"


class Rounding(StrEnum):
    """How an amount is rounded to the plan's decimals (尾数处理)."""

    HALF_UP = "HALF_UP"
    HALF_EVEN = "HALF_EVEN"
    DOWN = "DOWN"
    UP = "UP"

    @property
    def mode(self) -> str:
        """The `decimal` module's name of the rounding."""
        return _MODES[self]


_MODES: Final = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.DOWN: ROUND_DOWN,
    Rounding.UP: ROUND_UP,
}


class Strategy(StrEnum):
    """What a prepayment does to the instalments after it (提前还款方式)."""

    SHORTEN_TERM = "SHORTEN_TERM"
    REDUCE_INSTALLMENT = "REDUCE_INSTALLMENT"
    ABSORB_NEXT = "ABSORB_NEXT"


class PayoffInterest(StrEnum):
    """Until when a loan that is paid off bears interest (结清计息)."""

    TO_DATE = "TO_DATE"
    TO_PERIOD_END = "TO_PERIOD_END"
