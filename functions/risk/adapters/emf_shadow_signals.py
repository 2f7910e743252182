"""Tells operators of shadows that could not be kept."""

from __future__ import annotations

from puhui.errors import PuhuiError
from puhui.observability import logger, metrics
from puhui.tenancy import BankId


class EmfShadowSignals:
    """`risk.policy_ports.ShadowSignals` in CloudWatch's embedded metric format."""

    def lost(self, bank_id: BankId, decision_id: str, error: PuhuiError) -> None:
        """One line and one count; the decision stands."""
        metrics.count("ShadowLost", bank_id=bank_id)
        logger.error("shadow not kept", error=error, decision_id=decision_id)
