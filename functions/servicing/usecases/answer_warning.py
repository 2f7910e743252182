"""What people do about a warning (预警处置): take it, pause it, dispose of it, check the disposal.

Each step first takes the escalations that were due before it, so that whoever answers late is late
even when no sweeper has come by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from puhui.clock import Clock
from puhui.tenancy import BankId
from servicing.domain.warning.announcements import disposed, escalated
from servicing.domain.warning.rules import WarningRules
from servicing.domain.warning.warning import Disposal, LoanWarning, Measure
from servicing.warning_ports import Warnings, WarningSignals

Step = Callable[[LoanWarning, datetime], LoanWarning]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedDisposal:
    """What somebody wants to do about a warning, and on which grounds."""

    measure: Measure
    text: str
    documents: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Answering:
    warnings: Warnings
    rules: WarningRules
    clock: Clock
    signals: WarningSignals

    def _do(self, bank_id: BankId, warning_id: str, step: Step) -> LoanWarning:
        before = self.warnings.get(bank_id, warning_id)
        now = self.clock.now()
        swept, taken = before.sweep(now)
        after = step(swept, now)
        if after == before:
            return before
        announced = [escalated(after, one) for one in taken]
        if after.is_closed:
            announced.append(disposed(after))
        self.warnings.write(after, announced)
        self.signals.taken(bank_id, taken)
        return after


@dataclass(frozen=True)
class AcknowledgeWarning(_Answering):
    """Take a warning (响应)."""

    def __call__(self, bank_id: BankId, warning_id: str, by: str) -> LoanWarning:
        return self._do(bank_id, warning_id, lambda warning, now: warning.acknowledge(by, now))


@dataclass(frozen=True)
class PauseWarning(_Answering):
    """Let the clock stand (暂停计时)."""

    def __call__(self, bank_id: BankId, warning_id: str, by: str, reason: str) -> LoanWarning:
        return self._do(bank_id, warning_id, lambda warning, now: warning.pause(by, reason, now))


@dataclass(frozen=True)
class ResumeWarning(_Answering):
    """Let the clock run on (恢复计时)."""

    def __call__(self, bank_id: BankId, warning_id: str) -> LoanWarning:
        return self._do(bank_id, warning_id, lambda warning, now: warning.resume(now))


@dataclass(frozen=True)
class DisposeWarning(_Answering):
    """Say what is done about it (处置)."""

    def __call__(
        self, bank_id: BankId, warning_id: str, by: str, proposed: ProposedDisposal
    ) -> LoanWarning:
        def step(warning: LoanWarning, now: datetime) -> LoanWarning:
            made = Disposal(
                measure=proposed.measure,
                text=proposed.text,
                documents=proposed.documents,
                made_by=by,
                made_at=now,
            )
            return warning.dispose(made, self.rules)

        return self._do(bank_id, warning_id, step)


@dataclass(frozen=True)
class CheckDisposal(_Answering):
    """Close it as the second person, or send it back (复核)."""

    def __call__(
        self, bank_id: BankId, warning_id: str, by: str, *, agreed: bool, text: str
    ) -> LoanWarning:
        return self._do(
            bank_id, warning_id, lambda warning, now: warning.decide(by, agreed, text, now)
        )
