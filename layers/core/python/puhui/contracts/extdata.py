"""What other modules ask external data for, how it answers, and what it tells the bus."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field, model_validator

from puhui.contracts.common import (
    BankCode,
    Code,
    Contract,
    Fen,
    Identifier,
    RegionCode,
    Sha256,
    ShortText,
)
from puhui.contracts.facts import FactReference
from puhui.events import Event

FactProduct = Annotated[str, Field(max_length=32, pattern=r"^[a-z][a-z_]{1,27}/[0-9]{1,3}$")]
"""A fact product with its version: `invoice/1`."""
QueryStatus = Literal["hit", "miss", "pending", "unavailable", "refused"]
QueryPurpose = Literal["loan_application", "post_loan", "guarantee_review", "identity_check"]
ConsentScope = Literal[
    "credit_bureau",
    "tax_invoice",
    "data_processing",
    "sensitive_data",
    "third_party_sharing",
    "automated_decision",
    "electronic_signature",
]
"""What a customer can consent to, as intake records it."""
CONSENT_SCOPES: tuple[ConsentScope, ...] = get_args(ConsentScope)
SealedText = Annotated[str, Field(min_length=1, max_length=8_192)]
MAX_CONSENTS = 20
"""Consents that one question may offer; an application has a handful."""


class ExternalDataQuery(Contract):
    """Call to the published function `query`: one product about the party of one application.

    `party_sealed` opens with the context of the application: {bank_id, application_id}.
    `consent_ids` are every consent the customer gave; the function picks the one whose scope
    covers the product. The same `request_id` again gets the same answer, and no second call.
    """

    bank_id: BankCode
    request_id: Identifier
    application_id: Identifier
    branch_id: Identifier
    product: FactProduct
    purpose: QueryPurpose
    consent_ids: Annotated[tuple[Identifier, ...], Field(max_length=MAX_CONSENTS)]
    party_sealed: SealedText
    region_code: RegionCode
    correlation_id: Identifier


class ExternalDataAnswer(Contract):
    """Answer to `ExternalDataQuery`: a fact that risk can read, or the typed reason for none."""

    query_id: Identifier
    status: QueryStatus
    reason: Code | None = None
    """`consent.expired`, `provider.timeout` …; set unless the answer is a hit."""
    fact: FactReference
    cost_fen: Fen
    cached: bool = False
    age_days: Annotated[int, Field(strict=True, ge=0)] | None = None
    """Days since the provider gave the document; None without one."""
    because: Annotated[str, Field(max_length=500)] = ""
    """Which route was taken, and why."""

    @model_validator(mode="after")
    def a_document_only_for_a_hit(self) -> ExternalDataAnswer:
        """Only a hit has a document (which may be stale)."""
        if self.status != "hit" and self.fact.key is not None:
            raise ValueError(f"a query that is {self.status} has no document")
        return self


class KeepConsentCommand(Contract):
    """Call to the published function `keep-consent`: a consent was given, or ended.

    `subject_sealed` is a sealed JSON object {"uscc": …, "id_number": …}, each member optional,
    at least one there: the firm and the person who signed. It is sealed with
    the context {bank_id, application_id: consent_id}, because a consent may be older than any
    application; the sealer's `application_id` then stands for "the one thing it belongs to".
    A consent that is known already keeps its terms; only `withdrawn` can still change, and only
    to true.
    """

    bank_id: BankCode
    consent_id: Identifier
    scope: ConsentScope
    subject_sealed: SealedText
    purposes: Annotated[tuple[QueryPurpose, ...], Field(min_length=1)]
    granted_on: date
    expires_on: date
    evidence_sha256: Sha256
    withdrawn: bool = False
    correlation_id: Identifier | None = None

    @model_validator(mode="after")
    def granted_before_it_expires(self) -> KeepConsentCommand:
        """A consent does not expire before it is granted."""
        if self.granted_on > self.expires_on:
            raise ValueError("granted_on is after expires_on")
        return self


class ConsentKept(Contract):
    """Answer to `KeepConsentCommand`; repeating the command answers the same."""

    consent_id: Identifier
    live: bool
    """Whether queries may still use it (its dates aside)."""


class ExternalDataAnswered(Event):
    """A query got its final answer."""

    name: ClassVar[str] = "ExternalDataAnswered"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.extdata"

    query_id: Identifier
    product: FactProduct
    status: QueryStatus
    application_id: Identifier | None = None
    cost_fen: Fen


class ConnectorPublished(Event):
    """A version of a connector is usable from now on."""

    name: ClassVar[str] = "ConnectorPublished"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.extdata"

    connector_id: Identifier
    connector_version: Annotated[int, Field(strict=True, ge=1)]
    provider_id: Identifier
    product: FactProduct
    reason: ShortText
