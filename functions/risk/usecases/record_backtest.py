"""Record back-test (登记回测): which report says what the version would have done."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import Clock
from puhui.tenancy import BankId
from risk.domain.approval import Act
from risk.domain.policy_lifecycle import PolicyVersion
from risk.policy_ports import PolicyVersions


@dataclass(frozen=True)
class RecordBacktest:
    """Bind a back-test's report to the version by its hash."""

    policies: PolicyVersions
    clock: Clock

    def __call__(
        self, bank_id: BankId, policy_id: str, version: str, *, sha256: str, by: str
    ) -> PolicyVersion:
        """Answer the version; whoever ran the test does not approve it."""
        policy = self.policies.get(bank_id, policy_id, version)
        return self.policies.save(policy.tested_by(sha256, Act(by, self.clock.now())))
