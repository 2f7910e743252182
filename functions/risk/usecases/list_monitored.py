"""List monitored (监控清单): which banks and models a night measures, and for which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from puhui.clock import CHINA, Clock
from puhui.tenancy import BankId
from risk.domain.errors import DayNotOver, MonitoringTooLarge
from risk.monitoring_ports import MonitoredBanks, MonitoredCards

MAX_MEASUREMENTS: Final = 1_000
"""Banks times models of one night: what one state's 256 KB of output hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitored:
    """The work of a night."""

    day: date
    banks: tuple[BankId, ...]
    models: tuple[str, ...]


@dataclass(frozen=True)
class ListMonitored:
    """Yesterday in China unless another day is asked for; a day that is not over is refused.

    The clock says which day is over, not the accounting calendar: it is about which decisions can
    no longer be joined by another.
    """

    banks: MonitoredBanks
    cards: MonitoredCards
    clock: Clock

    def __call__(self, day: date | None = None) -> Monitored:
        today = self.clock.now().astimezone(CHINA).date()
        asked = day or today - timedelta(days=1)
        if asked >= today:
            raise DayNotOver("this day is not over", field="day", rule="monitoring.day_over")
        banks, models = tuple(self.banks.all()), tuple(sorted(self.cards.all()))
        if len(banks) * len(models) > MAX_MEASUREMENTS:
            raise MonitoringTooLarge(f"{len(banks)} banks with {len(models)} models")
        return Monitored(day=asked, banks=banks, models=models)
