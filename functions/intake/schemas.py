"""What intake's API takes; what it gives is in `views.py`, so that nothing is set by reading it."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator

from puhui.contracts.common import Code, Contract, Identifier, Months, PositiveFen, Sha256
from puhui.contracts.extdata import ConsentScope
from puhui.contracts.party import CustomerKind
from puhui.contracts.servicing import RepaymentMethod

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

DEFAULT_PAGE = 20
MAX_PAGE = 100
"""Items of one page."""

MAX_DOCUMENTS = 20
"""Documents of one application; they are read in one call."""

TYPED = r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$"
"""Text that a person typed: no control characters, nothing blank at either end."""


def iso_text(value: object) -> object:
    """A date is text like `2026-08-01`; pydantic alone would also read a timestamp into one."""
    if not isinstance(value, str) or not _ISO_DATE.fullmatch(value):
        raise ValueError("a date is written YYYY-MM-DD")
    return value


IsoDate = Annotated[date, BeforeValidator(iso_text)]


class CustomerRequest(Contract):
    """A customer as typed; check digits and plausibility are rules of the domain."""

    kind: CustomerKind
    name: Annotated[str, Field(max_length=100, pattern=TYPED)]
    uscc: Annotated[str, Field(max_length=18, pattern=r"^[0-9A-Z]*$")] | None = None
    legal_person_name: Annotated[str, Field(max_length=60, pattern=TYPED)]
    legal_person_id: Annotated[str, Field(max_length=18, pattern=r"^[0-9X]*$")]
    phone: Annotated[str, Field(max_length=11, pattern=r"^[0-9]*$")]
    address: Annotated[str, Field(max_length=200, pattern=TYPED)]
    region_code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    industry_section: Annotated[str, Field(pattern=r"^[A-Z]$")]
    established_on: IsoDate | None = None
    payout_account: Annotated[str, Field(pattern=r"^[0-9]{10,30}$")]
    branch_id: Identifier | None = None


class ConsentRequest(Contract):
    """A consent with the version of its wording and the hash of its evidence."""

    scope: ConsentScope
    version: Code
    expires_on: IsoDate
    evidence_sha256: Sha256


class DocumentRequest(Contract):
    """What will be uploaded, down to its hash; the upload must be exactly this."""

    customer_id: Identifier
    product: Annotated[str, Field(max_length=32, pattern=r"^[a-z_]+(/[0-9]+)?$")]
    content_type: Annotated[str, Field(max_length=64, pattern=r"^[a-z]+/[a-z0-9.+-]+$")]
    size_bytes: Annotated[int, Field(strict=True, gt=0)]
    sha256: Sha256
    file_name: Annotated[str, Field(max_length=200, pattern=TYPED)]

    @field_validator("file_name")
    @classmethod
    def is_a_name(cls, value: str) -> str:
        """A file name is a name, not a path."""
        if "/" in value or "\\" in value:
            raise ValueError("a file name holds no path")
        return value


class ApplicationRequest(Contract):
    """What a customer asks for; interest and limit are the bank's to offer."""

    customer_id: Identifier
    product_code: Code
    amount_fen: PositiveFen
    term_months: Months
    repayment_method: RepaymentMethod
    purpose: Annotated[str, Field(max_length=200, pattern=TYPED)]
    document_ids: Annotated[tuple[Identifier, ...], Field(max_length=MAX_DOCUMENTS)] = ()

    @field_validator("document_ids")
    @classmethod
    def each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """A document goes with an application once."""
        if len(set(value)) != len(value):
            raise ValueError("a document is named twice")
        return value


class PageQuery(Contract):
    """Which page of a list."""

    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = DEFAULT_PAGE
    cursor: Annotated[str, Field(min_length=1, max_length=200)] | None = None
