"""Decide withdrawal (审批撤回策略): a second person lets a version go out of force, or does not."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import BusinessCalendar, Clock
from puhui.tenancy import BankId
from risk.domain.policy_lifecycle import PolicyVersion
from risk.policy_ports import PolicyVersions


@dataclass(frozen=True)
class DecideWithdrawal:
    """Four eyes (四眼): it changes which rules lend, as publication does."""

    policies: PolicyVersions
    clock: Clock
    calendar: BusinessCalendar

    def __call__(
        self, bank_id: BankId, policy_id: str, version: str, *, approved: bool, by: str
    ) -> PolicyVersion:
        """Answer the version as it then stands; the decider's own repetition changes nothing."""
        policy = self.policies.get(bank_id, policy_id, version)
        if policy.withdrawal is not None and policy.withdrawal.was_decided(by, approved):
            return policy
        now = self.clock.now()
        if not approved:
            return self.policies.save(policy.refuse_withdrawal(by, now))
        return self.policies.save(policy.approve_withdrawal(by, now, self.calendar.today()))
