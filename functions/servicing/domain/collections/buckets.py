"""Buckets of days overdue (逾期账龄): M0 is not overdue, M1 is 1 to 30 days, M6+ is over 180."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

DAYS_IN_A_BUCKET: Final = 30


class Bucket(StrEnum):
    """From the lightest to the gravest."""

    M0 = "M0"
    M1 = "M1"
    M2 = "M2"
    M3 = "M3"
    M4 = "M4"
    M5 = "M5"
    M6 = "M6"
    M6_PLUS = "M6+"

    @property
    def rank(self) -> int:
        """0 for M0 to 7 for M6+."""
        return _BUCKETS.index(self)


_BUCKETS: Final = tuple(Bucket)


def bucket_of(days_overdue: int) -> Bucket:
    """The bucket of a number of days.

    >>> [bucket_of(days).value for days in (0, 1, 30, 31, 180, 181)]
    ['M0', 'M1', 'M1', 'M2', 'M6', 'M6+']
    """
    return _BUCKETS[min(-(-days_overdue // DAYS_IN_A_BUCKET), len(_BUCKETS) - 1)]
