"""One leg of a walk through a partition: where it begins, and what it has counted so far.

It travels through the state machine, so a leg that is walked again begins where it began before and
counts the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from puhui.tenancy import BankId
from servicing.domain.end_of_day.tally import NOTHING_COUNTED, DayTally


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A place in the walk through one partition of a bank's loans at the end of a day."""

    bank_id: BankId
    day: date
    partition: int
    after: str = ""
    """The loan after which it goes on; empty from the first."""
    finished: bool = False
    visited: int = 0
    changed: int = 0
    """Loans that a step changed: known to a run, not part of the report."""
    tally: DayTally = NOTHING_COUNTED

    def past(self, after: str, visited: int, changed: int, tally: DayTally) -> Leg:
        """The leg after one more page; an empty place means that it was the last."""
        return replace(
            self,
            after=after,
            finished=not after,
            visited=self.visited + visited,
            changed=self.changed + changed,
            tally=self.tally.plus(tally),
        )
