"""What people and other modules know about a debtor (人工判断与外部事实) beside the books.

Unknown is None and never helps: the model counts it as a ground for 关注. What was said once stands
until it is said otherwise; facts from outside grow old (`outside_facts_on`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanJudgement:
    """What is known of one loan."""

    loan_id: str
    overdue_is_technical: bool = False
    will_keep_paying: bool | None = None
    credit_impaired: bool = False
    qualified_renewal: bool = False
    """Renewed without repayment under model M26 with its conditions met."""
    refinanced: bool = False
    use_changed: bool | None = None
    """Funds used otherwise than agreed, without consent (model M23)."""
    adverse_factors: bool | None = None
    """An orange or red early warning stands (model M24)."""
    difficulty_resolved: bool | None = None
    loss_given_default_ppm: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanSignals:
    """What early warning (M24) and fund tracing (M23) know of one loan; None: nobody looked."""

    loan_id: str
    adverse_factors: bool | None = None
    use_changed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What is watched of a debtor, and when bureau and courts were last asked for it."""

    outside_facts_on: date | None = None
    loans: tuple[LoanSignals, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is known of a debtor; `outside_facts_on` dates the facts of bureau and courts."""

    retail: bool = False
    outside_facts_on: date | None = None
    evades_debt: bool = False
    dishonest: bool = False
    in_liquidation: bool = False
    rating_collapsed: bool = False
    npa_elsewhere: bool = False
    overdue_90_everywhere_ppm: int = 0
    loans: tuple[LoanJudgement, ...] = ()

    def of_loan(self, loan_id: str) -> LoanJudgement:
        """What is known of a loan; of one that nobody spoke of, nothing."""
        found = (one for one in self.loans if one.loan_id == loan_id)
        return next(found, LoanJudgement(loan_id=loan_id))

    def seen_with(self, signals: Signals) -> Judgement:
        """With what is watched: a ground that either names counts; the later day of asking."""
        asked = [day for day in (self.outside_facts_on, signals.outside_facts_on) if day]
        watched = {one.loan_id: one for one in signals.loans}
        others = tuple(one for one in self.loans if one.loan_id not in watched)
        return replace(
            self,
            outside_facts_on=max(asked, default=None),
            loans=(*others, *(self._loan_with(one) for one in watched.values())),
        )

    def _loan_with(self, seen: LoanSignals) -> LoanJudgement:
        known = self.of_loan(seen.loan_id)
        return replace(
            known,
            adverse_factors=_either(known.adverse_factors, seen.adverse_factors),
            use_changed=_either(known.use_changed, seen.use_changed),
        )


def _either(first: bool | None, second: bool | None) -> bool | None:
    """A ground that anybody names counts; one that nobody looked at is not known."""
    told = [one for one in (first, second) if one is not None]
    return any(told) if told else None


NOTHING_KNOWN: Final = Judgement()
