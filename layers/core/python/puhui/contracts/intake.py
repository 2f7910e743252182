"""What intake tells the bus: customers, consents, documents and submitted applications."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from puhui.contracts.common import (
    Code,
    Contract,
    Identifier,
    IndustrySection,
    Months,
    PositiveFen,
    RegionCode,
    Sha256,
    ShortText,
)
from puhui.contracts.facts import FactReference
from puhui.contracts.party import CustomerKind
from puhui.events import Event


class ConsentReference(Contract):
    """A consent as it stood at submission; the factory refuses one that is not live."""

    consent_id: Identifier
    scope: Code
    version: Code
    expires_on: date


class ApplicationSubmitted(Event):
    """A customer asked for a loan; starts the factory. The party travels sealed."""

    name: ClassVar[str] = "ApplicationSubmitted"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.intake"

    application_id: Identifier
    branch_id: Identifier
    customer_id: Identifier
    customer_kind: CustomerKind
    product_code: Code
    amount_fen: PositiveFen
    term_months: Months
    repayment_method: Code
    purpose: ShortText
    region_code: RegionCode
    industry_section: IndustrySection
    established_on: date | None = None
    relationship_manager_id: Identifier | None = None
    submitted_on: date
    party_sealed: Annotated[str, Field(max_length=8_192)]
    consents: tuple[ConsentReference, ...]
    documents: tuple[FactReference, ...]


class ApplicationWithdrawn(Event):
    """The customer no longer wants the loan."""

    name: ClassVar[str] = "ApplicationWithdrawn"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.intake"

    application_id: Identifier
    withdrawn_on: date


class ConsentWithdrawn(Event):
    """A consent ended before its expiry."""

    name: ClassVar[str] = "ConsentWithdrawn"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.intake"

    consent_id: Identifier
    customer_id: Identifier
    withdrawn_on: date


class DocumentAccepted(Event):
    """An uploaded document is what was announced, and lies in the documents bucket."""

    name: ClassVar[str] = "DocumentAccepted"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.intake"

    document_id: Identifier
    customer_id: Identifier
    product: Annotated[str, Field(max_length=32)]
    sha256: Sha256
    size_bytes: Annotated[int, Field(gt=0)]


class DocumentRejected(Event):
    """An uploaded document is not what was announced, or not a clean file of its type."""

    name: ClassVar[str] = "DocumentRejected"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.intake"

    document_id: Identifier
    customer_id: Identifier
    product: Annotated[str, Field(max_length=32)]
    reason: Code
