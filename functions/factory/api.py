"""The factory's API: offers and their answers, status, and paper applications."""

from __future__ import annotations

from factory.domain.application import LoanApplication
from factory.domain.offer import Offer
from factory.policy import POLICY
from factory.schemas import (
    ApplicationList,
    ApplicationView,
    DisclosureConfirmed,
    DisclosureShown,
    DisclosureSigned,
    OfferAnswer,
    OfferView,
    PaperApplication,
    Received,
    terms_of,
)
from factory.usecases.receive_application import ReceiveApplicationCommand
from factory.wiring import wiring
from puhui.errors import Forbidden, NotFound
from puhui.http import ApiRoutes, RequestContext
from puhui.identity import Protected
from puhui.ids import derived_id
from puhui.tenancy import bank_id

routes = ApiRoutes("factory", policy=POLICY)


def _found(context: RequestContext, application_id: str) -> LoanApplication:
    """The application, if this principal may do this with it."""
    principal = context.principal
    application = wiring().applications.get(bank_id(principal.bank_id), application_id)
    submission = application.submission
    context.authorise(
        Protected(
            bank_id=principal.bank_id,
            branch=submission.branch_id,
            owner_id=submission.customer_id,
            assigned_to=submission.relationship_manager_id,
        )
    )
    return application


def _offer(application: LoanApplication) -> Offer:
    if application.offer is None:
        raise NotFound(f"{application.application_id} has no offer yet", rule="offer.exists")
    return application.offer


def _view(context: RequestContext, application: LoanApplication) -> ApplicationView:
    return ApplicationView.of(application, for_customer="customer" in context.principal.roles)


@routes.post(
    "/applications",
    action="factory.receive_application",
    body=PaperApplication,
    returns=Received,
    status=201,
    idempotency_key=True,
    summary="受理纸质申请 Receive a paper application",
)
def receive(context: RequestContext, body: PaperApplication) -> Received:
    """Take an application from the back office."""
    principal = context.principal
    branch = principal.branch
    if branch is None:
        raise Forbidden("paper applications are received in a branch", rule="policy.branch")
    context.authorise(Protected(bank_id=principal.bank_id, branch=principal.branch))
    application_id = derived_id(
        "app", principal.bank_id, principal.subject, str(context.idempotency_key)
    )

    def run() -> Received:
        application = wiring().receive_application(
            ReceiveApplicationCommand(
                bank_id=bank_id(principal.bank_id),
                application_id=application_id,
                branch_id=branch,
                maker_id=principal.subject,
                party=body.party,
                consents=body.consents,
                documents={
                    document.product: document.content.model_dump_json(by_alias=True).encode()
                    for document in body.documents
                },
                terms=terms_of(body),
            )
        )
        return Received(application_id=application.application_id, status=application.status.value)

    return context.once(wiring().idempotency, body, run, Received)


@routes.get(
    "/applications",
    action="factory.list_applications",
    returns=ApplicationList,
    summary="我的在途申请 My applications in work",
)
def list_mine(context: RequestContext) -> ApplicationList:
    """The calling customer's applications without an outcome."""
    principal = context.principal
    context.authorise(Protected(bank_id=principal.bank_id, owner_id=principal.customer_id))
    found = wiring().applications.open_of_customer(
        bank_id(principal.bank_id), principal.customer_id or ""
    )
    return ApplicationList(items=tuple(_view(context, application) for application in found))


@routes.get(
    "/applications/{application_id}",
    action="factory.read_application",
    returns=ApplicationView,
    summary="申请状态 Status of an application",
)
def read(context: RequestContext, application_id: str) -> ApplicationView:
    """Where the application stands."""
    return _view(context, _found(context, application_id))


@routes.get(
    "/applications/{application_id}/offer",
    action="factory.read_application",
    returns=OfferView,
    summary="报价与还款计划 The offer with its repayment plan and all-in cost",
)
def read_offer(context: RequestContext, application_id: str) -> OfferView:
    """The offer, once there is one."""
    return OfferView.of(_offer(_found(context, application_id)))


@routes.post(
    "/applications/{application_id}/offer/disclosure/showing",
    action="factory.confirm_disclosure",
    body=None,
    returns=DisclosureShown,
    summary="展示综合融资成本 Show the cost disclosure; its reading time starts",
)
def show_disclosure(context: RequestContext, application_id: str) -> DisclosureShown:
    """The table and its page; opening it again starts the reading time again."""
    application = wiring().show_disclosure(_found(context, application_id))
    return DisclosureShown.of(_offer(application))


@routes.post(
    "/applications/{application_id}/offer/disclosure/confirmation",
    action="factory.confirm_disclosure",
    body=DisclosureConfirmed,
    returns=OfferView,
    summary="确认综合融资成本 Confirm the cost disclosure after its reading time",
)
def confirm_disclosure(
    context: RequestContext, body: DisclosureConfirmed, application_id: str
) -> OfferView:
    """Confirm the table with this hash; repeating it changes nothing."""
    application = wiring().confirm_disclosure(
        _found(context, application_id), body.disclosure_sha256, context.principal.subject
    )
    return OfferView.of(_offer(application))


@routes.post(
    "/applications/{application_id}/offer/disclosure/signature",
    action="factory.record_disclosure_signature",
    body=DisclosureSigned,
    returns=OfferView,
    summary="登记现场签字 Record that the cost disclosure was signed by hand",
)
def record_disclosure_signature(
    context: RequestContext, body: DisclosureSigned, application_id: str
) -> OfferView:
    """The relationship manager saw the customer sign; repeating it changes nothing."""
    application = wiring().record_disclosure_signature(
        _found(context, application_id),
        body.disclosure_sha256,
        body.signature_sha256,
        context.principal.subject,
    )
    return OfferView.of(_offer(application))


@routes.post(
    "/applications/{application_id}/offer/acceptance",
    action="factory.answer_offer",
    body=OfferAnswer,
    returns=ApplicationView,
    summary="接受报价 Accept the offer",
)
def accept(context: RequestContext, body: OfferAnswer, application_id: str) -> ApplicationView:
    """Say yes to the terms with this hash; repeating it changes nothing."""
    application = _found(context, application_id)
    return _view(context, wiring().answer_offer(application, "accepted", body.terms_sha256))


@routes.post(
    "/applications/{application_id}/offer/refusal",
    action="factory.answer_offer",
    body=OfferAnswer,
    returns=ApplicationView,
    summary="放弃报价 Refuse the offer",
)
def refuse(context: RequestContext, body: OfferAnswer, application_id: str) -> ApplicationView:
    """Say no; the application closes as refused by the customer."""
    application = _found(context, application_id)
    return _view(context, wiring().answer_offer(application, "refused", body.terms_sha256))


app = routes.app()
