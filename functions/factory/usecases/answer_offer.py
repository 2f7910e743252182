"""Take the customer's answer to an offer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from factory.domain.application import LoanApplication
from factory.domain.errors import OfferNotOpen, WaitIsOver
from factory.domain.offer import answer_of
from factory.ports import Applications, Workflow


@dataclass(frozen=True)
class AnswerOffer:
    """Keep the answer, then let the workflow go on; repeating the same answer repeats both."""

    applications: Applications
    workflow: Workflow

    def __call__(
        self,
        application: LoanApplication,
        answer: Literal["accepted", "refused"],
        agreed_terms: str,
    ) -> LoanApplication:
        application.ensure_wanted()
        offer = application.offer
        if offer is None or application.outcome is not None:
            raise OfferNotOpen(f"{application.application_id} has no offer waiting for an answer")
        answered = offer.give(answer, agreed_terms)
        repeated = answered == offer
        kept = application
        if not repeated:
            kept = application.answer(answered)
            self.applications.save(kept, [kept.progressed("offer")])
        try:
            self.workflow.complete(answered.task_token, answer_of(answered))
        except WaitIsOver:
            # A repeated answer usually finds the workflow gone on. A first answer that comes
            # after the deadline is refused, so that nobody believes it was taken.
            if not repeated:
                raise OfferNotOpen(
                    f"offer {answered.offer_id} expired before it was answered"
                ) from None
        return kept
