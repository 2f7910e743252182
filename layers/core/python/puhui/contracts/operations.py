"""Tasks for people, the product catalogue and the bank's own configuration."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from puhui.contracts.common import (
    BankCode,
    Code,
    Contract,
    Fen,
    Identifier,
    Months,
    PositiveFen,
    RateBps,
    Reason,
    RegionCode,
    ShortText,
)
from puhui.contracts.disclosure import Fees, ReadingSeconds
from puhui.contracts.party import CustomerKind
from puhui.contracts.settlement import CN_DEFAULT, SettlementParameters
from puhui.events import Event

TaskKind = Literal["approval", "paper_contract", "payment_investigation", "decision_review"]
TASK_KIND_NAMES: dict[str, str] = {
    "approval": "授信审批",
    "paper_contract": "纸质合同确认",
    "payment_investigation": "支付结果核实",
    "decision_review": "自动决策人工复核",
}
OUTLIVE_APPLICATION: frozenset[str] = frozenset({"decision_review"})
"""Tasks that are opened about an application that may have ended, and do not end with it."""


class OpenTask(Contract):
    """Command on operations' queue: a person must decide; the answer completes `task_token`."""

    command: Literal["OpenTask"] = "OpenTask"
    task_key: Identifier
    kind: TaskKind
    bank_id: BankCode
    branch_id: Identifier
    application_id: Identifier
    correlation_id: Identifier
    maker_id: Identifier | None = None
    decision_id: Identifier | None = None
    product_code: Code | None = None
    amount_fen: Fen = 0
    proposed_limit_fen: Fen = 0
    proposed_rate_bps: RateBps = 0
    reasons: tuple[Reason, ...] = ()
    deadline_seconds: Annotated[int, Field(gt=0, le=90 * 86_400)]
    task_token: Annotated[str, Field(min_length=1, max_length=2_048)]


class TaskOutcome(Contract):
    """What a task token is completed with."""

    outcome: Literal["approved", "rejected"]
    limit_fen: Fen
    annual_rate_bps: RateBps
    decided_by: Identifier
    task_id: Identifier
    comment: ShortText | None = None


class TaskDecided(Event):
    """A person decided a task."""

    name: ClassVar[str] = "TaskDecided"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.operations"

    task_id: Identifier
    kind: TaskKind
    application_id: Identifier
    outcome: Literal["approved", "rejected"]


class LoanProduct(Contract):
    """A loan product as the product factory publishes it (产品工厂)."""

    code: Code
    name: ShortText
    customer_kinds: tuple[CustomerKind, ...]
    min_amount_fen: PositiveFen
    max_amount_fen: PositiveFen
    min_rate_bps: RateBps
    max_rate_bps: RateBps
    term_months: tuple[Months, ...]
    repayment_methods: tuple[Code, ...]
    required_facts: tuple[str, ...]
    required_consents: tuple[Code, ...]
    offer_valid_days: Annotated[int, Field(ge=1, le=60)] = 7
    disclosure_reading_seconds: ReadingSeconds = 10
    """How long the cost disclosure is before the borrower's eyes at least (强制阅读时间)."""
    fees: Fees = ()
    """What others than the bank charge for the loan; all of it is in the cost disclosure."""
    settlement: SettlementParameters = CN_DEFAULT
    effective_from: date
    effective_to: date | None = None
    version: Annotated[int, Field(ge=1)] = 1


class BankProfile(Contract):
    """What the other modules must know about a bank to check an application."""

    bank_id: BankCode
    name: ShortText
    licensed_regions: tuple[RegionCode, ...]
    branch_ids: tuple[Identifier, ...]
    rule_edition: Code


class DescribeProduct(Contract):
    """Call to operations' published function `describe_product`."""

    bank_id: BankCode
    product_code: Code
    correlation_id: Identifier
    on: date


class ProductDescription(Contract):
    """Answer to `DescribeProduct`; an unknown product raises `ProductNotFound`."""

    bank: BankProfile
    product: LoanProduct


class ProductPublished(Event):
    """A product version is on sale from its effective date."""

    name: ClassVar[str] = "ProductPublished"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "puhui.operations"

    bank: BankProfile
    product: LoanProduct
