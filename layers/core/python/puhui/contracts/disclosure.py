"""综合融资成本明示表: what a loan costs, all in, as the borrower reads and confirms it.

金规〔2026〕2号: principal; each interest and fee item with how, how much and by whom; each as an
annual rate; the all-in annual cost; what only a breach would cost; and that nothing else is
charged. The table's hash is what a borrower confirms and what contract and books repeat.
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Final, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from puhui.contracts.common import (
    Code,
    Contract,
    Fen,
    Months,
    PositiveFen,
    RateBps,
    Sha256,
    ShortText,
)
from puhui.strict_json import dumps

DISCLOSURE_FORMAT: Final = "disclosure/1"
"""Part of every hash: a change of what is hashed, or how, must change this."""
MAX_FEES: Final = 20
MAX_READING_SECONDS: Final = 600

ReadingSeconds = Annotated[int, Field(strict=True, ge=1, le=MAX_READING_SECONDS)]
"""How long a borrower has the table before the eyes at least, as the server measures it."""

FeeKind = Literal["fee", "guarantee", "insurance", "partner"]
FEE_KIND_NAMES: Final[dict[str, str]] = {
    "fee": "手续费",
    "guarantee": "担保费",
    "insurance": "保险费",
    "partner": "合作机构服务费",
}
FeeTiming = Literal["ON_A_DAY", "EACH_INSTALMENT"]


class LoanFee(Contract):
    """A fee besides interest, whoever takes it: an amount, or a share of the principal.

    `ON_A_DAY` without a date is the day of disbursement.
    """

    name: ShortText
    kind: FeeKind = "fee"
    payee: ShortText
    amount_fen: PositiveFen | None = None
    rate_bps: Annotated[RateBps, Field(gt=0)] | None = None
    charged: FeeTiming = "ON_A_DAY"
    charged_on: date | None = None


Fees = Annotated[tuple[LoanFee, ...], Field(max_length=MAX_FEES)]


class CostItem(Contract):
    """One line of the cost: what is charged, how, how much a year, how much in all, by whom."""

    kind: Literal["interest", "fee", "guarantee", "insurance", "partner"]
    name: ShortText
    charged_how: ShortText
    annual_pct: Decimal
    amount_fen: Fen
    collector: ShortText


class ContingentCost(Contract):
    """What only a breach, or the borrower's own wish, would cost; no part of the annual cost."""

    code: Literal["overdue", "misuse", "compound", "prepayment"]
    name: ShortText
    charged_when: ShortText
    standard: ShortText
    annual_pct: Decimal | None
    collector: ShortText


class CostDisclosure(Contract):
    """The whole table; equal loans with equal fees always give the same table and hash."""

    format: Literal["disclosure/1"] = DISCLOSURE_FORMAT
    lender: ShortText
    principal_fen: PositiveFen
    annual_rate_bps: RateBps
    term_months: Months
    method: Code
    method_name: ShortText
    rate_basis: ShortText
    """Whether the rate is fixed, and if not, how and when it changes."""
    disbursement_date: date
    maturity_date: date
    schedule_sha256: Sha256
    items: Annotated[tuple[CostItem, ...], Field(min_length=1)]
    total_cost_fen: Fen
    apr_pct: Decimal
    convention: ShortText
    contingent: tuple[ContingentCost, ...]
    statement: ShortText

    @property
    def sha256(self) -> str:
        """The hash of the canonical JSON: sorted keys, no spaces, decimals as written."""
        return hashlib.sha256(dumps(self.model_dump(mode="json")).encode()).hexdigest()


class DisclosureConfirmation(Contract):
    """That a borrower confirmed a table: after reading it on the phone, or by hand on site."""

    disclosure_sha256: Sha256
    channel: Literal["online", "on_site"]
    confirmed_at: AwareDatetime
    confirmed_by: Annotated[str, Field(min_length=1, max_length=255)]
    """Online the customer; on site the member of staff before whom the borrower signed."""
    shown_at: AwareDatetime | None = None
    reading_seconds: ReadingSeconds | None = None
    signature_sha256: Sha256 | None = None
    """SHA-256 of the scan of the table that was signed by hand."""

    @model_validator(mode="after")
    def kept_to_the_rule(self) -> Self:
        """Online the reading time has passed; on site there is a signature."""
        if self.channel == "on_site":
            if self.signature_sha256 is None:
                raise ValueError("a confirmation on site has a signature")
            return self
        if self.shown_at is None or self.reading_seconds is None:
            raise ValueError("a confirmation online says when the table was shown, and how long")
        if self.confirmed_at - self.shown_at < timedelta(seconds=self.reading_seconds):
            raise ValueError("the reading time had not passed")
        return self
