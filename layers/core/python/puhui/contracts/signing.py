"""The signing command of the factory and what signing answers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from puhui.contracts.common import (
    BankCode,
    Code,
    Contract,
    Identifier,
    Months,
    PositiveFen,
    RateBps,
    Sha256,
    ShortText,
)
from puhui.contracts.disclosure import CostDisclosure, DisclosureConfirmation
from puhui.contracts.servicing import Instalment, RepaymentMethod
from puhui.events import Event


class ContractTerms(Contract):
    """What the contract says about the money; `terms_sha256` of the offer binds it."""

    product_code: Code
    product_name: ShortText
    principal_fen: PositiveFen
    annual_rate_bps: RateBps
    apr_pct: Decimal
    term_months: Months
    method: RepaymentMethod
    purpose: ShortText
    disbursement_date: date
    maturity_date: date
    total_interest_fen: Annotated[int, Field(ge=0)]
    instalments: tuple[Instalment, ...]


class PrepareContract(Contract):
    """Command on signing's queue: render, have it signed, seal it, complete `task_token`."""

    command: Literal["PrepareContract"] = "PrepareContract"
    bank_id: BankCode
    bank_name: ShortText
    branch_id: Identifier
    application_id: Identifier
    customer_id: Identifier
    correlation_id: Identifier
    offer_id: Identifier
    terms_sha256: Sha256
    terms: ContractTerms
    disclosure: CostDisclosure | None = None
    confirmation: DisclosureConfirmation | None = None
    """Without a confirmed disclosure no contract is made: `DisclosureNotConfirmed`."""
    party_sealed: Annotated[str, Field(max_length=8_192)]
    deadline_seconds: Annotated[int, Field(gt=0, le=90 * 86_400)]
    task_token: Annotated[str, Field(min_length=1, max_length=2_048)]


class SigningOutcome(Contract):
    """What the signing token is completed with."""

    outcome: Literal["signed", "refused"]
    contract_id: Identifier
    document_sha256: Sha256 | None = None


class VerifyContract(Contract):
    """Call to `verify_contract`: is the sealed PDF whole, trusted and the one agreed on?"""

    bank_id: BankCode
    correlation_id: Identifier
    application_id: Identifier
    contract_id: Identifier
    document_sha256: Sha256
    terms_sha256: Sha256


class ContractVerified(Contract):
    """Answer to `VerifyContract`; a contract that fails raises `ContractNotValid`."""

    contract_id: Identifier
    document_sha256: Sha256
    signatures: tuple[ShortText, ...]


class ContractPrepared(Event):
    """A contract waits for the borrower's signature."""

    name: ClassVar[str] = "ContractPrepared"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.signing"

    contract_id: Identifier
    application_id: Identifier
    customer_id: Identifier


class ContractSealed(Event):
    """Both parties signed; the PDF is sealed and validated."""

    name: ClassVar[str] = "ContractSealed"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.signing"

    contract_id: Identifier
    application_id: Identifier
    document_sha256: Sha256
