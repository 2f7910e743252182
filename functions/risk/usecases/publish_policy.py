"""Publish policy (策略发布): it decides from a day on, for this bank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from puhui.clock import BusinessCalendar, Clock
from puhui.tenancy import BankId
from risk.domain.policy_lifecycle import PolicyVersion, Stage
from risk.policy_ports import PolicyVersions


@dataclass(frozen=True)
class PublishPolicy:
    """Let an approved version decide from today or a later day on."""

    policies: PolicyVersions
    clock: Clock
    calendar: BusinessCalendar

    def __call__(
        self, bank_id: BankId, policy_id: str, version: str, *, effective_from: date, by: str
    ) -> PolicyVersion:
        """Answer the published version; the same publication again changes nothing."""
        policy = self.policies.get(bank_id, policy_id, version)
        if policy.stage is Stage.PUBLISHED and policy.effective_from == effective_from:
            return policy
        today = self.calendar.today()
        return self.policies.save(policy.publish(by, self.clock.now(), effective_from, today))
