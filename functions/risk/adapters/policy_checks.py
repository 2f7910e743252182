"""Linter and proof of policies that have rules and no tables (policy/1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from risk.adapters.model_cards import ModelCards
from risk.domain.errors import PolicyNotValid
from risk.domain.policy_document import read_policy
from risk.domain.policy_lifecycle import Finding, ProofReport


@dataclass(frozen=True)
class ReadingLinter:
    """`risk.policy_ports.Linter`: a policy that reads, and whose model is served."""

    cards: ModelCards

    def __call__(self, body: bytes) -> Sequence[Finding]:
        """What reading refuses is a finding."""
        try:
            policy = read_policy(body)
        except PolicyNotValid as error:
            return [Finding(rule="policy.readable", where="policy", message=error.message)]
        if policy.model not in self.cards.documents:
            return [
                Finding(
                    rule="policy.model", where="model", message=f"no model {policy.model} is served"
                )
            ]
        return []


def nothing_compiled(body: bytes) -> ProofReport:
    """`risk.policy_ports.Proof`: the rules of a policy/1 are evaluated as they are written."""
    read_policy(body)
    return ProofReport(proven=True, cases=0, detail="规则策略不含决策表，无编译结果需要证明")
