"""What the core bank and the platform tell each other about money: notices, debits, daily files."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from puhui.contracts.common import (
    BankCode,
    Contract,
    Fen,
    Identifier,
    PositiveFen,
    ShortText,
)
from puhui.events import Event

NoticeState = Literal["received", "returned"]
FILE_FORMAT: Final = "PUHUI-RAIL-1"
FILE_ENCODING: Final = "utf-8"
HEADER_FIELDS: Final = ("record", "format", "bank_id", "business_date", "file_version")
LINE_FIELDS: Final = ("record", "line", "direction", "serial_no", "amount", "reference")
TRAILER_FIELDS: Final = (
    "record", "lines", "in_count", "in_sum", "out_count", "out_sum", "sha256",
)  # fmt: skip
"""The three kinds of lines of a daily file (对账文件), comma-separated, each ended by a line feed.

Records are `H`, `D` and `T`; amounts are yuan with two decimals; `sha256` is that of every byte
before the trailer.
"""


class RailNotice(Contract):
    """Body of `POST /rail/repayments`: the core bank tells of a customer's payment (到账通知).

    `serial_no` is the core bank's number (流水号) of the payment. `notice_version` grows with each
    notice about one payment, so that an older one that comes late changes nothing. `reference` is
    what the payer named: a loan, the number it was disbursed under, its contract or application.
    """

    bank_id: BankCode
    serial_no: Identifier
    notice_version: Annotated[int, Field(strict=True, ge=1, le=1_000)]
    state: NoticeState
    amount_fen: PositiveFen
    reference: Identifier
    booked_on: date


class NoticeTaken(Contract):
    """Answer to a notice; a repetition gets the same."""

    serial_no: Identifier
    state: Literal["booked", "suspended", "returned"]


class RailFileTaken(Contract):
    """Answer to a delivered daily file: it is kept, and read afterwards."""

    sha256: str


class DebitRequest(Contract):
    """Body of `POST /rail/debits`: take money from a customer's settlement account (代扣)."""

    bank_id: BankCode
    serial_no: Identifier
    amount_fen: PositiveFen
    customer_id: Identifier
    reference: Identifier


class DebitAnswer(Contract):
    """The final word on a debit."""

    serial_no: str
    amount_fen: int
    status: Literal["confirmed", "rejected"]
    booked_on: date
    reason: str | None = None
    notice: str = ""


class PaymentCancellation(Contract):
    """Body of `POST /rail/payments/{serial_no}/cancellation` (作废流水号).

    A number that was not paid is out of use from then on: an order that comes late under it is
    rejected. One that was paid stays paid, and the answer says so.
    """

    bank_id: BankCode
    amount_fen: PositiveFen


class PaymentFinalWord(Contract):
    """The final word on a payment order; a repetition gets the same."""

    serial_no: str
    amount_fen: int
    status: Literal["confirmed", "rejected"]
    bank_reference: str | None = None
    reason: str | None = None
    notice: str = ""


class RailPaymentSuspended(Event):
    """A payment came that belongs to no loan that takes it; the money waits for a person."""

    name: ClassVar[str] = "RailPaymentSuspended"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.servicing"

    serial_no: Identifier
    amount_fen: PositiveFen
    reason: ShortText
    business_date: date


class RailPaymentAssigned(Event):
    """A person said which loan a suspended payment belongs to; it is out of suspense."""

    name: ClassVar[str] = "RailPaymentAssigned"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.servicing"

    serial_no: Identifier
    amount_fen: PositiveFen
    loan_id: Identifier
    assigned_by: Identifier
    business_date: date


class ReconciliationFinished(Event):
    """Ledger, rail and loans of a day were compared; a corrected file makes another version."""

    name: ClassVar[str] = "ReconciliationFinished"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.servicing"

    business_date: date
    result_version: Annotated[int, Field(ge=1)]
    file_version: Annotated[int, Field(ge=0)]
    """0: there is no file of the day."""
    matched: Annotated[int, Field(ge=0)]
    differences: Annotated[int, Field(ge=0)]
    oldest_days: Annotated[int, Field(ge=0)]
    difference_fen: Fen
    """The sum of how far rail and ledger are apart, whichever way."""
