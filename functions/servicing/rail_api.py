"""The rail's API: what the core bank tells, signed; suspense, debits and reconciliations for staff.

Its function may write to the books; the one of `servicing.api` has other rights.
"""

from __future__ import annotations

from datetime import date

from pydantic import ValidationError

from puhui.contracts.servicing_rail import NoticeTaken, RailFileTaken, RailNotice
from puhui.errors import BadRequest, Unprocessable
from puhui.http import ApiRoutes, RequestContext
from puhui.http_signing import verify_signature
from puhui.identity import Protected
from puhui.money import Money
from puhui.observability import metrics
from puhui.safe_errors import unprocessable
from puhui.strict_json import loads
from puhui.tenancy import BankId, bank_id
from servicing.domain.loan import Loan
from servicing.domain.rail.debit import debit_of
from servicing.domain.rail.payment import PaymentState, RailPayment
from servicing.domain.rail.statement_file import MAX_FILE_BYTES
from servicing.policy import POLICY
from servicing.rail_schemas import (
    AssignmentBody,
    DebitBody,
    DebitView,
    RailFileView,
    RailPaymentList,
    RailPaymentView,
    ReconciliationCsv,
    ReconciliationView,
    heard_of,
)
from servicing.rail_wiring import Rail, rail

MAX_NOTICE_BYTES = 8_192
NOTICE_STATES = {PaymentState.ASSIGNED: "suspended"}
"""To the core bank, money that a person has assigned is still on its way out of suspense."""

routes = ApiRoutes("servicing", policy=POLICY)


def _for_the_core_bank(context: RequestContext) -> Rail:
    """Only what the core bank signed gets further; the signature is checked before the content."""
    parts = rail()
    request = (context.method, context.path, context.raw_body)
    verify_signature(parts.secret(), request, context.headers, parts.clock.now())
    return parts


def _bank(context: RequestContext) -> BankId:
    bank = bank_id(context.principal.bank_id)
    context.authorise(Protected(bank_id=bank))
    return bank


def _loan(context: RequestContext, loan_id: str) -> Loan:
    """The loan, if this principal may act on it."""
    loan = rail().loans.get(bank_id(context.principal.bank_id), loan_id)
    context.authorise(
        Protected(bank_id=loan.bank_id, branch=loan.branch_id, owner_id=loan.customer_id)
    )
    return loan


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unprocessable(
            "a day is a date such as 2026-03-31", field="day", rule="date.form"
        ) from None


def _shown(payment: RailPayment) -> RailPaymentView:
    return RailPaymentView.of(payment, rail().calendar.today(payment.bank_id))


@routes.post(
    "/rail/repayments",
    public=True,
    raw=True,
    returns=NoticeTaken,
    max_body_bytes=MAX_NOTICE_BYTES,
    summary="到账通知 The core bank tells of a customer's payment; signed, once per serial number",
)
def take_notice(context: RequestContext) -> NoticeTaken:
    """A repetition gets the same answer; another payment under the number is refused."""
    parts = _for_the_core_bank(context)
    notice = _notice(context.raw_body)
    payment = parts.take_payment(heard_of(notice))
    metrics.count("RailNotice", bank_id=notice.bank_id)
    if payment.needs_a_person:
        metrics.count("RailWorkItem", bank_id=notice.bank_id, state=payment.state.value)
    return NoticeTaken.model_validate(
        {
            "serial_no": payment.serial_no,
            "state": NOTICE_STATES.get(payment.state, payment.state.value),
        }
    )


def _notice(raw: bytes) -> RailNotice:
    try:
        return RailNotice.model_validate(loads(raw))
    except ValidationError as error:
        raise unprocessable(error) from None


@routes.post(
    "/rail/files",
    public=True,
    raw=True,
    returns=RailFileTaken,
    status=202,
    max_body_bytes=MAX_FILE_BYTES,
    summary="对账文件 The core bank delivers its daily file; signed, kept, read afterwards",
)
def take_file(context: RequestContext) -> RailFileTaken:
    """The same file again is kept once."""
    parts = _for_the_core_bank(context)
    if not context.raw_body:
        raise BadRequest("the file is empty", field="file", rule="file.size")
    key = parts.keep_file(context.raw_body)
    return RailFileTaken(sha256=key.rpartition("/")[2].removesuffix(".csv"))


@routes.get(
    "/rail/files/{day}",
    action="servicing.read_reconciliation",
    returns=RailFileView,
    summary="对账文件处理情况 The newest file of a day, and what is wrong with its lines",
)
def read_file(context: RequestContext, day: str) -> RailFileView:
    """How far it was read."""
    return RailFileView.of(rail().read_file(_bank(context), _day(day)))


@routes.get(
    "/rail/suspense",
    action="servicing.read_suspense",
    returns=RailPaymentList,
    summary="挂账清单 Money that waits for a person, oldest first",
)
def list_suspense(context: RequestContext) -> RailPaymentList:
    """Money for no loan, and money that the rail took back."""
    found = rail().payments.work_items(_bank(context))
    return RailPaymentList(items=tuple(_shown(payment) for payment in found))


@routes.get(
    "/rail/payments/{serial_no}",
    action="servicing.read_suspense",
    returns=RailPaymentView,
    summary="通道流水 One payment by its serial number",
)
def read_payment(context: RequestContext, serial_no: str) -> RailPaymentView:
    """What became of it."""
    return _shown(rail().payments.get(_bank(context), serial_no))


@routes.post(
    "/rail/suspense/{serial_no}/assignment",
    action="servicing.assign_suspense",
    body=AssignmentBody,
    returns=RailPaymentView,
    summary="挂账认领 Say which loan a suspended payment belongs to",
)
def assign(context: RequestContext, body: AssignmentBody, serial_no: str) -> RailPaymentView:
    """The money leaves suspense for the loan; naming it again changes nothing."""
    loan = _loan(context, body.loan_id)
    payment = rail().assign(loan.bank_id, serial_no, loan.loan_id, context.principal.subject)
    return _shown(payment)


@routes.post(
    "/rail/suspense/{serial_no}/return",
    action="servicing.assign_suspense",
    returns=RailPaymentView,
    summary="退回核销 Close the work item of money that the rail took back",
)
def settle_return(context: RequestContext, serial_no: str) -> RailPaymentView:
    """Money in suspense leaves it; money in a loan was reversed there before."""
    return _shown(rail().settle_returned(_bank(context), serial_no))


@routes.post(
    "/loans/{loan_id}/debits",
    action="servicing.ask_for_debit",
    body=DebitBody,
    returns=DebitView,
    idempotency_key=True,
    summary="代扣 Debit the borrower's settlement account, once per idempotency key",
)
def ask_for_debit(context: RequestContext, body: DebitBody, loan_id: str) -> DebitView:
    """The state may be `unknown`: it is asked about until it is not."""
    loan = _loan(context, loan_id)
    order = debit_of(
        loan, Money(body.amount_fen), context.idempotency_key or "", rail().clock.now()
    )
    return DebitView.of(rail().ask_for_debit(order))


@routes.get(
    "/loans/{loan_id}/debits/{serial_no}",
    action="servicing.ask_for_debit",
    returns=DebitView,
    summary="代扣结果 What is known of a debit",
)
def read_debit(context: RequestContext, loan_id: str, serial_no: str) -> DebitView:
    """As of the last answer."""
    loan = _loan(context, loan_id)
    return DebitView.of(rail().read_debit(loan.bank_id, loan_id, serial_no))


@routes.get(
    "/reconciliations/{day}",
    action="servicing.read_reconciliation",
    returns=ReconciliationView,
    summary="三方对账结果 Ledger, rail and loans of a day: what agrees, and every open difference",
)
def read_reconciliation(context: RequestContext, day: str) -> ReconciliationView:
    """The newest version."""
    return ReconciliationView.of(rail().read_reconciliation(_bank(context), _day(day)))


@routes.get(
    "/reconciliations/{day}/differences",
    action="servicing.read_reconciliation",
    returns=ReconciliationCsv,
    summary="对账差错清单 The difference list as CSV",
)
def reconciliation_csv(context: RequestContext, day: str) -> ReconciliationCsv:
    """With Chinese headings."""
    return ReconciliationCsv.of(rail().read_reconciliation(_bank(context), _day(day)))


@routes.post(
    "/reconciliations/{day}",
    action="servicing.reconcile",
    returns=ReconciliationView,
    summary="重新对账 Reconcile a day now; finding the same makes no other version",
)
def reconcile(context: RequestContext, day: str) -> ReconciliationView:
    """Later days are redone too, for they carry this one's differences."""
    bank, on = _bank(context), _day(day)
    if on > rail().calendar.today(bank):
        raise Unprocessable("the day is not over", field="day", rule="reconciliation.day")
    return ReconciliationView.of(rail().reconcile(bank, on))


app = routes.app()
