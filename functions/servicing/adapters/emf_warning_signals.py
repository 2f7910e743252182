"""Escalations and breaches of warnings as metrics; an alarm watches the breaches."""

from __future__ import annotations

from collections.abc import Sequence

from puhui.observability import logger, metrics
from puhui.tenancy import BankId
from servicing.domain.warning.clock import StepTaken
from servicing.domain.warning.rules import PPM


class EmfWarningSignals:
    """`servicing.warning_ports.WarningSignals` by the log."""

    def taken(self, bank_id: BankId, steps: Sequence[StepTaken]) -> None:
        """Nothing is counted where nothing was taken."""
        breached = sum(step.at_ppm >= PPM for step in steps)
        if escalated := len(steps) - breached:
            metrics.count("WarningEscalated", escalated, bank_id=bank_id)
        if breached:
            metrics.count("WarningSlaBreached", breached, bank_id=bank_id)
            logger.warning("a warning is overdue", bank_id=bank_id, count=breached)
