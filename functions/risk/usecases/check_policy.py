"""Check policy (策略检查): linter and proof look at a version before anybody else does."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from puhui.clock import Clock
from puhui.tenancy import BankId
from risk.domain.approval import Act
from risk.domain.policy_lifecycle import Check, PolicyVersion, ProofReport
from risk.policy_ports import Linter, PolicyVersions, Proof

NOT_TRIED = ProofReport(proven=False, cases=0, detail="未证明：先排除检查发现的问题")


@dataclass(frozen=True)
class CheckPolicy:
    """Lint, then prove; a version with findings stays a draft."""

    policies: PolicyVersions
    linter: Linter
    proof: Proof
    clock: Clock
    code_version: str

    def __call__(self, bank_id: BankId, policy_id: str, version: str, by: str) -> PolicyVersion:
        """Answer the version with what was found."""
        policy = self.policies.get(bank_id, policy_id, version)
        body = self.policies.body(policy)
        findings = tuple(self.linter(body))
        check = Check(
            sha256=hashlib.sha256(body).hexdigest(),
            findings=findings,
            proof=NOT_TRIED if findings else self.proof(body),
            code_version=self.code_version,
            checked=Act(by, self.clock.now()),
        )
        return self.policies.save(policy.checked(check))
