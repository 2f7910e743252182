"""The envelopes of classification's events."""

from __future__ import annotations

from puhui.clock import Clock
from puhui.contracts.servicing_classification import ClassificationProposed, LoanClassified
from puhui.events import Envelope
from servicing.domain.classification.classification import Classification


def proposed_envelope(proposed: Classification, clock: Clock) -> Envelope:
    """What the bus hears of a proposal."""
    event = ClassificationProposed(
        classification_id=proposed.classification_id,
        debtor_id=proposed.debtor_id,
        as_of=proposed.as_of,
        tier=proposed.opinion.tier.value,
        basis=proposed.opinion.basis,
        loan_ids=tuple(loan_id for loan_id, _ in proposed.tiers),
    )
    return event.envelope(
        bank_id=proposed.bank_id,
        subject=proposed.debtor_id,
        correlation_id=proposed.classification_id,
        clock=clock,
        dedup=proposed.classification_id,
    )


def final_envelopes(final: Classification, clock: Clock) -> list[Envelope]:
    """What the bus hears of a classification in effect: an event for each loan."""
    made = []
    for effect in final.effects():
        event = LoanClassified(
            classification_id=final.classification_id,
            debtor_id=final.debtor_id,
            loan_id=effect.loan_id,
            as_of=final.as_of,
            effective_on=final.effective_on or final.as_of,
            tier=effect.tier.value,
            proposed_tier=final.opinion.of_loan(effect.loan_id).tier.value,
            stage=effect.stage,
            expected_loss_fen=effect.expected_loss.minor,
        )
        made.append(
            event.envelope(
                bank_id=final.bank_id,
                subject=effect.loan_id,
                correlation_id=final.classification_id,
                clock=clock,
                dedup=final.classification_id,
            )
        )
    return made
