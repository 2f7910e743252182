"""Report warnings (预警时效报告): how fast the warnings of some days were answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from puhui.clock import Clock
from puhui.tenancy import BankId
from servicing.domain.errors import ReportNotValid
from servicing.domain.warning.report import ReportLine, report
from servicing.warning_ports import Warnings

MAX_REPORT_DAYS: Final = 366


@dataclass(frozen=True)
class ReportWarnings:
    """A line for each colour over the warnings raised on these days, both included."""

    warnings: Warnings
    clock: Clock

    def __call__(self, bank_id: BankId, first: date, last: date) -> tuple[ReportLine, ...]:
        days = (last - first).days + 1
        if not 1 <= days <= MAX_REPORT_DAYS:
            rule = f"must be 1 to {MAX_REPORT_DAYS} days before its end"
            raise ReportNotValid(f"the report's first day {rule}", field="from", rule=rule)
        return report(self.warnings.raised_between(bank_id, first, last), self.clock.now())
