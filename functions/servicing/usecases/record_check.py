"""Record check (登记贷后检查): what somebody found, once; a bad finding is a warning too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from puhui.clock import BusinessCalendar
from puhui.tenancy import BankId
from servicing.domain.checks.plan import (
    CHECK_NAMES,
    CheckKind,
    CheckRecord,
    CheckState,
    PlannedCheck,
    changed,
    replanned,
)
from servicing.domain.errors import CheckAlreadyDone, CheckNotFound
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.findings import Evidence, Finding
from servicing.domain.warning.watch import LoanWatch
from servicing.usecases.raise_findings import RaiseFindings
from servicing.warning_ports import Checks, Watches

CHECK_FINDING = "REL_CHECK_FINDING"


@dataclass(frozen=True)
class RecordCheck:
    """Record a planned check; the same record again is the same check."""

    checks: Checks
    watches: Watches
    raise_findings: RaiseFindings
    calendar: BusinessCalendar

    def __call__(
        self, bank_id: BankId, loan_id: str, due_on: date, kind: CheckKind, record: CheckRecord
    ) -> PlannedCheck:
        watch = self.watches.get(bank_id, loan_id)
        plan = self.checks.of_loan(bank_id, loan_id)
        planned = next((one for one in plan if (one.due_on, one.kind) == (due_on, kind)), None)
        if planned is None:
            rule = "must be in the loan's plan"
            raise CheckNotFound(f"the check {rule}", field="due_on", rule=rule)
        done = replace(planned, state=CheckState.DONE, record=record)
        if planned.state is CheckState.DONE:
            if planned.record != record:
                raise CheckAlreadyDone(field="check", rule="must be recorded once")
        else:
            after = [done if one.key == planned.key else one for one in plan]
            self.checks.write(bank_id, loan_id, watch.branch_id, [done, *self._on(watch, after)])
        self._warn(watch, done, record)
        return done

    def _on(self, watch: LoanWatch, plan: list[PlannedCheck]) -> tuple[PlannedCheck, ...]:
        """A plan that was too long to be written whole goes on when its end is reached."""
        ahead = (one.kind is CheckKind.PERIODIC and one.state is CheckState.PLANNED for one in plan)
        if any(ahead):
            return ()
        today = self.calendar.today(watch.bank_id)
        return changed(plan, replanned(plan, watch.colour, today, watch.matures_on))

    def _warn(self, watch: LoanWatch, check: PlannedCheck, record: CheckRecord) -> None:
        if record.colour is Colour.NONE:
            return
        why = Evidence(
            reads=f"check.{check.key}", observed_on=record.done_on, text=record.findings[:200]
        )
        finding = Finding(
            code=CHECK_FINDING,
            name=f"{CHECK_NAMES[check.kind]}发现问题",
            domain="REL",
            colour=record.colour,
            evidence=(why,),
        )
        today = self.calendar.today(watch.bank_id)
        self.raise_findings(watch, [finding], f"check-{check.key}", today)
        sooner = watch.looked_at_sooner(record.colour, today, self.raise_findings.rules)
        if sooner != watch:
            self.watches.save(sooner)
