"""Approve classification (审批): another person lets it take effect, or sends it back."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import BusinessCalendar, Clock
from servicing.classification_ports import Classifications
from servicing.domain.classification.classification import Classification, State
from servicing.domain.classification.errors import DebtorNotFound
from servicing.domain.classification.rules import DEFAULT_RULES, ClassificationRules
from servicing.usecases.confirm_classification import StepCommand


@dataclass(frozen=True)
class ApproveClassification:
    """Take the last of the three steps; better than the model proposed takes two approvers."""

    classifications: Classifications
    clock: Clock
    calendar: BusinessCalendar
    rules: ClassificationRules = DEFAULT_RULES

    def __call__(self, command: StepCommand) -> Classification:
        found = self._found(command)
        if found.was_just(("approved", "approved_again"), command.by, command.overrides):
            return found
        act = command.act(self.clock, self.calendar)
        approved = found.approve(act, command.overrides, self.rules)
        self._keep(approved)
        return approved

    def send_back(self, command: StepCommand) -> Classification:
        """退回: the risk manager confirms anew."""
        found = self._found(command)
        if found.was_just(("returned",), command.by, ()):
            return found
        returned = found.send_back(command.act(self.clock, self.calendar))
        self.classifications.step(None, returned)
        return returned

    def _found(self, command: StepCommand) -> Classification:
        return self.classifications.get(
            command.bank_id, command.debtor_id, command.classification_id
        )

    def _keep(self, approved: Classification) -> None:
        if approved.state is not State.FINAL:
            self.classifications.step(None, approved)
            return
        standing = self.classifications.standing(approved.bank_id, approved.debtor_id)
        if standing is None:
            raise DebtorNotFound(f"{approved.debtor_id} has no standing")
        self.classifications.step(standing.after(approved, self.rules), approved)
