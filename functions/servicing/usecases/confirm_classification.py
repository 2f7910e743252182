"""Confirm classification (认定): a risk manager takes the proposal, or sets other tiers."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import BusinessCalendar, Clock
from puhui.tenancy import BankId
from servicing.classification_ports import Classifications
from servicing.domain.classification.classification import Act, Classification, Override
from servicing.domain.classification.rules import DEFAULT_RULES, ClassificationRules


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCommand:
    """A person's step on a debtor's open classification."""

    bank_id: BankId
    debtor_id: str
    classification_id: str
    by: str
    overrides: tuple[Override, ...] = ()
    comment: str | None = None

    def act(self, clock: Clock, calendar: BusinessCalendar) -> Act:
        """Who does it now."""
        return Act(
            by=self.by, at=clock.now(), on=calendar.today(self.bank_id), comment=self.comment
        )


@dataclass(frozen=True)
class ConfirmClassification:
    """Take the second of the three steps; the same step again changes nothing."""

    classifications: Classifications
    clock: Clock
    calendar: BusinessCalendar
    rules: ClassificationRules = DEFAULT_RULES

    def __call__(self, command: StepCommand) -> Classification:
        found = self.classifications.get(
            command.bank_id, command.debtor_id, command.classification_id
        )
        if found.was_just(("confirmed",), command.by, command.overrides):
            return found
        act = command.act(self.clock, self.calendar)
        confirmed = found.confirm(act, command.overrides, self.rules)
        self.classifications.step(None, confirmed)
        return confirmed
