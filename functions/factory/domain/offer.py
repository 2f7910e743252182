"""An offer: the terms put to the customer, bound by one hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from factory.domain.errors import DisclosureNotConfirmed, OfferNotOpen, TermsChanged
from puhui.contracts.disclosure import CostDisclosure, DisclosureConfirmation
from puhui.contracts.servicing import Quote
from puhui.disclosure import ensure_confirmed

DEFAULT_READING_SECONDS = 10
"""For a step of the workflow that does not say its product's reading time."""
Answer = Literal["waiting", "accepted", "refused"]


def terms_sha256(application_id: str, quote: Quote) -> str:
    """SHA-256 over the canonical terms; any other amount, rate, term or plan has another hash."""
    terms = {
        "application_id": application_id,
        "principal_fen": quote.principal_fen,
        "annual_rate_bps": quote.annual_rate_bps,
        "term_months": quote.term_months,
        "method": quote.method,
        "disbursement_date": quote.disbursement_date.isoformat(),
        "apr_pct": str(quote.apr_pct),
        "schedule_sha256": quote.schedule_sha256,
        "disclosure_sha256": quote.disclosure_sha256,
    }
    canonical = json.dumps(terms, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the bank offers: the quote, its hash, and where the customer's answer must go."""

    offer_id: str
    decision_id: str
    quote: Quote
    terms_sha256: str
    task_token: str
    answer: Answer = "waiting"
    reading_seconds: int = DEFAULT_READING_SECONDS
    shown_at: datetime | None = None
    confirmation: DisclosureConfirmation | None = None

    @property
    def disclosure(self) -> CostDisclosure:
        """The 综合融资成本明示表; an offer that was made before there were any has none."""
        table = self.quote.disclosure
        if table is None:
            raise _not_confirmed(
                f"offer {self.offer_id} has no cost disclosure; it can be refused, or expires",
                "disclosure.issued",
            )
        return table

    @property
    def may_confirm_at(self) -> datetime | None:
        """When the reading time has passed, once the table was shown."""
        if self.shown_at is None:
            return None
        return self.shown_at + timedelta(seconds=self.reading_seconds)

    @property
    def accepted(self) -> bool:
        """Whether the customer said yes."""
        return self.answer == "accepted"

    def show(self, now: datetime) -> Offer:
        """The table is opened on the borrower's screen: the reading time starts, or starts anew."""
        self._ensure_confirmable(self.disclosure.sha256)
        return self if self.confirmation is not None else replace(self, shown_at=now)

    def confirm_online(self, disclosure_sha256: str, subject: str, now: datetime) -> Offer:
        """The borrower confirms the very table shown, after the reading time; once is enough."""
        self._ensure_confirmable(disclosure_sha256)
        if self.confirmation is not None:
            return self
        ready_at = self.may_confirm_at
        if ready_at is None:
            raise _not_confirmed("the cost disclosure was not shown yet", "disclosure.shown")
        if now < ready_at:
            raise _not_confirmed(
                f"the cost disclosure is read for {self.reading_seconds} s at least",
                "disclosure.reading_time",
            )
        confirmation = DisclosureConfirmation(
            disclosure_sha256=disclosure_sha256,
            channel="online",
            confirmed_at=now,
            confirmed_by=subject,
            shown_at=self.shown_at,
            reading_seconds=self.reading_seconds,
        )
        return replace(self, confirmation=confirmation)

    def confirm_on_site(
        self, disclosure_sha256: str, signature_sha256: str, subject: str, now: datetime
    ) -> Offer:
        """The borrower signed the table by hand before a member of staff, who records it."""
        self._ensure_confirmable(disclosure_sha256)
        if self.confirmation is not None:
            return self
        confirmation = DisclosureConfirmation(
            disclosure_sha256=disclosure_sha256,
            channel="on_site",
            confirmed_at=now,
            confirmed_by=subject,
            signature_sha256=signature_sha256,
        )
        return replace(self, confirmation=confirmation)

    def keeping(self, standing: Offer | None) -> Offer:
        """A retried step makes the same offer: what its customer has read and confirmed stays."""
        if standing is None or standing.terms_sha256 != self.terms_sha256:
            return self
        return replace(self, shown_at=standing.shown_at, confirmation=standing.confirmation)

    def give(self, answer: Literal["accepted", "refused"], agreed_terms: str) -> Offer:
        """Answer the offer once; other terms, or a cost not confirmed, cannot be agreed to."""
        if agreed_terms != self.terms_sha256:
            raise TermsChanged(
                "the terms agreed to are not the terms offered",
                field="terms_sha256",
                rule="offer.same_terms",
            )
        if self.answer not in ("waiting", answer):
            raise OfferNotOpen(f"offer {self.offer_id} was already {self.answer}")
        if answer == "accepted" and not self.accepted:
            ensure_confirmed(self.disclosure.sha256, self.confirmation)
        return replace(self, answer=answer)

    def _ensure_confirmable(self, disclosure_sha256: str) -> None:
        """An offer that was not refused, and the table that it shows."""
        if self.answer == "refused":
            raise OfferNotOpen(f"offer {self.offer_id} was already {self.answer}")
        if disclosure_sha256 != self.disclosure.sha256:
            raise _not_confirmed(
                "this is not the cost disclosure of the offer", "disclosure.same_table"
            )


def answer_of(offer: Offer) -> dict[str, Any]:
    """What the waiting state receives: the answer and the very terms it is about."""
    return {
        "outcome": offer.answer,
        "offer_id": offer.offer_id,
        "terms_sha256": offer.terms_sha256,
        "quote": offer.quote.model_dump(mode="json"),
        "confirmation": confirmation_text(offer),
    }


def confirmation_text(offer: Offer) -> dict[str, Any] | None:
    """The confirmation as it travels and is kept."""
    return None if offer.confirmation is None else offer.confirmation.model_dump(mode="json")


def _not_confirmed(message: str, rule: str) -> DisclosureNotConfirmed:
    return DisclosureNotConfirmed(message, field="disclosure_sha256", rule=rule)
