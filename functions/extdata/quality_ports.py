"""What measuring data quality needs from the world outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from extdata.domain.quality import DayQuality, FieldCounts
from puhui.tenancy import BankId


class QualityDays(Protocol):
    """Measured days."""

    def save(self, day: DayQuality) -> None:
        """Keep a day of a connector; measuring it again replaces it."""
        ...

    def of_day(self, bank_id: BankId, on: date) -> Sequence[DayQuality]:
        """Every connector of a day, by id."""
        ...

    def reference(
        self, bank_id: BankId, connector_id: str, before: date
    ) -> Mapping[str, FieldCounts]:
        """Value counts per field of the first REFERENCE_DAYS days with data before a day."""
        ...


class QualitySignals(Protocol):
    """Business metrics of quality."""

    def measured(self, day: DayQuality) -> None:
        """A connector's day was measured."""
        ...
