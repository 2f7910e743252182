"""The cards of the statistical models in the models layer, as monitoring reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from risk.adapters.model_cards import ModelCards
from risk.domain.monitoring.card import MonitoredCard, can_be_monitored, monitored_card


@dataclass(frozen=True)
class PackagedMonitoredCards:
    """`risk.monitoring_ports.MonitoredCards` over `ModelCards`."""

    cards: ModelCards

    def all(self) -> Mapping[str, MonitoredCard]:
        """Read once a process; rules and formulas predict nothing and are left out."""
        return self._all

    @cached_property
    def _all(self) -> Mapping[str, MonitoredCard]:
        return {
            name: monitored_card(document)
            for name, document in self.cards.documents.items()
            if can_be_monitored(document)
        }
