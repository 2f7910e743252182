"""An offer: the terms put to the customer, bound by one hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any, Literal

from factory.domain.errors import OfferNotOpen, TermsChanged
from puhui.contracts.servicing import Quote

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

    @property
    def accepted(self) -> bool:
        """Whether the customer said yes."""
        return self.answer == "accepted"

    def give(self, answer: Literal["accepted", "refused"], agreed_terms: str) -> Offer:
        """Answer the offer once; agreeing to other terms than those shown is refused."""
        if agreed_terms != self.terms_sha256:
            raise TermsChanged(
                "the terms agreed to are not the terms offered",
                field="terms_sha256",
                rule="offer.same_terms",
            )
        if self.answer not in ("waiting", answer):
            raise OfferNotOpen(f"offer {self.offer_id} was already {self.answer}")
        return replace(self, answer=answer)


def answer_of(offer: Offer) -> dict[str, Any]:
    """What the waiting state receives: the answer and the very terms it is about."""
    return {
        "outcome": offer.answer,
        "offer_id": offer.offer_id,
        "terms_sha256": offer.terms_sha256,
        "quote": offer.quote.model_dump(mode="json"),
    }
