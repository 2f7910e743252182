"""Raise findings (生成预警): each finding becomes a warning, adds to one, or stays quiet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from puhui.clock import Clock
from puhui.errors import StaleVersion
from servicing.domain.checks.plan import PlannedCheck, changed, replanned, with_trigger
from servicing.domain.warning.announcements import raised
from servicing.domain.warning.colour import Colour, gravest
from servicing.domain.warning.findings import Finding
from servicing.domain.warning.repetition import told
from servicing.domain.warning.rules import WarningRules
from servicing.domain.warning.warning import Debtor, LoanWarning, Seen
from servicing.domain.warning.watch import LoanWatch
from servicing.warning_ports import Checks, Warnings

MAX_ATTEMPTS: Final = 3
"""Two runs that meet on one debtor: the second reads again."""


@dataclass(frozen=True)
class RaiseFindings:
    """Tell the findings of a run over a loan; the same run again changes nothing.

    Answers the warnings that are new or graver. A red one puts a check on the spot into the plan.
    """

    warnings: Warnings
    checks: Checks
    rules: WarningRules
    clock: Clock

    def __call__(
        self, watch: LoanWatch, findings: Sequence[Finding], run: str, today: date
    ) -> tuple[LoanWarning, ...]:
        now = self.clock.now()
        grave = [one for one in findings if one.colour is not Colour.NONE]
        made = tuple(
            warning
            for finding in grave
            if (warning := self._tell(watch, finding, run, now)) is not None
        )
        reds = [one for one in made if one.colour is Colour.RED]
        if reds:
            self._check_on_the_spot(watch, reds[0], today)
        return made

    def open_colour(self, watch: LoanWatch) -> Colour:
        """The gravest open warning that was seen on the loan."""
        last = self.warnings.last_of(watch.bank_id, watch.customer_id).values()
        return gravest(
            one.colour for one in last if not one.is_closed and watch.loan_id in one.loan_ids
        )

    def replan(self, watch: LoanWatch, colour: Colour, today: date) -> None:
        """Give the regular checks the rhythm of the loan's class."""
        plan = self.checks.of_loan(watch.bank_id, watch.loan_id)
        self._write(watch, changed(plan, replanned(plan, colour, today, watch.matures_on)))

    def _tell(
        self, watch: LoanWatch, finding: Finding, run: str, now: datetime
    ) -> LoanWarning | None:
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                return self._once(watch, finding, run, now)
            except StaleVersion:
                if attempt == MAX_ATTEMPTS:
                    raise
        return None

    def _once(
        self, watch: LoanWatch, finding: Finding, run: str, now: datetime
    ) -> LoanWarning | None:
        debtor = Debtor(
            bank_id=watch.bank_id, customer_id=watch.customer_id, branch_id=watch.branch_id
        )
        last = self.warnings.last_of(watch.bank_id, watch.customer_id).get(finding.code)
        seen = Seen(
            loan_id=watch.loan_id,
            at=last.clock.moment(now) if last else now,
            run=run,
            colour=finding.colour,
            evidence=finding.evidence,
        )
        result = told(debtor, finding, seen, last, self.rules)
        if result.warning is None:
            return None
        announced = [raised(result.warning)] if result.announced else []
        self.warnings.write(result.warning, announced)
        return result.warning if result.announced else None

    def _check_on_the_spot(self, watch: LoanWatch, warning: LoanWarning, today: date) -> None:
        plan = self.checks.of_loan(watch.bank_id, watch.loan_id)
        due_on = today + timedelta(days=self.rules.trigger_check_days)
        self._write(watch, changed(plan, with_trigger(plan, due_on, warning.warning_id)))

    def _write(self, watch: LoanWatch, checks: Sequence[PlannedCheck]) -> None:
        if checks:
            self.checks.write(watch.bank_id, watch.loan_id, watch.branch_id, checks)
