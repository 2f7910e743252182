"""Check policy (策略检查): linter and proof look at a version before anybody else does."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.tenancy import BankId
from risk.domain.policy_lifecycle import PolicyVersion
from risk.policy_ports import PolicyVersions
from risk.usecases.examine_policy import ExaminePolicy


@dataclass(frozen=True)
class CheckPolicy:
    """Lint, then prove; a version with findings stays a draft."""

    policies: PolicyVersions
    examine: ExaminePolicy

    def __call__(self, bank_id: BankId, policy_id: str, version: str, by: str) -> PolicyVersion:
        """Answer the version with what was found."""
        policy = self.policies.get(bank_id, policy_id, version)
        check = self.examine(self.policies.body(policy), by)
        return self.policies.save(policy.checked(check))
