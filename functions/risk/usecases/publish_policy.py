"""Publish policy (策略发布): it decides from a day on, for this bank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from puhui.clock import BusinessCalendar, Clock
from puhui.tenancy import BankId
from risk.domain.approval import Act
from risk.domain.policy_lifecycle import PolicyVersion, Stage
from risk.policy_ports import Packaged, PolicyVersions
from risk.usecases.draft_policy import refuse_packaged_name
from risk.usecases.examine_policy import ExaminePolicy


@dataclass(frozen=True)
class PublishPolicy:
    """Let an approved version decide from today or a later day on, linted and proven now."""

    policies: PolicyVersions
    packaged: Packaged
    examine: ExaminePolicy
    clock: Clock
    calendar: BusinessCalendar

    def __call__(
        self, bank_id: BankId, policy_id: str, version: str, *, effective_from: date, by: str
    ) -> PolicyVersion:
        """Answer the published version; the same publication again changes nothing.

        Whatever is refused, and a proof that takes too long, leaves the version as it was.
        """
        policy = self.policies.get(bank_id, policy_id, version)
        if policy.stage is Stage.PUBLISHED and policy.effective_from == effective_from:
            return policy
        others = self.policies.of_bank(bank_id)
        policy.refuse_publication(effective_from, self.calendar.today(), others)
        # A later release may have packaged a policy under the name of an older draft.
        refuse_packaged_name(self.packaged, policy_id, version)
        check = self.examine(self.policies.body(policy), by)
        # The proof takes seconds: the day, and what else is published, are those at its end.
        act, today = Act(by, self.clock.now()), self.calendar.today()
        others = self.policies.of_bank(bank_id)
        return self.policies.save(policy.publish(act, effective_from, today, check, others))
