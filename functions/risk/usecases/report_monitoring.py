"""Report monitoring (出具监控报告): measure a model and keep the day's report, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from puhui.tenancy import BankId
from risk.monitoring_ports import KeptReport, Reports
from risk.usecases.measure_model import MeasureModel


@dataclass(frozen=True)
class ReportMonitoring:
    """A report that was kept for the day stands: the alarm that it raised refers to it."""

    measure: MeasureModel
    reports: Reports

    def __call__(self, bank_id: BankId, model_id: str, day: date) -> KeptReport | None:
        """The kept report; None where the model answered nothing in the window."""
        known = self.reports.find(bank_id, model_id, day)
        if known is not None:
            return known
        report = self.measure(bank_id, model_id, day)
        return None if report is None else self.reports.keep(bank_id, day, report)
