"""Read decision (查询决策)."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.identity import Principal, Protected, authorise
from puhui.tenancy import bank_id
from risk.domain.decision import Decision
from risk.domain.errors import DecisionNotFound
from risk.ports import Decisions

ACTION = "risk.read_decision"


@dataclass(frozen=True)
class ReadDecision:
    """Find a decision for somebody who may see it."""

    decisions: Decisions

    def __call__(self, principal: Principal, decision_id: str) -> Decision:
        decision = self.decisions.find(bank_id(principal.bank_id), decision_id)
        if decision is None:
            raise DecisionNotFound
        return _shown(principal, decision)


@dataclass(frozen=True)
class ReadDecisionOfApplication:
    """Find the last decision about an application for somebody who may see it."""

    decisions: Decisions

    def __call__(self, principal: Principal, application_id: str) -> Decision:
        found = self.decisions.latest_of(bank_id(principal.bank_id), application_id)
        return _shown(principal, found)


def _shown(principal: Principal, decision: Decision) -> Decision:
    authorise(
        principal,
        ACTION,
        Protected(
            bank_id=decision.bank_id,
            branch=decision.branch_id,
            owner_id=decision.customer_id,
        ),
    )
    return decision
