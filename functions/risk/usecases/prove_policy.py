"""Prove policy (验证策略): its compiled tables answer as the reference engine does."""

from __future__ import annotations

from dataclasses import dataclass

from risk.domain.errors import PolicyNotProven
from risk.domain.evaluation import TableEngine
from risk.domain.policy import Policy
from risk.domain.policy.proof import CONTEXTS, TableProof, prove_policy


@dataclass(frozen=True)
class ProvePolicy:
    """Compare every table with the reference on random contexts, before it is published."""

    reference: TableEngine

    def __call__(
        self, policy: Policy, *, contexts: int = CONTEXTS, seed: int = 0
    ) -> tuple[TableProof, ...]:
        proofs = prove_policy(policy, self.reference, contexts=contexts, seed=seed)
        for proof in proofs:
            if proof.differences:
                raise PolicyNotProven(f"table {proof.table}: {proof.differences[0]}")
        return proofs
