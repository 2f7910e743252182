"""Requests and answers of the simulated core-banking rail."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from puhui.contracts.common import BankCode, Contract, Identifier, PositiveFen, ShortText
from puhui.ids import new_id
from puhui.money import Money
from sandbox.domain.errors import SIMULATED
from sandbox.domain.rail import MAX_DELAY_MS, Fault, Payment, PaymentOrder, account_hash

NOTICE = f"{SIMULATED}: no money moves 不发生真实资金划转"
Account = Annotated[str, Field(pattern=r"^[0-9]{10,30}$")]


class PaymentRequest(Contract):
    """A payment order."""

    bank_id: BankCode
    serial_no: Identifier
    amount_fen: PositiveFen
    payee_account: Account
    payee_name: Annotated[str, Field(min_length=1, max_length=100)]
    purpose: ShortText

    def to_domain(self) -> PaymentOrder:
        """The order."""
        return PaymentOrder(
            bank_id=self.bank_id,
            serial_no=self.serial_no,
            amount=Money(self.amount_fen),
            payee_account=self.payee_account,
            payee_name=self.payee_name,
            purpose=self.purpose,
        )


class PaymentAnswer(Contract):
    """The final word on a payment."""

    serial_no: str
    amount_fen: int
    status: Literal["confirmed", "rejected"]
    bank_reference: str
    reason: str | None
    notice: str = NOTICE

    @classmethod
    def of(cls, payment: Payment) -> PaymentAnswer:
        """Answer about a payment."""
        return cls(
            serial_no=payment.serial_no,
            amount_fen=payment.amount.minor,
            status=payment.status.value,
            bank_reference=payment.bank_reference,
            reason=payment.reason,
        )


class FaultRequest(Contract):
    """A fault to plan, for one account or for serial numbers that begin so."""

    serial_no_prefix: Annotated[str, Field(max_length=80)] | None = None
    payee_account: Account | None = None
    delay_ms: Annotated[int, Field(ge=0, le=MAX_DELAY_MS)] = 0
    error: Literal[500, 503] | None = None
    lose_answer: bool = False
    times: Annotated[int, Field(ge=1, le=10_000)] = 1

    @model_validator(mode="after")
    def for_somebody(self) -> FaultRequest:
        """A fault is planned for an account or for a prefix (an empty one: every order)."""
        if (self.serial_no_prefix is None) == (self.payee_account is None):
            raise ValueError("name either serial_no_prefix or payee_account")
        return self

    def to_domain(self) -> Fault:
        """The planned fault; ids grow with time, so the oldest is used first."""
        account = self.payee_account
        return Fault(
            fault_id=new_id("flt"),
            serial_no_prefix=self.serial_no_prefix,
            account_sha256=None if account is None else account_hash(account),
            delay_ms=self.delay_ms,
            error=self.error,
            lose_answer=self.lose_answer,
            times=self.times,
        )


class FaultPlanned(Contract):
    """A planned fault as kept."""

    fault_id: str
    times: int
    notice: str = NOTICE


class FaultsCleared(Contract):
    """How many planned faults were forgotten."""

    cleared: int
    notice: str = NOTICE
