"""Linter and proof of policies, for the life cycle: the rules of `risk.domain.policy`, and zen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from risk.adapters.model_cards import ModelCards
from risk.adapters.zen_tables import ZenTables
from risk.domain.errors import PolicyNotValid
from risk.domain.policy.document import read_policy
from risk.domain.policy.lint import lint_policy
from risk.domain.policy.proof import prove_policy
from risk.domain.policy_lifecycle import Finding, ProofReport

CONTEXTS_AT_PUBLISH: Final = 10_000
"""Random contexts on which each table must answer as the reference engine does."""


@dataclass(frozen=True)
class PolicyLinter:
    """`risk.policy_ports.Linter` over the models that are served."""

    cards: ModelCards

    def __call__(self, body: bytes) -> Sequence[Finding]:
        """Every finding, in the words of the linter."""
        served = {model: str(card["version"]) for model, card in self.cards.documents.items()}
        return [
            Finding(rule=one.code, where=one.path, message=one.message)
            for one in lint_policy(body, served=served)
        ]


def prove(body: bytes) -> ProofReport:
    """`risk.policy_ports.Proof`: every compiled table against zen."""
    try:
        proofs = prove_policy(read_policy(body), ZenTables(), contexts=CONTEXTS_AT_PUBLISH)
    except PolicyNotValid as error:
        return ProofReport(proven=False, cases=0, detail=error.message)
    different = [one.table for one in proofs if one.differences]
    detail = f"决策表 {len(proofs)} 张" + (
        f"，不一致 {', '.join(different)}" if different else "，全部一致"
    )
    return ProofReport(
        proven=not different, cases=sum(one.contexts for one in proofs), detail=detail
    )
