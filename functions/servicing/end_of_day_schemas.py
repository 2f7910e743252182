"""What the API answers about business days and their ends."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime

from puhui.contracts.common import Contract, Fen
from servicing.domain.end_of_day.business_day import STATE_NAMES, BusinessDay
from servicing.domain.end_of_day.report import EndOfDay
from servicing.domain.end_of_day.tally import BASIS_NAMES, DayTally

STATION_NAMES = {
    "open_closing": "日终开始",
    "close_loans": "贷款日终",
    "classify_loans": "五级分类与计提",
    "watch_loans": "预警与检查计划",
    "request_debits": "到期自动扣款",
    "report_partition": "分区日报",
    "assess_loans": "分区分类与日报",
    "close_the_day": "日切",
}


class FailureView(Contract):
    """Where the last attempt stopped."""

    station: str
    station_name: str
    partition: int | None
    error: str


class BusinessDayView(Contract):
    """The bank's business day (会计日期)."""

    bank_id: str
    business_date: date
    state: str
    state_name: str
    run_id: str | None
    attempt: int
    closing_since: AwareDatetime | None
    failures: tuple[FailureView, ...]

    @classmethod
    def of(cls, day: BusinessDay) -> BusinessDayView:
        """The view."""
        return cls(
            bank_id=day.bank_id,
            business_date=day.day,
            state=day.state.value,
            state_name=STATE_NAMES[day.state],
            run_id=day.run_id,
            attempt=day.attempt,
            closing_since=day.closing_since,
            failures=tuple(
                FailureView(
                    station=one.station,
                    station_name=STATION_NAMES.get(one.station, one.station),
                    partition=one.partition,
                    error=one.error,
                )
                for one in day.failures
            ),
        )


class FiguresView(Contract):
    """Loans on the balance sheet at the end of the day."""

    loans: int
    booked: int
    due_today: int
    newly_overdue: int
    overdue: int
    non_performing: int
    by_days_only: int
    principal_fen: Fen
    overdue_principal_fen: Fen
    non_performing_fen: Fen
    accrued_interest_fen: Fen
    due_interest_fen: Fen
    late_charges_fen: Fen
    provision_fen: Fen
    npl_ppm: int

    @classmethod
    def of(cls, tally: DayTally) -> FiguresView:
        """The view."""
        return cls(**tally.as_values(), npl_ppm=tally.npl_ppm)


class EndOfDayView(Contract):
    """A closed day with its figures (日终报表)."""

    business_date: date
    closed_at: AwareDatetime
    run_id: str
    attempts: int
    basis: str
    basis_name: str
    ended: int | None
    figures: FiguresView

    @classmethod
    def of(cls, ended: EndOfDay) -> EndOfDayView:
        """The view."""
        return cls(
            business_date=ended.day,
            closed_at=ended.closed_at,
            run_id=ended.run_id,
            attempts=ended.attempts,
            basis=ended.tally.basis.value,
            basis_name=BASIS_NAMES[ended.tally.basis],
            ended=ended.ended,
            figures=FiguresView.of(ended.tally),
        )
