"""The interest of the row that is being written: segment by segment, rounded once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from servicing.domain.plan.calendar import Period
from servicing.domain.plan.day_count import DayCount
from servicing.domain.plan.methods import NOTHING, method_of
from servicing.domain.plan.rounding import Rounder
from servicing.domain.plan.rows import Segment
from servicing.domain.plan.terms import PlanTerms

PERCENT = 100


class Accrual:
    """Segments since the last row, and what all rows have asked for."""

    def __init__(self, terms: PlanTerms, rounded: Rounder) -> None:
        """Begin on the day of the disbursement."""
        self.day_count = DayCount(terms)
        self.reached = terms.disbursement_date
        self._rounded = rounded
        self._segments: list[Segment] = []
        self._rounds_once = (
            method_of(terms.method).bears_on_original and self.day_count.counts_alike
        )
        self._exact = self._asked = NOTHING
        self._kept: list[Segment] = []
        """Of rows that were settled before their day; `_kept_interest` is what they left."""
        self._kept_interest = self._early_exact = self._early_asked = NOTHING
        self.brought = NOTHING
        """Interest of earlier rows that their instalments had no room for."""
        self.overdue = NOTHING
        """Interest of the open row on principal that fell due before, not rounded."""

    def earn(
        self, period: Period, day: date, bearing: Decimal, rate_pct: Decimal, overdue: Decimal
    ) -> None:
        """Come to a day of a period on which something, some of it overdue, has borne interest."""
        start = self.reached
        if day <= start:
            return
        if bearing:
            years = self.day_count.years(period, start, day)
            interest = bearing * rate_pct * years / PERCENT
            self._segments.append(Segment(start, day, bearing, rate_pct, interest))
            self.overdue += overdue * rate_pct * years / PERCENT
        self.reached = day

    def close(self, day: date, bearing: Decimal, rate_pct: Decimal) -> None:
        """The loan ends on this day: where its tail bears interest too, that day does."""
        years = self.day_count.closing_day(day)
        if years and bearing:
            interest = bearing * rate_pct * years / PERCENT
            self._segments.append(Segment(day, day, bearing, rate_pct, interest))

    def exactly(self) -> Decimal:
        """What the open row has earned so far, not rounded."""
        return sum((one.interest for one in self._segments), self._kept_interest + self.brought)

    def rounded(self, *, last: bool) -> Decimal:
        """What the open row has earned so far, rounded.

        Of 等本等息 whose periods count alike all interest is rounded once: the last row takes the
        residue.
        """
        if self._rounds_once and last:
            whole = self._rounded(self._exact + self.exactly())
            return max(whole - self._asked, self._rounded(NOTHING))
        return self._rounded(max(self.exactly(), NOTHING))

    def take(self, earned: Decimal) -> tuple[Segment, ...]:
        """End the row, which asks for so much; the next one has earned nothing."""
        taken = (*self._kept, *self._segments)
        if self._rounds_once:
            self._exact += self.exactly()
            self._asked += earned
        self._segments, self._kept, self._kept_interest = [], [], NOTHING
        self.brought = self.overdue = NOTHING
        return taken

    def take_early(self, asked: Decimal) -> tuple[Segment, ...]:
        """End the row before its due day; asking for nothing, it leaves everything to the next."""
        if not asked:
            return ()
        self._early_exact += self.exactly()
        self._early_asked += asked
        return self.take(asked)

    def turn(self) -> None:
        """The due day of a row that was ended early: what is left belongs to the next row."""
        whole = self._rounded(self._early_exact + self.exactly())
        self._kept_interest = whole - self._early_asked
        self._kept += self._segments
        self._segments = []
        self._early_exact = self._early_asked = NOTHING
