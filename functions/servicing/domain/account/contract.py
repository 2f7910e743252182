"""The repayment contract of a loan as its events have changed it: which instalments are to come.

Every plan comes from the one schedule engine, so that what was shown, signed and serviced agree to
the 分: `puhui schedule` with the same terms and events prints the instalments of this account.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from servicing.domain.account.rules import PrepayInterest
from servicing.domain.due_days import periods_with_due_days
from servicing.domain.errors import EventRefused
from servicing.domain.plan import PlanEvent, PlanRow, PlanTerms, draw_plan
from servicing.domain.plan.calendar import ONE_DAY, Period
from servicing.domain.plan.choices import HeadTail, PayoffInterest, Strategy
from servicing.domain.plan.events import EventType
from servicing.domain.plan.rounding import exactly

BPS_PER_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One instalment to come, in 分.

    `earned` is what the days of the row earn; `interest` what is asked for on its day: the two
    differ only where grace defers interest. `marks` are the days on which the row's balance or rate
    changes, with what it has earned by then, in 1/1,000,000 分.
    """

    n: int
    from_date: date
    due_date: date
    principal: int
    interest: int
    earned: int
    marks: tuple[tuple[date, int], ...]

    def accrued(self, on: date) -> int:
        """Interest that the days before `on` have earned, half up; all of it on the due day."""
        if on >= self.due_date:
            return self.earned
        place = bisect_right(self.marks, on, key=lambda mark: mark[0])
        if place == 0:
            return 0
        begun, before = self.marks[place - 1]
        if place < len(self.marks):
            ends, after = self.marks[place]
            before += (after - before) * (on - begun).days // (ends - begun).days
        return min((2 * before + MICRO) // (2 * MICRO), self.earned)


MICRO = 1_000_000
PAID_UNTIL: Final = {
    PrepayInterest.TO_DATE: PayoffInterest.TO_DATE,
    PrepayInterest.FULL_PERIOD: PayoffInterest.TO_PERIOD_END,
    PrepayInterest.AT_DUE_DAY: None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The plan in force: the terms that began it, and what has changed it since."""

    terms: PlanTerms
    events: tuple[PlanEvent, ...] = ()
    annual_rate_bps: int
    matures_on: date
    asked: int = 0
    """Interest that the rows of this plan have asked for so far, in 分."""

    @classmethod
    def begun(cls, terms: PlanTerms) -> tuple[Contract, tuple[Row, ...]]:
        """A new plan and its instalments."""
        rows = _rows(terms, ())
        rate = _bps(terms.annual_rate_pct)
        contract = cls(terms=terms, annual_rate_bps=rate, matures_on=rows[-1].due_date)
        return contract, rows

    def prepaid(
        self, on: date, fen: int, strategy: str, interest: PrepayInterest = PrepayInterest.TO_DATE
    ) -> tuple[Contract, tuple[Row, ...]]:
        """The plan after money that pays interest and principal before its day.

        The interest is that to the day or of the whole period; where it waits for the due day
        (还款时不收息), all of the money is principal.
        """
        if strategy not in Strategy.__members__:
            raise EventRefused(
                f"a prepayment shortens the term, reduces the instalment or is absorbed by the "
                f"next one, not {strategy}",
                field="strategy",
                rule="strategy.choice",
            )
        amount = Decimal(fen).scaleb(-2)
        return self._with(
            PlanEvent(
                date=on,
                type=EventType.PREPAYMENT,
                amount=amount,
                strategy=Strategy(strategy),
                interest=PAID_UNTIL[interest],
                interest_waits=interest is PrepayInterest.AT_DUE_DAY,
            )
        )

    def begins_period(self, day: date) -> bool:
        """Whether a day is a due day of the plan, or the day on which the plan began."""
        periods = periods_with_due_days(self.terms)
        return day == self.terms.disbursement_date or any(one.due_date == day for one in periods)

    def due_day_from(self, day: date) -> date | None:
        """The first due day on or after a day within the plan."""
        if day <= self.terms.disbursement_date:
            return None
        due_days = (period.due_date for period in periods_with_due_days(self.terms))
        return next((due for due in due_days if due >= day), None)

    def period_due(self, day: date) -> Period:
        """The period of the plan that ends on a due day."""
        return next(one for one in periods_with_due_days(self.terms) if one.due_date == day)

    def repriced(
        self, on: date, annual_rate_bps: int, *, segments: bool = True
    ) -> tuple[Contract, tuple[Row, ...]]:
        """The plan after another rate from a day on.

        Without segments the day is a due day, and all of its period keeps the old rate: where the
        last day of a period bears interest (算尾不算头), the new rate begins the day after it.
        """
        if not segments and self.terms.head_tail is HeadTail.TAIL:
            on += ONE_DAY
        rate = Decimal(annual_rate_bps) / BPS_PER_PERCENT
        changed, rows = self._with(
            PlanEvent(date=on, type=EventType.RATE_CHANGE, annual_rate_pct=rate)
        )
        return replace(changed, annual_rate_bps=annual_rate_bps), rows

    def _with(self, event: PlanEvent) -> tuple[Contract, tuple[Row, ...]]:
        events = (*self.events, event)
        rows = _rows(self.terms, events)
        return replace(self, events=events, matures_on=rows[-1].due_date), rows


def _rows(terms: PlanTerms, events: tuple[PlanEvent, ...]) -> tuple[Row, ...]:
    return tuple(_row(row) for row in draw_plan(terms, events).rows)


def _row(row: PlanRow) -> Row:
    marks, earned = [(row.from_date, 0)], Decimal(0)
    with exactly():
        for segment in row.segments:
            if segment.from_date > marks[-1][0]:
                marks.append((segment.from_date, marks[-1][1]))
            earned += segment.interest
            micro = int((earned * 100 * MICRO).to_integral_value(rounding=ROUND_HALF_UP))
            if segment.to_date > marks[-1][0]:
                marks.append((segment.to_date, micro))
            else:
                marks[-1] = (marks[-1][0], micro)
    return Row(
        n=row.n,
        from_date=row.from_date,
        due_date=row.due_date,
        principal=_fen(row.principal),
        interest=_fen(row.interest),
        earned=_fen(row.earned),
        marks=tuple(marks),
    )


def _fen(amount: Decimal) -> int:
    """An amount in whole 分; a plan with more decimals is no plan to service."""
    fen = amount.scaleb(2)
    if fen != fen.to_integral_value():
        raise EventRefused(f"{amount} is not whole 分", field="decimals", rule="decimals.fen")
    return int(fen)


def _bps(rate_pct: Decimal) -> int:
    return int(rate_pct * BPS_PER_PERCENT)
