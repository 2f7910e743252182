"""A question to risk over the API: the application, who asks, and documents inside or by reference.

What comes inside is at most 200 KB each and 1 MB together; anything larger lies in the platform's
documents bucket and is referred to.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from pydantic import Field

from puhui.contracts.common import (
    Code,
    Contract,
    Identifier,
    IndustrySection,
    Months,
    PositiveFen,
    RateBps,
    RegionCode,
)
from puhui.contracts.facts import FactReference
from puhui.contracts.party import CustomerKind
from puhui.contracts.risk import DecisionRequest
from puhui.strict_json import dumps
from puhui.tenancy import BankId
from risk.domain.asking import AskedSubject, InlineDocument
from risk.usecases.ask_decision import AskDecisionCommand

MAX_FACTS: Final = 24
Name = Annotated[str, Field(min_length=1, max_length=100)]
Number = Annotated[str, Field(min_length=18, max_length=18)]


class SubjectBody(Contract):
    """Who asks, for the name lists; what is left out makes them say "missing", never "no hit"."""

    kind: CustomerKind
    name: Name
    uscc: Number | None = None
    legal_person_name: Name | None = None
    legal_person_id: Number | None = None


class DocumentBody(Contract):
    """A small fact document inside the request."""

    product: Annotated[str, Field(max_length=32)]
    document: dict[str, Any]


class DecisionBody(Contract):
    """Everything a decision may depend on; `as_of` is today unless told otherwise."""

    application_id: Identifier
    branch_id: Identifier
    customer_id: Identifier
    customer_kind: CustomerKind
    as_of: date | None = None
    product_code: Code
    min_amount_fen: PositiveFen
    max_amount_fen: PositiveFen
    min_rate_bps: RateBps
    max_rate_bps: RateBps
    amount_fen: PositiveFen
    term_months: Months
    region_code: RegionCode
    industry_section: IndustrySection
    established_on: date | None = None
    subject: SubjectBody
    documents: Annotated[tuple[DocumentBody, ...], Field(max_length=MAX_FACTS)] = ()
    facts: Annotated[tuple[FactReference, ...], Field(max_length=MAX_FACTS)] = ()

    def to_command(self, bank_id: BankId, correlation_id: str, today: date) -> AskDecisionCommand:
        """The question as risk knows it."""
        asked = dict(self)
        documents, subject = asked.pop("documents"), asked.pop("subject")
        request = DecisionRequest(
            bank_id=bank_id,
            correlation_id=correlation_id,
            **{**asked, "as_of": self.as_of or today},
        )
        return AskDecisionCommand(
            request=request,
            documents=tuple(
                InlineDocument(product=one.product, body=dumps(one.document).encode())
                for one in documents
            ),
            subject=AskedSubject(**dict(subject)),
        )
