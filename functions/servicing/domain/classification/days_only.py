"""Without model M27: tiers by days overdue alone (仅按逾期天数), and it says so.

Where `risk` is not deployed, days overdue and the floors decide. Where it is deployed and cannot be
asked, a loan is moreover never better than it was: an outage improves nothing.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from servicing.domain.classification.facts import DebtorFacts, LoanFacts
from servicing.domain.classification.floors import Lifted, counted_days, lifted, tier_by_days
from servicing.domain.classification.loss import LossParameters, loss_by_days, stage_of
from servicing.domain.classification.opinion import LoanOpinion, Opinion, told_once
from servicing.domain.classification.reasons import Reason
from servicing.domain.classification.rules import ClassificationRules
from servicing.domain.classification.tiers import Tier, worst


class NotAsked(StrEnum):
    """Why the model did not answer."""

    ABSENT = "absent"
    UNAVAILABLE = "unavailable"


SAID: Final = {
    NotAsked.ABSENT: Reason("MODEL_ABSENT", "未部署数字风控，仅按逾期天数分类"),
    NotAsked.UNAVAILABLE: Reason("MODEL_UNAVAILABLE", "模型M27不可用，仅按逾期天数分类"),
}
HELD: Final = Reason("HELD", "模型不可用期间维持原分类")


def opinion_by_days(
    facts: DebtorFacts, why: NotAsked, rules: ClassificationRules, losses: LossParameters
) -> Opinion:
    """The opinion that needs no model."""
    started = {one.loan_id: _start(one, why, rules) for one in facts.loans}
    reached = lifted(facts, started, rules)
    return Opinion(
        basis="days_only",
        loans=tuple(_opinion(one, reached[one.loan_id], why, rules, losses) for one in facts.loans),
    )


def _start(loan: LoanFacts, why: NotAsked, rules: ClassificationRules) -> Tier:
    by_days = tier_by_days(counted_days(loan, rules), rules)
    return by_days if why is NotAsked.ABSENT else worst((by_days, loan.tier_before))


def _opinion(
    loan: LoanFacts,
    reached: Lifted,
    why: NotAsked,
    rules: ClassificationRules,
    losses: LossParameters,
) -> LoanOpinion:
    days = counted_days(loan, rules)
    held = why is NotAsked.UNAVAILABLE and loan.tier_before.is_worse_than(tier_by_days(days, rules))
    stage = stage_of(reached.tier, days, rules)
    return LoanOpinion(
        loan_id=loan.loan_id,
        tier=reached.tier,
        stage=stage,
        expected_loss=loss_by_days(loan.balance, stage, days, loan.remaining_days, losses),
        reasons=told_once((SAID[why], *reached.reasons, *((HELD,) if held else ()))),
    )
