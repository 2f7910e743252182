"""Whole months and years between days, as contracts and ages count them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def full_years(since: date, day: date) -> int:
    """Full years on a day; whoever is born on 29 February ages on 1 March."""
    return day.year - since.year - ((day.month, day.day) < (since.month, since.day))


def full_months(since: date, day: date) -> int:
    """Full months on a day; negative when it comes before."""
    return (day.year - since.year) * 12 + day.month - since.month - (day.day < since.day)


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a month that is too short.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
