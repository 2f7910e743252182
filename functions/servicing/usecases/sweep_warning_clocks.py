"""Sweep warning clocks (预警时钟巡检): take the escalations and breaches that are due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from puhui.clock import Clock
from puhui.errors import StaleVersion
from puhui.tenancy import BankId
from servicing.domain.errors import WarningNotFound
from servicing.domain.warning.announcements import escalated
from servicing.domain.warning.clock import StepTaken
from servicing.domain.warning.rules import PPM
from servicing.warning_ports import WarningClocks, Warnings, WarningSignals

MAX_SWEPT: Final = 200
"""Warnings of one run; what is left is taken by the next, the longest waiting first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a run did for one bank."""

    bank_id: BankId
    escalated: int = 0
    breached: int = 0


@dataclass(frozen=True)
class SweepWarningClocks:
    """Look at every clock that is due; each step happens once, however often this runs."""

    clocks: WarningClocks
    warnings: Warnings
    clock: Clock
    signals: WarningSignals

    def __call__(self) -> tuple[Swept, ...]:
        taken: dict[BankId, list[StepTaken]] = {}
        for bank_id, warning_id in self.clocks.due(self.clock.now(), MAX_SWEPT):
            taken.setdefault(bank_id, []).extend(self._sweep(bank_id, warning_id))
        return tuple(
            Swept(
                bank_id=bank_id,
                escalated=sum(step.at_ppm < PPM for step in steps),
                breached=sum(step.at_ppm >= PPM for step in steps),
            )
            for bank_id, steps in taken.items()
            if steps
        )

    def _sweep(self, bank_id: BankId, warning_id: str) -> tuple[StepTaken, ...]:
        """Somebody who acts in the same instant wins; the next run looks again."""
        try:
            warning = self.warnings.get(bank_id, warning_id)
            swept, steps = warning.sweep(self.clock.now())
            if steps:
                self.warnings.write(swept, [escalated(swept, step) for step in steps])
                self.signals.taken(bank_id, steps)
        except (StaleVersion, WarningNotFound):
            return ()
        return steps
