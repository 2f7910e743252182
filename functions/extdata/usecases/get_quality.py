"""Get quality (数据质量): the measured connectors of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from extdata.domain.quality import DayQuality
from extdata.quality_ports import QualityDays
from puhui.tenancy import BankId


@dataclass(frozen=True)
class GetQuality:
    """Show what was measured of a day."""

    days: QualityDays

    def __call__(self, bank_id: BankId, on: date) -> Sequence[DayQuality]:
        """Empty when nothing was called, or nothing was measured yet."""
        return self.days.of_day(bank_id, on)
