"""What a tier set by people means for stage and expected loss (人工分类对减值的影响)."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.money import Money
from servicing.domain.classification.facts import LoanFacts
from servicing.domain.classification.loss import PPM
from servicing.domain.classification.opinion import LoanOpinion
from servicing.domain.classification.tiers import Stage, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One loan as it stands after all steps so far."""

    loan_id: str
    tier: Tier
    stage: Stage
    expected_loss: Money


def effect_of(facts: LoanFacts, opinion: LoanOpinion, tier: Tier) -> Effect:
    """A worse tier asks for the loss of its stage; a better one leaves what the model expects.

    So people may raise a provision, and never lower it by a tier.
    """
    stage, loss = opinion.stage, opinion.expected_loss
    if tier.is_worse_than(opinion.tier):
        stage = 3 if tier.is_non_performing else max(stage, 2)
        chance = PPM if stage == 3 else facts.default_life_ppm
        top = facts.balance_fen * chance * facts.loss_given_default_ppm
        loss = max(loss, Money(-(-top // (PPM * PPM))))
    return Effect(loan_id=facts.loan_id, tier=tier, stage=stage, expected_loss=loss)
