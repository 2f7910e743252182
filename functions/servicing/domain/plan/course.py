"""The course of a loan while its plan is drawn: what is owed, earned and written down so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import accumulate

from servicing.domain.plan.accrual import Accrual
from servicing.domain.plan.arrears import Arrears
from servicing.domain.plan.calendar import Period
from servicing.domain.plan.choices import InterestCalc
from servicing.domain.plan.early import Early
from servicing.domain.plan.methods import NOTHING, Due, method_of
from servicing.domain.plan.rounding import Rounder
from servicing.domain.plan.rows import Drawdown, Payoff, Plan, PlanRow, Segment
from servicing.domain.plan.sizing import (
    coming_interest,
    interest_beside,
    room_for,
    size_of_instalments,
)
from servicing.domain.plan.terms import PlanTerms


class Course:
    """One drawing of one plan; lives as long as `draw_plan` runs."""

    def __init__(self, terms: PlanTerms, periods: Sequence[Period], as_of: date | None) -> None:
        """Stand at the first disbursement: the principal is out, nothing is earned."""
        self.terms = terms
        self.periods = periods
        self.instalments = len(periods)
        self.method = method_of(terms.method)
        self.rounded = Rounder(terms)
        self.zero = self.rounded(NOTHING)
        """Nothing, with the decimals of the plan."""
        self.accrual = Accrual(terms, Rounder(terms, terms.interest_decimals))
        self.rate_pct = terms.annual_rate_pct
        self.balance = self.rounded(terms.principal)
        """Principal that is left by the plan."""
        self.original = self.balance
        self.early = Early()
        self.carried = NOTHING
        """Interest that is earned and rounded, but falls due later."""
        self.credit = NOTHING
        """Prepaid principal that coming instalments absorb."""
        self.arrears = Arrears(as_of, bears=terms.overdue_interest)
        self.put_off = NOTHING
        """Principal that interest on what is overdue took the place of: the last row repays it."""
        self.size = NOTHING
        self.resize = True
        self.is_due = False
        """The instalment of the period has fallen due: what happens now is for the next one."""
        self.settled = 0
        """The last instalment that was settled before its day."""
        self.ended = False
        self.payoff: Payoff | None = None
        self.rows: list[PlanRow] = []
        self.drawdowns = [Drawdown(terms.disbursement_date, self.balance)]
        self.period: Period
        self._row_from = terms.disbursement_date

    @property
    def repaid(self) -> bool:
        """Nothing falls due any more."""
        return self.balance == 0 and self.carried == 0

    @property
    def outstanding(self) -> Decimal:
        """Principal that is really out, and bears interest; never less than nothing."""
        return max(self.balance + self.arrears.principal - self.early.principal, NOTHING)

    @property
    def bearing(self) -> Decimal:
        """What bears interest today."""
        return self.original if self.method.bears_on_original else self.outstanding

    @property
    def overdue(self) -> Decimal:
        """Principal in what bears interest that fell due before."""
        return NOTHING if self.method.bears_on_original else self.arrears.principal

    def plan(self) -> Plan:
        """What was written down."""
        return Plan(self.terms, tuple(self.rows), tuple(self.drawdowns), self.payoff)

    # --- time -------------------------------------------------------------------------------

    def open(self, period: Period) -> None:
        """Begin a period; size the instalments if what they must repay has changed."""
        self.period = period
        self.is_due = False
        if self.resize and period.n > self.settled:
            self.size_instalments()

    def reach(self, day: date) -> None:
        """Come to a day of the period: what was out until then has earned interest."""
        stop = self._arrears_end()
        if stop is not None and self.accrual.reached < stop <= day:
            if self.arrears.principal:
                self._earn(stop)
            self.arrears.settle()
        self._earn(day)

    def _earn(self, day: date) -> None:
        self.accrual.earn(self.period, day, self.bearing, self.rate_pct, self.overdue)

    def _arrears_end(self) -> date | None:
        """Where in this period arrears stop bearing interest.

        By days that is the day of `as_of`; by periods, which have no parts, the end of its period.
        """
        as_of, period = self.arrears.as_of, self.period
        if as_of is None or not period.from_date < as_of <= period.due_date:
            return None
        return as_of if self.terms.interest_calc is InterestCalc.DAILY else period.due_date

    def close(self, day: date) -> None:
        """The loan ends on this day."""
        self.accrual.close(day, self.bearing, self.rate_pct)

    def earned(self) -> Decimal:
        """Interest of the open row so far, rounded."""
        return self.accrual.rounded(last=self.period.last)

    # --- instalments that are left ----------------------------------------------------------

    def size_instalments(self, *, by_running_period: bool = False) -> None:
        """Size the instalments from this period on so that they repay what is left."""
        self.resize = False
        if self.balance:
            self.size = size_of_instalments(self, by_running_period=by_running_period)

    @property
    def instalments_left(self) -> int:
        """Instalments from this one on that principal is spread over."""
        past = max(self.period.n - 1, self.settled, self.terms.principal_grace)
        return max((self.terms.amortised_over or self.instalments) - past, 1)

    @property
    def next_due(self) -> Period | None:
        """The instalment that money pays now: the first that neither fell due nor is settled."""
        n = max(self.period.n + (1 if self.is_due else 0), self.settled + 1)
        return self.periods[n - 1] if n <= self.instalments else None

    # --- rows -------------------------------------------------------------------------------

    def planned_principal(self, period: Period, earned: Decimal) -> Decimal:
        """Principal that an instalment repays by the method alone."""
        if period.last:
            return self.balance
        if period.n <= self.terms.principal_grace:
            return NOTHING
        beside = interest_beside(self, period, earned)
        due = Due(self.terms, self.rounded, self.size, self.balance, beside)
        return min(self.method.due(due), self.balance)

    def planned_principal_at_due_day(self, period: Period) -> Decimal:
        """Principal that a coming instalment will ask for, if nothing else happens."""
        earned = self.rounded(coming_interest(self, period))
        return self._less_credit(self.planned_principal(period, earned), period, keep=True)

    def settle_early(self, period: Period, principal: Decimal, interest: Decimal) -> None:
        """Write a coming instalment down as paid, with the interest that was paid."""
        of_row = max(interest - self.carried, NOTHING)
        self.carried = max(self.carried - interest, NOTHING)
        segments = self.accrual.take_early(of_row)
        self._write(period.due_date, principal, interest, of_row, segments)
        self._less_credit(principal, period)
        self.settled = period.n

    def fall_due(self) -> None:
        """Write down the instalment of the period, unless it was settled before its day."""
        day = self.period.due_date
        self.is_due = True
        self.reach(day)
        if self.period.n <= self.settled:
            self._pass_settled(day)
            return
        if self.period.last:
            self.close(day)
        earned, brought = self.earned(), self.accrual.brought
        by_method = self.planned_principal(self.period, earned)
        put_off = self._put_off(by_method)
        planned = self._less_credit(by_method, self.period)
        principal = min(max(planned, self.early.prepaid), self.balance)
        asked = room_for(self, earned)
        interest = self._interest_due(asked)
        if not self.balance and not principal + interest:
            self.accrual.take(earned)
            self._row_from = day
            return
        self.put_off += put_off
        self.early.ahead = NOTHING
        prepaid, self.early.prepaid = min(self.early.prepaid, principal), NOTHING
        self.write(day, principal, interest, earned - brought)
        self.accrual.brought = earned - asked
        self.arrears.fall_due(day, interest, principal - prepaid)
        self.early.beyond = principal - planned

    def write(
        self,
        day: date,
        principal: Decimal,
        interest: Decimal,
        earned: Decimal,
    ) -> None:
        """Write a row down."""
        self._write(day, principal, interest, earned, self.accrual.take(earned))

    def _write(
        self,
        day: date,
        principal: Decimal,
        interest: Decimal,
        earned: Decimal,
        segments: tuple[Segment, ...],
    ) -> None:
        self.balance -= principal
        closing = self.accrual.day_count.counts_closing_day and not self.balance
        later = [row for row in self.rows if row.due_date > day]
        place = len(self.rows) - len(later)
        start = later[0].from_date if later else self._row_from
        row = PlanRow(
            n=place + 1,
            from_date=start,
            due_date=day,
            days=(day - start).days + (1 if closing else 0),
            principal=self.zero + principal,
            interest=self.zero + interest,
            balance=self.balance + sum((one.principal for one in later), NOTHING),
            earned=self.zero + earned,
            segments=segments,
        )
        self.rows[place:] = accumulate([row, *later], lambda earlier, one: one.after(earlier))
        if not later:
            self._row_from = day

    def draw_down(self, day: date, amount: Decimal) -> None:
        """More goes out; an instalment that was settled before its day leaves more to repay."""
        self.balance += amount
        self.original += amount
        self.drawdowns.append(Drawdown(day, amount))
        self.rows = [
            replace(row, balance=row.balance + amount) if row.due_date > day else row
            for row in self.rows
        ]

    def write_principal_only(self, day: date, principal: Decimal) -> None:
        """Principal that is repaid on its own: the interest of the open row goes on."""
        if not principal:
            return
        self.balance -= principal
        nothing = self.zero
        self.rows.append(
            PlanRow(len(self.rows) + 1, day, day, 0, principal, nothing, self.balance, nothing, ())
        )

    def add_to_row(self, principal: Decimal) -> None:
        """More principal is paid with the instalment that was just written down."""
        self.balance -= principal
        row = self.rows[-1]
        self.rows[-1] = replace(row, principal=row.principal + principal, balance=self.balance)

    def owed_interest(self) -> Decimal:
        """Interest to this day that no row has asked for."""
        return self.earned() + self.carried

    def _pass_settled(self, day: date) -> None:
        """The due day of an instalment that was settled before: what it lacks is paid now."""
        self.accrual.turn()
        if self.period.n == self.settled and self.early.ahead < 0:
            self.arrears.fall_due(day, NOTHING, -self.early.ahead)
            self.early.ahead = NOTHING

    def _put_off(self, planned: Decimal) -> Decimal:
        """Principal for which interest on what is overdue leaves an equal instalment no room."""
        if not (self.method.level and self.accrual.overdue):
            return NOTHING
        punctual = self.rounded(self.accrual.exactly() - self.accrual.overdue)
        return max(self.planned_principal(self.period, punctual) - planned, NOTHING)

    def _less_credit(self, planned: Decimal, period: Period, *, keep: bool = False) -> Decimal:
        if not self.credit or period.last:
            return planned
        absorbed = min(self.credit, planned)
        if not keep:
            self.credit -= absorbed
        return planned - absorbed

    def _interest_due(self, earned: Decimal) -> Decimal:
        """All interest that is owed, unless grace defers it to the first paying instalment."""
        owed = earned + self.carried
        deferred = self.period.n <= self.terms.interest_grace and not self.period.last
        self.carried = owed if deferred else NOTHING
        return self.zero if deferred else owed
