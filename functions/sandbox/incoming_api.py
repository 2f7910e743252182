"""The simulated core bank's routes for money that comes in, for the sandbox's API to include."""

from __future__ import annotations

from collections.abc import Callable

from puhui.contracts.servicing_rail import DebitAnswer, DebitRequest
from puhui.http import ApiRoutes, RequestContext
from sandbox.incoming_schemas import (
    IncomingAnswer,
    IncomingRequest,
    ReturnRequest,
    StatementAnswer,
    StatementRequest,
    debit_answer,
    debit_order,
)
from sandbox.wiring import Wiring

MAX_REQUEST_BYTES = 16_384
Signed = Callable[[RequestContext], Wiring]
"""Lets only requests that the bank signed get further."""


def include_incoming(routes: ApiRoutes, signed: Signed) -> None:
    """Declare the routes among others."""
    _include_payments(routes, signed)
    _include_debits(routes, signed)

    @routes.post(
        "/rail/statements",
        public=True,
        body=StatementRequest,
        returns=StatementAnswer,
        max_body_bytes=MAX_REQUEST_BYTES,
        summary="沙箱模拟：对账文件 Write a day's file, right or wrong, and deliver it",
    )
    def deliver_statement(context: RequestContext, body: StatementRequest) -> StatementAnswer:
        """The file holds what stands at this moment."""
        delivered = signed(context).deliver_statement(
            body.bank_id,
            body.business_date,
            file_version=body.file_version,
            mistakes=body.planned(),
            deliveries=body.deliveries,
        )
        return StatementAnswer.of(delivered)


def _include_payments(routes: ApiRoutes, signed: Signed) -> None:
    @routes.post(
        "/rail/incoming",
        public=True,
        body=IncomingRequest,
        returns=IncomingAnswer,
        max_body_bytes=MAX_REQUEST_BYTES,
        summary="沙箱模拟：客户还款 A customer pays; the platform is told",
    )
    def take_incoming(context: RequestContext, body: IncomingRequest) -> IncomingAnswer:
        """Once per serial number."""
        return IncomingAnswer.of(*signed(context).take_incoming(body.to_domain(), body.notices))

    @routes.post(
        "/rail/incoming/{serial_no}/return",
        public=True,
        body=ReturnRequest,
        returns=IncomingAnswer,
        max_body_bytes=MAX_REQUEST_BYTES,
        summary="沙箱模拟：退回 A payment goes back on its day; the platform is told",
    )
    def return_incoming(
        context: RequestContext, body: ReturnRequest, serial_no: str
    ) -> IncomingAnswer:
        """Once, however often it is asked for."""
        return IncomingAnswer.of(*signed(context).return_incoming(serial_no, body.notices))


def _include_debits(routes: ApiRoutes, signed: Signed) -> None:
    @routes.post(
        "/rail/debits",
        public=True,
        body=DebitRequest,
        returns=DebitAnswer,
        max_body_bytes=MAX_REQUEST_BYTES,
        summary="沙箱模拟：代扣 Debit a customer's account, once per serial number",
    )
    def debit(context: RequestContext, body: DebitRequest) -> DebitAnswer:
        """The same order again gets the same answer; another one under its number is refused."""
        return debit_answer(signed(context).take_debit(debit_order(body)))

    @routes.get(
        "/rail/debits/{serial_no}",
        public=True,
        returns=DebitAnswer,
        summary="沙箱模拟：代扣查证 What became of a debit; 404 says that it never arrived",
    )
    def query_debit(context: RequestContext, serial_no: str) -> DebitAnswer:
        """The final word on a debit."""
        return debit_answer(signed(context).incoming.get(serial_no))
