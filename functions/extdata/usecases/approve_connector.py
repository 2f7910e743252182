"""Approve a connector (审批): a second person looks at the test and at what it will send."""

from __future__ import annotations

from dataclasses import dataclass

from extdata.domain.connector import Connector
from extdata.ports import Connectors
from puhui.clock import Clock
from puhui.tenancy import BankId


@dataclass(frozen=True)
class ApproveConnector:
    """Four eyes (四眼): approver and stage are checked and written in one conditional write."""

    connectors: Connectors
    clock: Clock

    def __call__(self, bank_id: BankId, connector_id: str, version: int, by: str) -> Connector:
        """Answer the approved version; the approver's own repetition changes nothing."""
        connector = self.connectors.get(bank_id, connector_id, version)
        if connector.stage == "approved" and connector.approved_by == by:
            return connector
        self.connectors.save(connector.approve(by, self.clock.now()))
        return self.connectors.get(bank_id, connector_id, version)
