"""What warnings were worth: which defaults they came before, by how much, and the 4-hour clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from infra.simulation.borrowers import Borrower
from infra.simulation.machine import Lived
from puhui.clock import CHINA
from servicing.domain.warning.colour import COLOUR_NAMES, Colour
from servicing.domain.warning.findings import NOT_OBSERVABLE
from servicing.domain.warning.library import SignalLibrary
from servicing.domain.warning.report import ReportLine, report
from servicing.domain.warning.warning import LoanWarning
from servicing.usecases.watch_loan import NO_BASIS

OWN_REPAYMENT: Final = "own.rel.repay."
HORIZON_DAYS: Final = 180
"""A warning older than this is not taken for a warning of the default: M24 looks as far ahead."""
ORDERLY_DAYS: Final = 30
"""A warning about a loan that was never later than this was a false alarm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """One default, and how many days before it warnings came; None where none did."""

    loan_id: str
    defaulted_on: date
    any_days: int | None
    """The first warning of any kind before the default."""
    early_days: int | None
    """The first that did not read the loan's own arrears."""
    before_missing_days: int | None
    """Such a one before the first instalment of the default was missed, counted to that day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """All warnings of a simulation."""

    raised: int
    unobservable: int
    """Those that say only that something could not be observed."""
    without_evidence: int
    warned_loans: int
    """Loans with a warning that did not read arrears."""
    false_loans: int
    """Of these, loans that were never more than 30 days overdue."""
    defaults: int
    leads: tuple[Lead, ...]
    lines: tuple[ReportLine, ...]

    def as_document(self) -> Mapping[str, Any]:
        """As JSON can hold it."""
        early = [one.early_days for one in self.leads]
        missing = [one.before_missing_days for one in self.leads]
        every = [one.any_days for one in self.leads]
        return {
            "raised": self.raised,
            "unobservable": self.unobservable,
            "horizon_days": HORIZON_DAYS,
            "without_evidence": self.without_evidence,
            "defaults": self.defaults,
            "defaults_warned_before": _count(every),
            "median_days_before_default": median(every),
            "defaults_warned_early": _count(early),
            "median_early_days_before_default": median(early),
            "defaults_warned_before_missing": _count(missing),
            "median_days_before_missing": median(missing),
            "warned_loans": self.warned_loans,
            "false_alarm_loans": self.false_loans,
            "clock": [_line(one) for one in self.lines],
        }


def alarms(lived: Lived) -> Alarms:
    """Count and measure."""
    stored = list(lived.bank.warnings.stored.values())
    by_loan = _by_loan(stored)
    library, borrowers = lived.bank.library, lived.borrowers.by_loan
    early = {
        loan_id: [one for one in found if _is_early(one, library)]
        for loan_id, found in by_loan.items()
    }
    warned = {loan_id for loan_id, found in early.items() if found}
    defaulted = [one for one in borrowers.values() if one.defaulted_on is not None]
    return Alarms(
        raised=len(stored),
        unobservable=sum(one.signal.endswith(NOT_OBSERVABLE) for one in stored),
        without_evidence=sum(not _has_evidence(one) for one in stored),
        warned_loans=len(warned),
        false_loans=sum(borrowers[loan_id].worst_days <= ORDERLY_DAYS for loan_id in warned),
        defaults=len(defaulted),
        leads=tuple(
            _lead(one, by_loan.get(one.loan_id, ()), early.get(one.loan_id, ()))
            for one in defaulted
        ),
        lines=report(stored, lived.bank.time.now()),
    )


def median(days: Iterable[int | None]) -> int | None:
    """The middle one of those that are known, the lower of two; None of none."""
    known = sorted(one for one in days if one is not None)
    return known[(len(known) - 1) // 2] if known else None


def _lead(borrower: Borrower, every: Sequence[LoanWarning], early: Sequence[LoanWarning]) -> Lead:
    defaulted, missed = borrower.defaulted_on, borrower.missed_on
    if defaulted is None or missed is None:
        raise ValueError(f"{borrower.loan_id} has not defaulted")
    return Lead(
        loan_id=borrower.loan_id,
        defaulted_on=defaulted,
        any_days=_days_before(borrower, every, defaulted),
        early_days=_days_before(borrower, early, defaulted),
        before_missing_days=_days_before(borrower, early, missed),
    )


def _days_before(borrower: Borrower, found: Sequence[LoanWarning], day: date) -> int | None:
    """From the first sight on this loan to a day, within the horizon."""
    seen = [
        one.at.astimezone(CHINA).date()
        for warning in found
        for one in warning.seen
        if one.loan_id == borrower.loan_id
    ]
    days = [(day - on).days for on in seen if 0 < (day - on).days <= HORIZON_DAYS]
    return max(days, default=None)


def _by_loan(stored: Iterable[LoanWarning]) -> Mapping[str, list[LoanWarning]]:
    found: dict[str, list[LoanWarning]] = defaultdict(list)
    for warning in stored:
        for loan_id in warning.loan_ids:
            found[loan_id].append(warning)
    return found


def _is_early(warning: LoanWarning, library: SignalLibrary) -> bool:
    """It says something of the debtor that the loan's own arrears do not."""
    if warning.signal.endswith(NOT_OBSERVABLE) or warning.signal == NO_BASIS:
        return False
    arrears = {
        one.code for one in library.signals if one.of_loan or one.reads.startswith(OWN_REPAYMENT)
    }
    return warning.signal not in arrears


def _has_evidence(warning: LoanWarning) -> bool:
    return all(one.evidence for one in warning.seen) and bool(warning.seen)


def _count(days: Iterable[int | None]) -> int:
    return sum(one is not None for one in days)


def _line(line: ReportLine) -> Mapping[str, Any]:
    return {
        "colour": line.colour.value,
        "name": COLOUR_NAMES[Colour(line.colour)],
        "raised": line.raised,
        "in_time": line.in_time,
        "breached": line.breached,
        "running": line.running,
        "false_alarms": line.false_alarms,
        "median_minutes": line.median_minutes,
        "p95_minutes": line.p95_minutes,
    }
