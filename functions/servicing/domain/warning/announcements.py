"""What the bus hears of a warning; the word beside each event makes a repetition the same event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from puhui.contracts.servicing_warnings import (
    WarningDisposed,
    WarningEscalated,
    WarningOverdue,
    WarningRaised,
)
from puhui.events import Event
from servicing.domain.warning.clock import StepTaken
from servicing.domain.warning.rules import PPM
from servicing.domain.warning.warning import LoanWarning


@dataclass(frozen=True, slots=True)
class Announced:
    """An event and what tells it apart from the warning's other events."""

    event: Event
    dedup: str


def raised(warning: LoanWarning) -> Announced:
    """It is new, or graver than it was."""
    event = WarningRaised(
        **_of(warning),
        loan_ids=warning.loan_ids,
        signal_name=warning.name,
        due_at=warning.clock.due_at(warning.clock.last_at),
    )
    return Announced(event, f"raised-{warning.colour.value}")


def escalated(warning: LoanWarning, step: StepTaken) -> Announced:
    """A part of its time is used, or all of it."""
    clock = warning.clock
    if step.at_ppm >= PPM:
        left = clock.allowed_seconds - clock.used_seconds(step.at)
        overdue = WarningOverdue(
            **_of(warning),
            loan_ids=warning.loan_ids,
            due_at=step.at + timedelta(seconds=left),
            noticed_at=step.at,
        )
        return Announced(overdue, "overdue")
    event = WarningEscalated(
        **_of(warning), to_role=step.to_role, remaining_seconds=clock.remaining_seconds(step.at)
    )
    return Announced(event, f"escalated-{step.at_ppm}")


def disposed(warning: LoanWarning) -> Announced:
    """It is closed."""
    made = warning.disposals[-1]
    clock = warning.clock
    event = WarningDisposed(
        **_of(warning),
        loan_ids=warning.loan_ids,
        measure=made.measure.value,
        outcome=warning.state.value,
        used_seconds=clock.used_seconds(clock.last_at),
        in_time=not clock.is_late,
    )
    return Announced(event, "disposed")


def _of(warning: LoanWarning) -> dict[str, Any]:
    return {
        "warning_id": warning.warning_id,
        "customer_id": warning.debtor.customer_id,
        "branch_id": warning.debtor.branch_id,
        "signal": warning.signal,
        "colour": warning.colour.value,
    }
