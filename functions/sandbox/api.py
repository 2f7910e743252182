"""The simulated core-banking rail over HTTP, signed by the bank; the test CA's routes beside it."""

from __future__ import annotations

from puhui.contracts.servicing_rail import PaymentCancellation
from puhui.errors import Unauthenticated
from puhui.http import ApiRoutes, RequestContext
from puhui.http_signing import verify_signature
from puhui.money import Money
from sandbox.ca_api import include_certificate_authority
from sandbox.domain.errors import SIMULATED, CallerNotKnown
from sandbox.incoming_api import include_incoming
from sandbox.schemas import (
    FaultPlanned,
    FaultRequest,
    FaultsCleared,
    PaymentAnswer,
    PaymentRequest,
)
from sandbox.wiring import Wiring, wiring

MAX_ORDER_BYTES = 16_384

routes = ApiRoutes("sandbox")
include_certificate_authority(routes)


def _for_the_bank(context: RequestContext) -> Wiring:
    """Only requests that the bank signed get further; the signature covers the path below us."""
    parts = wiring()
    request = (context.method, context.path, context.raw_body)
    try:
        verify_signature(parts.secret, request, context.headers, parts.clock.now())
    except Unauthenticated as error:
        raise CallerNotKnown(f"{SIMULATED}: {error.message}", rule=error.rule) from error
    return parts


include_incoming(routes, _for_the_bank)


@routes.post(
    "/rail/payments",
    public=True,
    body=PaymentRequest,
    returns=PaymentAnswer,
    max_body_bytes=MAX_ORDER_BYTES,
    summary="沙箱模拟：支付 Take a payment order, once per serial number",
)
def pay(context: RequestContext, body: PaymentRequest) -> PaymentAnswer:
    """The same order again gets the same answer; another one under its number is refused."""
    return PaymentAnswer.of(_for_the_bank(context).take_payment(body.to_domain()))


@routes.get(
    "/rail/payments/{serial_no}",
    public=True,
    returns=PaymentAnswer,
    summary="沙箱模拟：查证 What became of a serial number; 404 says that it never arrived",
)
def query(context: RequestContext, serial_no: str) -> PaymentAnswer:
    """The final word on a payment."""
    return PaymentAnswer.of(_for_the_bank(context).query_payment(serial_no))


@routes.post(
    "/rail/payments/{serial_no}/cancellation",
    public=True,
    body=PaymentCancellation,
    returns=PaymentAnswer,
    max_body_bytes=MAX_ORDER_BYTES,
    summary="沙箱模拟：作废流水号 Take a serial number out of use, unless it was paid",
)
def cancel(context: RequestContext, serial_no: str, body: PaymentCancellation) -> PaymentAnswer:
    """The final word; an order that comes later under a cancelled number is rejected."""
    parts = _for_the_bank(context)
    payment = parts.cancel_payment(body.bank_id, serial_no, Money(body.amount_fen))
    return PaymentAnswer.of(payment)


@routes.post(
    "/rail/faults",
    public=True,
    body=FaultRequest,
    returns=FaultPlanned,
    status=201,
    max_body_bytes=MAX_ORDER_BYTES,
    summary="沙箱模拟：计划故障 Plan a delay, an error or a lost answer",
)
def plan_fault(context: RequestContext, body: FaultRequest) -> FaultPlanned:
    """Plan a fault for the orders that fit."""
    parts = _for_the_bank(context)
    fault = body.to_domain()
    parts.faults.plan(fault)
    return FaultPlanned(fault_id=fault.fault_id, times=fault.times)


@routes.delete(
    "/rail/faults",
    public=True,
    returns=FaultsCleared,
    summary="沙箱模拟：清除故障 Forget every planned fault",
)
def clear_faults(context: RequestContext) -> FaultsCleared:
    """Behave again."""
    return FaultsCleared(cleared=_for_the_bank(context).faults.clear())


app = routes.app()
