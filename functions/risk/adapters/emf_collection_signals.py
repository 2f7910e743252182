"""Tells operators of decisions whose record monitoring could not read."""

from __future__ import annotations

from puhui.observability import logger, metrics
from puhui.tenancy import BankId


class EmfCollectionSignals:
    """`risk.monitoring_ports.CollectionSignals` in CloudWatch's embedded metric format."""

    def unreadable(self, bank_id: BankId, decision_id: str, error: Exception) -> None:
        """One line and one count; the report says how many there were."""
        metrics.count("DecisionUnreadable", bank_id=bank_id)
        logger.error("decision not readable", error=error, decision_id=decision_id)
