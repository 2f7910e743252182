"""What became of a loan: good or bad, known on a day, beside the score at its decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from puhui.contracts.risk import LoanResult
from risk.domain.errors import OutcomeRefused
from risk.domain.monitoring.scored import ModelScore


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The known outcome of an application, with what the models had said of it."""

    application_id: str
    decision_id: str
    decided_as_of: date
    """The accounting day of the decision, which is the vintage's."""
    result: LoanResult
    known_on: date
    scores: tuple[ModelScore, ...]
    """What every statistical model had said."""
    version: int = 0

    @property
    def bad(self) -> bool:
        """Whether the borrower defaulted by the bank's own definition of bad."""
        return self.result == "bad"

    def pd_of(self, model_id: str, model_version: str) -> int | None:
        """The probability that a version of a model gave; None where it gave none."""
        wanted = (model_id, model_version)
        found = (one for one in self.scores if (one.model_id, one.model_version) == wanted)
        return next((one.pd_ppm for one in found), None)

    @property
    def vintage(self) -> str:
        """The month of the decision, such as 2026-08."""
        return vintage_of(self.decided_as_of)


def vintage_of(day: date) -> str:
    """The month of a day.

    >>> vintage_of(date(2026, 8, 31))
    '2026-08'
    """
    return f"{day:%Y-%m}"


def checked(outcome: Outcome) -> Outcome:
    """An outcome is known on or after the day of the decision."""
    if outcome.known_on < outcome.decided_as_of:
        raise OutcomeRefused(
            "an outcome is not known before the decision",
            field="known_on",
            rule="outcome.before_decision",
        )
    return outcome


def succeeding(known: Outcome, fresh: Outcome) -> Outcome:
    """Which of two outcomes counts: the same twice is one, good may become bad, bad stays bad.

    A loan that was bad once within its window is bad in every vintage table, even if it was
    repaid later (Siddiqi 2006, "ever bad"); so nothing that is told later makes a model look
    better. Told in another order, the result is the same.
    """
    if known.bad != fresh.bad:
        return known if known.bad else fresh
    return min(known, fresh, key=lambda one: one.known_on)
