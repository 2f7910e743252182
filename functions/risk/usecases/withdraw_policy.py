"""Withdraw policy (策略撤回): what was in force before it decides again."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import Clock
from puhui.tenancy import BankId
from risk.domain.policy_lifecycle import PolicyVersion, Stage
from risk.policy_ports import PolicyVersions


@dataclass(frozen=True)
class WithdrawPolicy:
    """Take a published version out of force; its decisions stand and replay."""

    policies: PolicyVersions
    clock: Clock

    def __call__(self, bank_id: BankId, policy_id: str, version: str, by: str) -> PolicyVersion:
        """Answer the withdrawn version; withdrawing it again changes nothing."""
        policy = self.policies.get(bank_id, policy_id, version)
        if policy.stage is Stage.WITHDRAWN:
            return policy
        return self.policies.save(policy.withdraw(by, self.clock.now()))
