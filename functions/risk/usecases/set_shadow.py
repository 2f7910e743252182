"""Set shadow (设置影子策略): a checked version runs beside the live one, or none does."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import Clock
from puhui.tenancy import BankId
from risk.domain.errors import PolicyNotReady
from risk.domain.policy_lifecycle import PolicyVersion
from risk.policy_ports import PolicyVersions, ShadowRun


@dataclass(frozen=True)
class StartShadow:
    """Let a version run as the bank's one shadow."""

    policies: PolicyVersions
    clock: Clock

    def __call__(self, bank_id: BankId, policy_id: str, version: str, by: str) -> PolicyVersion:
        """Answer the version; the shadow that ran before stops."""
        policy = self.policies.get(bank_id, policy_id, version)
        policy.refuse_defects()
        if not policy.may_run_as_shadow:
            raise PolicyNotReady(
                f"a {policy.stage} version does not run", field="stage", rule="policy.stage"
            )
        run = ShadowRun(policy_id=policy_id, version=version, since=self.clock.now(), by=by)
        self.policies.set_shadow(bank_id, run)
        return policy


@dataclass(frozen=True)
class StopShadow:
    """Let no version run as shadow."""

    policies: PolicyVersions

    def __call__(self, bank_id: BankId) -> None:
        """Stop it; stopping none changes nothing."""
        self.policies.set_shadow(bank_id, None)
