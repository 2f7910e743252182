"""Tells operators of decisions that were made without the graph of relations."""

from __future__ import annotations

from puhui.errors import PuhuiError
from puhui.observability import logger, metrics
from puhui.tenancy import BankId


class EmfGraphSignals:
    """`risk.graph_ports.GraphSignals` in CloudWatch's embedded metric format."""

    def lost(self, bank_id: BankId, decision_id: str, error: PuhuiError) -> None:
        """One line and one count; the decision goes on with its graph unknown."""
        metrics.count("GraphUnavailable", bank_id=bank_id)
        logger.error("graph unavailable", error=error, decision_id=decision_id)
