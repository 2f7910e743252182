"""What the API answers about business days and their ends."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime

from puhui.contracts.common import Contract, Fen
from servicing.domain.end_of_day.business_day import STATE_NAMES, BusinessDay, Failure
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
    "record_the_failure": "失败登记",
}
UNFORESEEN = "未预期的错误"
STOP_NAMES = {
    "States.Timeout": "超时",
    "Sandbox.Timedout": "函数超时",
    "Runtime.ExitError": "函数异常退出",
    "States.ExceedToleratedFailureThreshold": "分区执行失败",
    "States.QueryEvaluationError": "应答无法解析",
    "UpstreamUnavailable": "下游服务不可用",
    "TooManyRequests": "请求过多被限流",
    "StaleVersion": "数据被同时修改",
    "DayNotInTurn": "前一会计日尚未日终",
    "DayNotBegun": "该日尚未开始",
    "DayNotClosing": "该日未在日终处理中",
    "PartitionsMissing": "分区日报不全",
    "BooksUnbalanced": "借贷不平",
}


class FailureView(Contract):
    """Where the last attempt stopped."""

    station: str
    station_name: str
    partition: int | None
    error: str
    error_name: str

    @classmethod
    def of(cls, failure: Failure) -> FailureView:
        """The view."""
        return cls(
            station=failure.station,
            station_name=STATION_NAMES.get(failure.station, failure.station),
            partition=failure.partition,
            error=failure.error,
            error_name=STOP_NAMES.get(failure.error, UNFORESEEN),
        )


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
            failures=tuple(FailureView.of(one) for one in day.failures),
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
