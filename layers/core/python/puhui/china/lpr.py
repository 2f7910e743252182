"""The loan prime rate (贷款市场报价利率) since the reform of August 2019.

    rate = on(date(2024, 12, 1))             # rate.one_year_bps == 310, rate.five_year_bps == 360
    bps_for(date(2024, 12, 1), term_months=12)

The table holds the days on which a rate changed; between them the rate stood. After
`SUPPLIED_UNTIL` nobody has told us of a change: `is_assumed` says so, and a bank must supply the
later publications.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from puhui.china.rule_tables import RuleTable

FIVE_YEARS_MONTHS = 60
"""From five years (5年期以上) the longer rate applies; 以上 includes the number itself ✎."""
FIRST_DAY = date(2019, 8, 20)
"""The first publication of the reformed rate."""
SUPPLIED_UNTIL = date(2025, 6, 19)
"""The day before the first publication (2025-06-20) of which the table knows nothing."""


@dataclass(frozen=True, slots=True)
class Lpr:
    """Both tenors of one publication, in basis points a year."""

    one_year_bps: int
    five_year_bps: int


@cache
def table() -> RuleTable[Lpr]:
    """The history, oldest first."""
    text = files("puhui.china").joinpath("data/lpr.json").read_bytes()
    return RuleTable.from_json(text, lambda value: Lpr(**value))


def on(day: date) -> Lpr:
    """The rates in force on a day; before 2019-08-20 there are none and it raises."""
    return table().value_on(day)


def bps_for(day: date, term_months: int) -> int:
    """The rate that prices a loan of this term: one year below five years, else five years."""
    rate = on(day)
    return rate.five_year_bps if term_months >= FIVE_YEARS_MONTHS else rate.one_year_bps


def is_assumed(day: date) -> bool:
    """Whether the rate of a day is only the last one known."""
    return day > SUPPLIED_UNTIL
