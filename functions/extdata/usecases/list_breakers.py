"""List breakers (熔断状态): how every circuit stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extdata.ports import Connectors
from extdata.provider_ports import BreakerState, BreakerStates
from puhui.tenancy import BankId


@dataclass(frozen=True)
class ListBreakers:
    """The circuit breakers (熔断器) of every connector that was ever published."""

    connectors: Connectors
    states: BreakerStates

    def __call__(self, bank_id: BankId) -> Sequence[BreakerState]:
        """One state for each connector, by provider and connector."""
        pairs = {
            (one.provider_id, one.connector_id)
            for one in self.connectors.all(bank_id)
            if one.stage in {"published", "retired"}
        }
        return [self.states.of(bank_id, *pair) for pair in sorted(pairs)]
