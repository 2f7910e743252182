"""Requests and answers of the simulated core bank about money that comes in."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from puhui.contracts.common import BankCode, Contract, Identifier, PositiveFen
from puhui.contracts.servicing_rail import DebitAnswer, DebitRequest
from puhui.money import Money
from sandbox.domain.incoming import Incoming, IncomingState
from sandbox.domain.statement import Mistake, MistakeKind
from sandbox.schemas import NOTICE
from sandbox.usecases.deliver_statement import DeliveredStatement

Times = Annotated[int, Field(ge=0, le=5)]
NOT_YET = date.min
"""The day on which money comes is the core bank's to say."""


class IncomingRequest(Contract):
    """A customer pays; the platform is told `notices` times."""

    bank_id: BankCode
    serial_no: Identifier
    amount_fen: PositiveFen
    reference: Identifier
    notices: Times = 1

    def to_domain(self) -> Incoming:
        """The payment."""
        return Incoming(
            bank_id=self.bank_id,
            serial_no=self.serial_no,
            amount=Money(self.amount_fen),
            reference=self.reference,
            booked_on=NOT_YET,
        )


class ReturnRequest(Contract):
    """The money goes back; the platform is told `notices` times."""

    notices: Times = 1


class IncomingAnswer(Contract):
    """A payment, and what the platform answered to each notice (0: nothing)."""

    serial_no: str
    amount_fen: int
    state: str
    booked_on: date
    notice_version: int
    notices: tuple[int, ...]
    notice: str = NOTICE

    @classmethod
    def of(cls, incoming: Incoming, notices: tuple[int, ...]) -> IncomingAnswer:
        """Answer about a payment."""
        return cls(
            serial_no=incoming.serial_no,
            amount_fen=incoming.amount.minor,
            state=incoming.state.value,
            booked_on=incoming.booked_on,
            notice_version=incoming.notice_version,
            notices=notices,
        )


class MistakeRequest(Contract):
    """One planned mistake in a file."""

    kind: MistakeKind
    serial_no: Identifier


class StatementRequest(Contract):
    """Write a day's file and deliver it."""

    bank_id: BankCode
    business_date: date
    file_version: Annotated[int, Field(ge=1, le=1_000)] = 1
    mistakes: Annotated[tuple[MistakeRequest, ...], Field(max_length=100)] = ()
    deliveries: Times = 1

    def planned(self) -> tuple[Mistake, ...]:
        """The mistakes."""
        return tuple(Mistake(kind=one.kind, serial_no=one.serial_no) for one in self.mistakes)


class StatementAnswer(Contract):
    """What was delivered, and what the platform answered to each delivery (0: nothing)."""

    sha256: str
    size_bytes: int
    deliveries: tuple[int, ...]
    notice: str = NOTICE

    @classmethod
    def of(cls, delivered: DeliveredStatement) -> StatementAnswer:
        """Answer about a file."""
        return cls(
            sha256=delivered.sha256,
            size_bytes=len(delivered.content),
            deliveries=delivered.answers,
        )


def debit_order(request: DebitRequest) -> Incoming:
    """The order in a debit request."""
    return Incoming(
        bank_id=request.bank_id,
        serial_no=request.serial_no,
        amount=Money(request.amount_fen),
        reference=request.reference,
        booked_on=NOT_YET,
        customer_id=request.customer_id,
    )


def debit_answer(incoming: Incoming) -> DebitAnswer:
    """The word on a debit."""
    rejected = incoming.state is IncomingState.REJECTED
    return DebitAnswer(
        serial_no=incoming.serial_no,
        amount_fen=incoming.amount.minor,
        status="rejected" if rejected else "confirmed",
        booked_on=incoming.booked_on,
        reason=incoming.reason,
        notice=NOTICE,
    )
