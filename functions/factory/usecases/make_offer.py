"""Offer loan (报价确认)."""

from __future__ import annotations

from dataclasses import dataclass

from factory.domain.offer import Offer, answer_of, terms_sha256
from factory.ports import Applications, Workflow
from puhui.contracts.servicing import Quote
from puhui.tenancy import BankId


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeOfferCommand:
    """The quote to offer and where the answer goes."""

    bank_id: BankId
    application_id: str
    decision_id: str
    attempt: int
    quote: Quote
    reading_seconds: int
    task_token: str


@dataclass(frozen=True)
class MakeOffer:
    """Put the quote to the customer and wait; a retried step keeps the same offer."""

    applications: Applications
    workflow: Workflow

    def __call__(self, command: MakeOfferCommand) -> Offer:
        application = self.applications.get(command.bank_id, command.application_id)
        application.ensure_wanted()
        standing = application.offer
        if standing is not None and standing.accepted:
            # A resumed application whose money may have moved keeps the terms agreed on.
            self.workflow.complete(command.task_token, answer_of(standing))
            return standing
        offer = Offer(
            offer_id=f"off-{command.application_id}-{command.attempt}",
            decision_id=command.decision_id,
            quote=command.quote,
            terms_sha256=terms_sha256(command.application_id, command.quote),
            task_token=command.task_token,
            reading_seconds=command.reading_seconds,
        ).keeping(standing)
        offered = application.make(offer)
        self.applications.save(offered, [offered.progressed("offer")])
        return offer
