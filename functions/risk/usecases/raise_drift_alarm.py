"""Raise drift alarm (发出漂移预警): tell everyone who subscribed what a kept report found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from puhui.contracts.risk import ModelDriftDetected
from puhui.tenancy import BankId
from risk.domain.errors import ReportNotFound
from risk.monitoring_ports import DriftAlarms, KeptReport, Reports


@dataclass(frozen=True)
class RaiseDriftAlarm:
    """Once for each bank, model and day, however often the step runs."""

    reports: Reports
    alarms: DriftAlarms

    def __call__(self, bank_id: BankId, model_id: str, day: date) -> ModelDriftDetected | None:
        """The event; None where the report has nothing to alarm about."""
        kept = self.reports.find(bank_id, model_id, day)
        if kept is None:
            raise ReportNotFound
        event = drift_of(kept)
        if event is not None:
            self.alarms.raise_once(bank_id, event)
        return event


def drift_of(kept: KeptReport) -> ModelDriftDetected | None:
    """What a report alarms about: every index at or above 0.1; red as soon as one is red."""
    alarms = kept.report.alarms
    if not alarms:
        return None
    return ModelDriftDetected(
        model_id=kept.report.model_id,
        model_version=kept.report.model_version,
        measured_on=kept.day,
        level="red" if any(one.level == "red" for one in alarms) else "yellow",
        report_sha256=kept.sha256,
        alarms=alarms,
    )
