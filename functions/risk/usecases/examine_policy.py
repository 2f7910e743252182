"""Examine policy (检验策略): linter and proof of bytes, by the code and library that run now."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from puhui.clock import Clock
from risk.domain.approval import Act
from risk.domain.policy_lifecycle import Check, ProofReport
from risk.policy_ports import Linter, Proof

NOT_TRIED: Final = ProofReport(proven=False, cases=0, detail="未证明：先排除检查发现的问题")


@dataclass(frozen=True)
class ExaminePolicy:
    """Lint, then prove what has no findings; a draft's check and a publication ask the same."""

    linter: Linter
    proof: Proof
    clock: Clock
    code_version: str
    library_sha256: str

    def __call__(self, body: bytes, by: str) -> Check:
        """What was found, for whom, and by what."""
        findings = tuple(self.linter(body))
        return Check(
            sha256=hashlib.sha256(body).hexdigest(),
            findings=findings,
            proof=NOT_TRIED if findings else self.proof(body),
            code_version=self.code_version,
            library_sha256=self.library_sha256,
            checked=Act(by, self.clock.now()),
        )
