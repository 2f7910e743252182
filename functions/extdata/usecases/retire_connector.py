"""Retire a connector (下线): no new query uses it, replays still do."""

from __future__ import annotations

from dataclasses import dataclass

from extdata.domain.connector import Connector
from extdata.ports import Connectors
from puhui.tenancy import BankId


@dataclass(frozen=True)
class RetireConnector:
    """Take a published version out of use."""

    connectors: Connectors

    def __call__(self, bank_id: BankId, connector_id: str, version: int) -> Connector:
        """Answer the retired version; retiring it again changes nothing."""
        connector = self.connectors.get(bank_id, connector_id, version)
        if connector.stage == "retired":
            return connector
        self.connectors.save(connector.retire())
        return self.connectors.get(bank_id, connector_id, version)
