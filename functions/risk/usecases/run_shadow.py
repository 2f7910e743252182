"""Run shadow (影子运行): ask the other policy the same and keep what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from puhui.attempts import attempt
from puhui.errors import PuhuiError
from puhui.tenancy import BankId
from risk.domain.policy import Policy
from risk.domain.shadow import Answer, Comparison
from risk.policy_ports import BankPolicies, Comparisons, ShadowSignals


@dataclass(frozen=True)
class RunShadow:
    """`risk.policy_ports.ShadowRunner`: the decision is made and kept before this runs."""

    policies: BankPolicies
    comparisons: Comparisons
    signals: ShadowSignals

    def __call__(
        self,
        bank_id: BankId,
        decision_id: str,
        as_of: date,
        live: Answer,
        evaluate: Callable[[Policy], Answer],
    ) -> None:
        """Keep the comparison; nothing that goes wrong here reaches the decision."""

        def run() -> None:
            shadow = self.policies.shadow(bank_id, as_of)
            if shadow is not None:
                self._compare(bank_id, decision_id, as_of, live, shadow, evaluate)

        failed = attempt(run)
        if isinstance(failed, PuhuiError):
            self.signals.lost(bank_id, decision_id, failed)

    def _compare(
        self,
        bank_id: BankId,
        decision_id: str,
        as_of: date,
        live: Answer,
        shadow: Policy,
        evaluate: Callable[[Policy], Answer],
    ) -> None:
        answer = attempt(lambda: evaluate(shadow))
        failed = isinstance(answer, PuhuiError)
        found = Comparison(
            decision_id=decision_id,
            as_of=as_of,
            live=live,
            shadow=None if isinstance(answer, PuhuiError) else answer,
            error=type(answer).__name__ if failed else None,
        )
        self.comparisons.add(bank_id, shadow.id, shadow.version, found)
