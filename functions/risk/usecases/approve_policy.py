"""Approve policy (策略审批): a second person looks at what was found and tested."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import Clock
from puhui.tenancy import BankId
from risk.domain.policy_lifecycle import PolicyVersion, Stage
from risk.policy_ports import PolicyVersions


@dataclass(frozen=True)
class ApprovePolicy:
    """Four eyes (四眼): nobody approves what they drafted or tested."""

    policies: PolicyVersions
    clock: Clock

    def __call__(self, bank_id: BankId, policy_id: str, version: str, by: str) -> PolicyVersion:
        """Answer the approved version; the approver's own repetition changes nothing."""
        policy = self.policies.get(bank_id, policy_id, version)
        if policy.stage is Stage.APPROVED and policy.approved and policy.approved.by == by:
            return policy
        return self.policies.save(policy.approve(by, self.clock.now()))
