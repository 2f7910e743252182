"""Business days and reports of closed days in DynamoDB; every write is a transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from puhui.clock import Clock
from puhui.contracts.servicing import BusinessDayClosed
from puhui.dynamodb import dynamo_errors
from puhui.events import Envelope
from puhui.outbox import outbox_rows
from puhui.tenancy import BankId
from servicing.adapters.commit import Committer, Put, Update
from servicing.adapters.end_of_day_rows import (
    DAY_SK,
    PARTITION_PREFIX,
    REPORT_SK,
    BusinessDayRow,
    DayFiguresRow,
    business_day_pk,
    end_of_day_pk,
    partition_sk,
)
from servicing.adapters.rows import ServicingOutboxRow
from servicing.domain.end_of_day.business_day import ONE_DAY, BusinessDay, DayState, Failure
from servicing.domain.end_of_day.errors import BankWithoutDay, EndOfDayNotFound
from servicing.domain.end_of_day.report import EndOfDay, PartitionReport
from servicing.domain.end_of_day.tally import DayTally


class DynamoBusinessDays:
    """`servicing.end_of_day_ports.BusinessDays` on servicing's table."""

    def __init__(self, clock: Clock, commit: Committer | None = None) -> None:
        self._clock = clock
        self._commit = commit or Committer()

    def get(self, bank_id: BankId) -> BusinessDay:
        """One consistent read."""
        with dynamo_errors(missing=BankWithoutDay):
            row = BusinessDayRow.get(business_day_pk(bank_id), DAY_SK, consistent_read=True)
        return _day_of(bank_id, row)

    def save(self, day: BusinessDay) -> None:
        """One row, at the version that was read."""
        self._commit([_move(day)])

    def close(self, opened: BusinessDay, ended: EndOfDay) -> None:
        """One transaction of three rows."""
        outbox = outbox_rows(ServicingOutboxRow, [day_envelope(ended, self._clock)])
        report = DayFiguresRow(
            end_of_day_pk(ended.bank_id, ended.day),
            REPORT_SK,
            tally=ended.tally.as_values(),
            run_id=ended.run_id,
            attempts=ended.attempts,
            closed_at=ended.closed_at,
            ended=ended.ended,
        )
        self._commit([_move(opened), Put(row=report), *(Put(row=row) for row in outbox)])


class DynamoDayReports:
    """`servicing.end_of_day_ports.DayReports` on servicing's table."""

    def __init__(self, commit: Committer | None = None) -> None:
        self._commit = commit or Committer()

    def keep(self, bank_id: BankId, day: date, report: PartitionReport) -> None:
        """One row, whatever was there."""
        self._commit(
            [
                Update(
                    row=DayFiguresRow(end_of_day_pk(bank_id, day), partition_sk(report.partition)),
                    actions=[
                        DayFiguresRow.tally.set(report.tally.as_values()),
                    ],
                )
            ]
        )

    def partitions(self, bank_id: BankId, day: date) -> Mapping[int, PartitionReport]:
        """One consistent query."""
        with dynamo_errors():
            rows = list(
                DayFiguresRow.query(
                    end_of_day_pk(bank_id, day),
                    DayFiguresRow.sk.startswith(PARTITION_PREFIX),
                    consistent_read=True,
                )
            )
        reports = [_partition_of(row) for row in rows]
        return {report.partition: report for report in reports}

    def get(self, bank_id: BankId, day: date) -> EndOfDay:
        """One consistent read."""
        with dynamo_errors(missing=EndOfDayNotFound):
            row = DayFiguresRow.get(end_of_day_pk(bank_id, day), REPORT_SK, consistent_read=True)
        return EndOfDay(
            bank_id=bank_id,
            day=day,
            run_id=row.run_id,
            attempts=int(row.attempts),
            closed_at=row.closed_at,
            tally=DayTally.of_values(row.tally),
            ended=None if row.ended is None else int(row.ended),
        )


def day_envelope(ended: EndOfDay, clock: Clock) -> Envelope:
    """What the bus hears of a closed business day; its id is derived, so there is no second."""
    tally = ended.tally
    event = BusinessDayClosed(
        business_date=ended.day,
        next_business_date=ended.day + ONE_DAY,
        loans=tally.loans,
        overdue_loans=tally.overdue,
        principal_outstanding_fen=tally.principal_fen,
        non_performing_fen=tally.non_performing_fen,
    )
    return event.envelope(
        bank_id=ended.bank_id,
        subject=f"business-day-{ended.day.isoformat()}",
        correlation_id=ended.run_id,
        clock=clock,
        dedup="closed",
    )


def _move(day: BusinessDay) -> Update:
    """The day as the next version of the one that was read; version 0 was never there."""
    row = BusinessDayRow(business_day_pk(day.bank_id), DAY_SK)
    values: list[tuple[Any, object]] = [
        (BusinessDayRow.day, day.day),
        (BusinessDayRow.state, day.state.value),
        (BusinessDayRow.run_id, day.run_id),
        (BusinessDayRow.attempt, day.attempt),
        (BusinessDayRow.closing_since, day.closing_since),
        (BusinessDayRow.failures, [asdict(failure) for failure in day.failures]),
        (BusinessDayRow.day_version, day.version + 1),
    ]
    return Update(
        row=row,
        actions=[field.remove() if value is None else field.set(value) for field, value in values],
        condition=(
            BusinessDayRow.day_version == day.version
            if day.version
            else BusinessDayRow.pk.does_not_exist()
        ),
    )


def _day_of(bank_id: BankId, row: BusinessDayRow) -> BusinessDay:
    return BusinessDay(
        bank_id=bank_id,
        day=row.day,
        state=DayState(row.state),
        run_id=row.run_id,
        attempt=int(row.attempt),
        closing_since=row.closing_since,
        failures=tuple(Failure(**values) for values in row.failures),
        version=int(row.day_version),
    )


def _partition_of(row: DayFiguresRow) -> PartitionReport:
    return PartitionReport(
        partition=int(row.sk.removeprefix(PARTITION_PREFIX)),
        tally=DayTally.of_values(row.tally),
    )
