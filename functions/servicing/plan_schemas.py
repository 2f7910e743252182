"""The request and the answer of a drawn schedule, for `POST /schedules` and `puhui schedule`.

The dictionary of the request is docs/repayment-plans.md. Amounts and rates may be JSON numbers or
text; the answer has them as text with the plan's decimals.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from puhui.contracts.common import Contract, ShortText
from puhui.contracts.servicing import RepaymentMethod
from puhui.safe_errors import unprocessable
from puhui.strict_json import loads
from servicing.domain.errors import PlanNotPossible
from servicing.domain.plan import Fee, Frequency, PlanEvent, PlanRow, PlanTerms
from servicing.domain.plan.choices import (
    HeadTail,
    HolidayShift,
    InterestCalc,
    PayoffInterest,
    Rounding,
    Strategy,
)
from servicing.domain.plan.events import EventType
from servicing.domain.plan.terms import DECIMALS, MAX_INSTALMENTS
from servicing.usecases.draw_schedule import DrawnSchedule

MAX_AMOUNT = Decimal(10) ** 11
"""100 billion, as for every amount of this platform."""
MAX_RATE_PCT = 1_000
MAX_EVENTS = 1_000
MAX_HOLIDAYS = 10_000
MAX_FEES = 100


def _number(value: object) -> object:
    """A number as it is written: 4.35 and "4.35" are the same decimal."""
    if isinstance(value, bool):
        raise ValueError("a number, not a truth value")
    return str(value) if isinstance(value, (int, float, Decimal)) else value


def _days(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isdecimal() else value


Amount = Annotated[Decimal, BeforeValidator(_number), Field(ge=0, le=MAX_AMOUNT)]
PositiveAmount = Annotated[Decimal, BeforeValidator(_number), Field(gt=0, le=MAX_AMOUNT)]
RatePct = Annotated[Decimal, BeforeValidator(_number), Field(ge=0, le=MAX_RATE_PCT)]
Count = Annotated[int, BeforeValidator(_number), Field(ge=0, le=MAX_INSTALMENTS)]


class _Lenient(Contract):
    """`null` says the same as leaving a field out."""

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: object) -> object:
        if isinstance(value, dict):
            return {name: one for name, one in value.items() if one is not None}
        return value


class FeeBody(_Lenient):
    """A fee (费用) on its day."""

    name: ShortText
    amount: Amount
    date: date
    payee: ShortText | None = None


class EventBody(_Lenient):
    """Something that happens to the loan (事件)."""

    date: date
    type: EventType
    amount: PositiveAmount | None = None
    annual_rate_pct: RatePct | None = None
    strategy: (
        Literal["SHORTEN_TERM", "REDUCE_INSTALLMENT", "ABSORB_NEXT", "TO_DATE", "TO_PERIOD_END"]
        | None
    ) = None
    interest: PayoffInterest | None = None

    def event(self) -> PlanEvent:
        """The event of the plan; how a pay-off counts may be said as its strategy."""
        said = self.strategy or ""
        counts_until = said in PayoffInterest.__members__
        return PlanEvent(
            date=self.date,
            type=self.type,
            amount=self.amount,
            annual_rate_pct=self.annual_rate_pct,
            strategy=Strategy(said) if said and not counts_until else None,
            interest=PayoffInterest(said) if counts_until else self.interest,
        )


class ScheduleBody(_Lenient):
    """Terms, events and the day of a plan (还款计划试算)."""

    principal: PositiveAmount
    annual_rate_pct: RatePct
    disbursement_date: date
    method: RepaymentMethod
    n: Annotated[int, BeforeValidator(_number), Field(ge=1, le=MAX_INSTALMENTS)] | None = None
    maturity_date: date | None = None
    frequency: ShortText = "1 MONTH"
    first_due_date: date | None = None
    interest_calc: InterestCalc = InterestCalc.PERIOD
    year_days: Annotated[Literal[360, 364, 365, "ACTUAL"], BeforeValidator(_days)] = 360
    month_days: Annotated[Literal[30, "ACTUAL"], BeforeValidator(_days)] = "ACTUAL"
    rounding: Rounding = Rounding.HALF_UP
    decimals: Annotated[int, Field(strict=True, ge=DECIMALS.start, lt=DECIMALS.stop)] = 2
    installment_multiple_of: PositiveAmount | None = None
    principal_multiple_of: PositiveAmount | None = None
    fixed_installment: PositiveAmount | None = None
    percent: Annotated[Decimal, BeforeValidator(_number), Field(gt=0, le=100)] | None = None
    principal_grace: Count = 0
    interest_grace: Count = 0
    head_tail: HeadTail = HeadTail.HEAD
    holiday_shift: HolidayShift = HolidayShift.NONE
    holidays: Annotated[tuple[date, ...], Field(max_length=MAX_HOLIDAYS)] = ()
    fees: Annotated[tuple[FeeBody, ...], Field(max_length=MAX_FEES)] = ()
    events: Annotated[tuple[EventBody, ...], Field(max_length=MAX_EVENTS)] = ()
    as_of: date | None = None
    overdue_interest: bool = True

    def terms(self) -> PlanTerms:
        """The terms of the plan."""
        plain = self.model_dump(exclude={"frequency", "holidays", "fees", "events", "as_of"})
        return PlanTerms(
            **plain,
            frequency=Frequency.of(self.frequency),
            holidays=frozenset(self.holidays),
            fees=tuple(
                Fee(name=fee.name, amount=fee.amount, date=fee.date, payee=fee.payee)
                for fee in self.fees
            ),
        )

    def plan_events(self) -> list[PlanEvent]:
        """The events of the plan; what is wrong with one names its place."""
        found = []
        for place, body in enumerate(self.events):
            try:
                found.append(body.event())
            except PlanNotPossible as error:
                field = (error.field or "events").replace("events", f"events.{place}", 1)
                raise PlanNotPossible(error.message, field=field, rule=error.rule) from None
        return found


class RowView(Contract):
    """One row of a plan."""

    n: int
    from_date: date
    due_date: date
    days: int
    principal: str
    interest: str
    total: str
    balance: str

    @classmethod
    def of(cls, row: PlanRow) -> RowView:
        """The view."""
        return cls(
            n=row.n,
            from_date=row.from_date,
            due_date=row.due_date,
            days=row.days,
            principal=_text(row.principal),
            interest=_text(row.interest),
            total=_text(row.total),
            balance=_text(row.balance),
        )


class TotalsView(Contract):
    """What the rows of a plan add up to."""

    principal: str
    interest: str
    total: str


class PayoffView(TotalsView):
    """What settles the loan on a day (结清金额)."""

    date: date


class DrawnScheduleView(Contract):
    """A drawn plan; `apr_pct` is the all-in annual cost in percent, with four decimals."""

    rows: tuple[RowView, ...]
    totals: TotalsView
    apr_pct: str
    payoff: PayoffView | None = None

    @classmethod
    def of(cls, drawn: DrawnSchedule) -> DrawnScheduleView:
        """The view."""
        plan, payoff = drawn.plan, drawn.plan.payoff
        return cls(
            rows=tuple(RowView.of(row) for row in plan.rows),
            totals=TotalsView(
                principal=_text(plan.total_principal),
                interest=_text(plan.total_interest),
                total=_text(plan.total),
            ),
            apr_pct=_text(drawn.apr_pct),
            payoff=payoff
            and PayoffView(
                date=payoff.date,
                principal=_text(payoff.principal),
                interest=_text(payoff.interest),
                total=_text(payoff.total),
            ),
        )


def read_schedule_body(text: str | bytes) -> ScheduleBody:
    """The request in a JSON text, its numbers read digit by digit."""
    loads(text)
    found: Any = json.loads(text, parse_float=Decimal)
    try:
        return ScheduleBody.model_validate(found)
    except ValidationError as error:
        raise unprocessable(error) from None


def _text(amount: Decimal) -> str:
    return f"{amount:f}"
