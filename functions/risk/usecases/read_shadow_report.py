"""Read shadow report (影子策略差异): how the shadow differed, by reason code."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.tenancy import BankId
from risk.domain.errors import PolicyVersionNotFound
from risk.domain.shadow import ShadowReport, report_of
from risk.policy_ports import Comparisons, PolicyVersions


@dataclass(frozen=True)
class ReadShadowReport:
    """Count what was compared for one version, the running shadow unless another is named."""

    policies: PolicyVersions
    comparisons: Comparisons

    def __call__(self, bank_id: BankId, policy_id: str, version: str | None) -> ShadowReport:
        """Answer the report, or PolicyVersionNotFound when no shadow of this policy runs."""
        if version is None:
            run = self.policies.shadow(bank_id)
            if run is None or run.policy_id != policy_id:
                raise PolicyVersionNotFound("no version of this policy runs as shadow")
            version = run.version
        self.policies.get(bank_id, policy_id, version)
        found, complete = self.comparisons.of(bank_id, policy_id, version)
        return report_of(policy_id, version, found, complete=complete)
