"""Report partition (分区日报): keep the figures that classifying a partition came to."""

from __future__ import annotations

from dataclasses import dataclass

from servicing.domain.end_of_day.leg import Leg
from servicing.domain.end_of_day.report import PartitionReport
from servicing.end_of_day_ports import DayReports


@dataclass(frozen=True)
class ReportPartition:
    """A report is kept by bank, day and partition: a second one replaces the first."""

    reports: DayReports

    def __call__(self, leg: Leg) -> PartitionReport:
        report = PartitionReport(partition=leg.partition, tally=leg.tally)
        self.reports.keep(leg.bank_id, leg.day, report)
        return report
