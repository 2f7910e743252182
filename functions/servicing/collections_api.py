"""Collections (催收): the work list, contacts, promises, complaints, legal holds, third persons."""

from __future__ import annotations

from puhui.errors import NotFound
from puhui.http import RequestContext
from puhui.identity import Protected
from puhui.money import Money
from puhui.observability import metrics
from puhui.tenancy import bank_id
from servicing.collections_schemas import (
    CaseList,
    CaseView,
    ContactBody,
    ContactList,
    ContactView,
    EndBody,
    PromiseBody,
    PromiseView,
    StopBody,
    StopView,
    ThirdPersonBody,
    ThirdPersonView,
)
from servicing.collections_wiring import collecting
from servicing.debtor_routes import routes
from servicing.domain.collections.file import CollectionFile
from servicing.domain.collections.stops import StopKind
from servicing.domain.loan import Loan
from servicing.usecases.name_third_person import NameThirdPersonCommand
from servicing.usecases.record_contact import RecordContactCommand
from servicing.usecases.stop_collection import ResumeCommand, StopCommand
from servicing.usecases.take_promise import TakePromiseCommand

LOAN = "/loans/{loan_id}"


def _loan(context: RequestContext, loan_id: str) -> Loan:
    """The loan, if this principal may do this to it."""
    bank = bank_id(context.principal.bank_id)
    loan = collecting().loans.get(bank, loan_id)
    context.authorise(
        Protected(bank_id=loan.bank_id, branch=loan.branch_id, owner_id=loan.customer_id)
    )
    return loan


def _visible(context: RequestContext, file: CollectionFile) -> bool:
    try:
        context.authorise(Protected(bank_id=file.bank_id, branch=file.branch_id))
    except NotFound:
        return False
    return True


@routes.get(
    "/collections",
    action="servicing.read_collections",
    returns=CaseList,
    summary="催收清单 Debtors with something overdue, the worst first",
)
def work_list(context: RequestContext) -> CaseList:
    """What to do with each, from which day, and what forbids a call at this moment."""
    desk, who = collecting(), context.principal
    bank = bank_id(who.bank_id)
    found = desk.files.worst_first(bank, who.branch)
    day, now = desk.calendar.today(bank), desk.clock.now()
    cases = (CaseView.of(one, day, now, desk.rules) for one in found if _visible(context, one))
    return CaseList(items=tuple(case for case in cases if case is not None))


@routes.post(
    "/collections/{debtor_id}/review",
    action="servicing.read_collections",
    body=None,
    returns=CaseView,
    summary="催收检视 Bring a debtor's case to the books of this moment, as end of day does",
)
def review(context: RequestContext, debtor_id: str) -> CaseView:
    """After a payment; the same books again change nothing. Not found: nothing is overdue."""
    desk, bank = collecting(), bank_id(context.principal.bank_id)
    day = desk.calendar.today(bank)
    for loan in desk.debtors.loans_of(bank, debtor_id, day):
        context.authorise(Protected(bank_id=bank, branch=loan.position.branch_id))
    file = desk.review(bank, debtor_id, day)
    case = None if file is None else CaseView.of(file, day, desk.clock.now(), desk.rules)
    if case is None:
        raise NotFound("nothing is overdue", rule="collection.overdue")
    return case


@routes.get(
    f"{LOAN}/contacts",
    action="servicing.read_collections",
    returns=ContactList,
    summary="催收记录 Every contact with the borrower of a loan",
)
def read_contacts(context: RequestContext, loan_id: str) -> ContactList:
    """The latest first, about all of the borrower's loans."""
    loan = _loan(context, loan_id)
    found = collecting().files.contacts(loan.bank_id, loan.customer_id)
    return ContactList(items=tuple(ContactView.of(one) for one in found))


@routes.post(
    f"{LOAN}/contacts",
    action="servicing.record_contact",
    body=ContactBody,
    returns=ContactView,
    status=201,
    idempotency_key=True,
    summary="登记触达 Record a contact; one against a rule is refused and not recorded",
)
def record_contact(context: RequestContext, body: ContactBody, loan_id: str) -> ContactView:
    """Its time is the server's."""
    loan = _loan(context, loan_id)
    contact = collecting().record_contact(
        RecordContactCommand(
            bank_id=loan.bank_id,
            debtor_id=loan.customer_id,
            loan_id=loan_id,
            by=context.principal.subject,
            key=str(context.idempotency_key),
            **body.model_dump(),
        )
    )
    metrics.count("CollectionContact", bank_id=loan.bank_id, channel=contact.channel.value)
    return ContactView.of(contact)


@routes.post(
    f"{LOAN}/promises",
    action="servicing.record_contact",
    body=PromiseBody,
    returns=PromiseView,
    status=201,
    idempotency_key=True,
    summary="登记还款承诺 What the borrower promised to pay by which day",
)
def take_promise(context: RequestContext, body: PromiseBody, loan_id: str) -> PromiseView:
    """The books judge it when its day is over."""
    loan = _loan(context, loan_id)
    promise = collecting().take_promise(
        TakePromiseCommand(
            bank_id=loan.bank_id,
            debtor_id=loan.customer_id,
            loan_id=loan_id,
            by=context.principal.subject,
            key=str(context.idempotency_key),
            amount=Money(body.amount_fen),
            promised_for=body.promised_for,
        )
    )
    return PromiseView.of(promise)


@routes.post(
    f"{LOAN}/complaints",
    action="servicing.raise_complaint",
    body=StopBody,
    returns=StopView,
    status=201,
    idempotency_key=True,
    summary="催收投诉 A complaint; nobody approaches the borrower until it is resolved",
)
def raise_complaint(context: RequestContext, body: StopBody, loan_id: str) -> StopView:
    """The borrower, or whoever took the complaint."""
    return _stop(context, body, loan_id, StopKind.COMPLAINT)


@routes.post(
    f"{LOAN}/complaints/{{complaint_id}}/resolution",
    action="servicing.resolve_complaint",
    body=EndBody,
    returns=StopView,
    summary="投诉处理完毕 Resolve a complaint; not by who approached the borrower",
)
def resolve_complaint(
    context: RequestContext, body: EndBody, loan_id: str, complaint_id: str
) -> StopView:
    """Contact is allowed again."""
    return _resume(context, body, loan_id, complaint_id, StopKind.COMPLAINT)


@routes.post(
    f"{LOAN}/legal-holds",
    action="servicing.hold_collection",
    body=StopBody,
    returns=StopView,
    status=201,
    idempotency_key=True,
    summary="司法停催 A court or a bankruptcy stops all contact",
)
def hold(context: RequestContext, body: StopBody, loan_id: str) -> StopView:
    """Until it is released."""
    return _stop(context, body, loan_id, StopKind.LEGAL_HOLD)


@routes.post(
    f"{LOAN}/legal-holds/{{hold_id}}/release",
    action="servicing.hold_collection",
    body=EndBody,
    returns=StopView,
    summary="解除司法停催 Contact is allowed again",
)
def release(context: RequestContext, body: EndBody, loan_id: str, hold_id: str) -> StopView:
    """One that was released stays as it was."""
    return _resume(context, body, loan_id, hold_id, StopKind.LEGAL_HOLD)


@routes.post(
    f"{LOAN}/third-persons",
    action="servicing.record_contact",
    body=ThirdPersonBody,
    returns=ThirdPersonView,
    status=201,
    summary="登记第三人同意 Somebody agreed to be contacted about the borrower",
)
def name_third_person(
    context: RequestContext, body: ThirdPersonBody, loan_id: str
) -> ThirdPersonView:
    """With the document that proves it."""
    loan = _loan(context, loan_id)
    person = collecting().name_third_person(
        NameThirdPersonCommand(
            bank_id=loan.bank_id,
            debtor_id=loan.customer_id,
            branch_id=loan.branch_id,
            by=context.principal.subject,
            **body.model_dump(),
        )
    )
    return ThirdPersonView.of(person)


@routes.post(
    f"{LOAN}/third-persons/{{person_id}}/withdrawal",
    action="servicing.record_contact",
    body=None,
    returns=ThirdPersonView,
    summary="第三人撤回同意 He is not contacted again",
)
def withdraw_third_person(context: RequestContext, loan_id: str, person_id: str) -> ThirdPersonView:
    """From this moment on."""
    loan = _loan(context, loan_id)
    desk = collecting().name_third_person
    return ThirdPersonView.of(desk.withdraw(loan.bank_id, loan.customer_id, person_id))


def _stop(context: RequestContext, body: StopBody, loan_id: str, kind: StopKind) -> StopView:
    loan = _loan(context, loan_id)
    stop = collecting().stop(
        StopCommand(
            bank_id=loan.bank_id,
            debtor_id=loan.customer_id,
            branch_id=loan.branch_id,
            loan_id=loan_id,
            by=context.principal.subject,
            key=str(context.idempotency_key),
            kind=kind,
            text=body.text,
        )
    )
    metrics.count("CollectionStopped", bank_id=loan.bank_id, kind=kind.value)
    return StopView.of(stop, for_customer=context.principal.is_customer)


def _resume(
    context: RequestContext, body: EndBody, loan_id: str, stop_id: str, kind: StopKind
) -> StopView:
    loan = _loan(context, loan_id)
    stop = collecting().stop.resume(
        ResumeCommand(
            bank_id=loan.bank_id,
            debtor_id=loan.customer_id,
            stop_id=stop_id,
            by=context.principal.subject,
            kind=kind,
            text=body.text,
        )
    )
    return StopView.of(stop)
