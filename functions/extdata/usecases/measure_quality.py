"""Measure data quality (数据质量度量): yesterday's calls of every connector, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from extdata.domain.quality import DayQuality, measure
from extdata.ports import Queries
from extdata.quality_ports import QualityDays, QualitySignals
from puhui.tenancy import BankId


@dataclass(frozen=True)
class MeasureQuality:
    """Turn a day's call log into one result for each connector."""

    queries: Queries
    days: QualityDays
    signals: QualitySignals

    def __call__(self, bank_id: BankId, on: date) -> Sequence[DayQuality]:
        """Measuring a day again gives the same result: the reference lies before the day."""
        found = [
            day.against(self.days.reference(bank_id, day.connector_id, on))
            for day in measure(self.queries.of_day(bank_id, on))
        ]
        for day in found:
            self.days.save(day)
            self.signals.measured(day)
        return found
