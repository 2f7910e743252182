"""Read monitoring (查看模型监控): the latest report of a model, and how its index moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from puhui.tenancy import BankId
from risk.domain.errors import ReportNotFound
from risk.monitoring_ports import KeptReport, ReportHead, Reports

MAX_HISTORY: Final = 400
"""Reports of a year of nights."""


@dataclass(frozen=True)
class ReadMonitoring:
    """What the last night found; `msgspec.to_builtins` makes JSON of it."""

    reports: Reports

    def __call__(self, bank_id: BankId, model_id: str) -> KeptReport:
        """The latest report, or ReportNotFound."""
        heads = self.reports.history(bank_id, model_id, 1)
        kept = self.reports.find(bank_id, model_id, heads[0].day) if heads else None
        if kept is None:
            raise ReportNotFound
        return kept

    def history(self, bank_id: BankId, model_id: str) -> Sequence[ReportHead]:
        """The heads of a year's reports, the newest first."""
        return self.reports.history(bank_id, model_id, MAX_HISTORY)
