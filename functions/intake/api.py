"""移动展业 API: what a mobile client asks of intake, from the catalogue to the outcome."""

from __future__ import annotations

from intake.domain.customer import PersonalData
from intake.policy import POLICY
from intake.schemas import (
    ApplicationRequest,
    ConsentRequest,
    CustomerRequest,
    DocumentRequest,
    PageQuery,
)
from intake.usecases.draft_application import DraftApplicationCommand
from intake.usecases.grant_consent import GrantConsentCommand
from intake.usecases.register_customer import RegisterCustomerCommand
from intake.usecases.request_upload import RequestUploadCommand
from intake.views import (
    ApplicationList,
    ApplicationView,
    ConsentList,
    ConsentView,
    CustomerView,
    DocumentView,
    ProductList,
    ProductView,
    TimelineView,
    UploadView,
)
from intake.wiring import wiring
from puhui.http import ApiRoutes, RequestContext
from puhui.money import Money

routes = ApiRoutes("intake", policy=POLICY)


@routes.get(
    "/products",
    action="intake.list_products",
    returns=ProductList,
    summary="在售产品 Products on sale today",
)
def list_products(context: RequestContext) -> ProductList:
    """The catalogue of the business date."""
    products = wiring().list_products(context.principal)
    return ProductList(items=tuple(map(ProductView.of, products)))


@routes.post(
    "/customers",
    action="intake.create_customer",
    body=CustomerRequest,
    returns=CustomerView,
    status=201,
    summary="登记客户 Register a customer",
)
def create_customer(context: RequestContext, body: CustomerRequest) -> CustomerView:
    """Register a firm, a sole proprietor or a person, once per bank."""
    command = RegisterCustomerCommand(
        principal=context.principal,
        kind=body.kind,
        personal=PersonalData(
            name=body.name,
            uscc=body.uscc,
            legal_person_name=body.legal_person_name,
            legal_person_id=body.legal_person_id,
            phone=body.phone,
            address=body.address,
            payout_account=body.payout_account,
        ),
        region_code=body.region_code,
        industry_section=body.industry_section,
        established_on=body.established_on,
        branch_id=body.branch_id,
    )
    return CustomerView.of(wiring().register_customer(command), context.principal.roles)


@routes.get(
    "/customers/{customer_id}",
    action="intake.read_customer",
    returns=CustomerView,
    summary="客户信息 A customer, masked",
)
def read_customer(context: RequestContext, customer_id: str) -> CustomerView:
    """One customer, as the caller's role may see it."""
    customer = wiring().read_customer(context.principal, customer_id)
    return CustomerView.of(customer, context.principal.roles)


@routes.post(
    "/customers/{customer_id}/consents",
    action="intake.create_consent",
    body=ConsentRequest,
    returns=ConsentView,
    status=201,
    summary="登记授权 Record a consent",
)
def create_consent(context: RequestContext, body: ConsentRequest, customer_id: str) -> ConsentView:
    """Record a consent with its wording, expiry and evidence."""
    command = GrantConsentCommand(
        principal=context.principal,
        customer_id=customer_id,
        scope=body.scope,
        wording_version=body.version,
        expires_on=body.expires_on,
        evidence_sha256=body.evidence_sha256,
    )
    return ConsentView.of(wiring().grant_consent(command), wiring().calendar.today())


@routes.get(
    "/customers/{customer_id}/consents",
    action="intake.read_consents",
    returns=ConsentList,
    summary="客户授权 A customer's consents",
)
def list_consents(context: RequestContext, customer_id: str) -> ConsentList:
    """All consents of a customer, newest first."""
    consents = wiring().list_consents(context.principal, customer_id)
    today = wiring().calendar.today()
    return ConsentList(items=tuple(ConsentView.of(consent, today) for consent in consents))


@routes.post(
    "/consents/{consent_id}/withdrawal",
    action="intake.withdraw_consent",
    body=None,
    returns=ConsentView,
    summary="撤回授权 Withdraw a consent",
)
def withdraw_consent(context: RequestContext, consent_id: str) -> ConsentView:
    """End a consent today."""
    consent = wiring().withdraw_consent(context.principal, consent_id)
    return ConsentView.of(consent, wiring().calendar.today())


@routes.post(
    "/documents",
    action="intake.create_document",
    body=DocumentRequest,
    returns=UploadView,
    status=201,
    summary="申请上传材料 Announce a document and get its upload form",
)
def create_document(context: RequestContext, body: DocumentRequest) -> UploadView:
    """Get a form that uploads exactly this file within five minutes."""
    command = RequestUploadCommand(
        principal=context.principal,
        customer_id=body.customer_id,
        product=body.product,
        content_type=body.content_type,
        size_bytes=body.size_bytes,
        sha256=body.sha256,
        file_name=body.file_name,
    )
    return UploadView.of(*wiring().request_upload(command))


@routes.get(
    "/documents/{document_id}",
    action="intake.read_document",
    returns=DocumentView,
    summary="材料状态 A document and its verdict",
)
def read_document(context: RequestContext, document_id: str) -> DocumentView:
    """Whether the document was accepted, and if not, why."""
    return DocumentView.of(wiring().read_document(context.principal, document_id))


@routes.post(
    "/applications",
    action="intake.create_application",
    body=ApplicationRequest,
    returns=ApplicationView,
    status=201,
    idempotency_key=True,
    summary="新建贷款申请 Draft an application",
)
def create_application(context: RequestContext, body: ApplicationRequest) -> ApplicationView:
    """Draft an application; the same Idempotency-Key finds the same draft."""
    command = DraftApplicationCommand(
        principal=context.principal,
        idempotency_key=context.idempotency_key or "",
        customer_id=body.customer_id,
        product_code=body.product_code,
        amount=Money(body.amount_fen),
        term_months=body.term_months,
        repayment_method=body.repayment_method,
        purpose=body.purpose,
        document_ids=body.document_ids,
    )
    return ApplicationView.of(wiring().draft_application(command))


@routes.post(
    "/applications/{application_id}/submission",
    action="intake.submit_application",
    body=None,
    returns=ApplicationView,
    summary="提交申请 Submit an application",
)
def submit_application(context: RequestContext, application_id: str) -> ApplicationView:
    """Hand a complete draft to the bank; submitting twice changes nothing."""
    return ApplicationView.of(wiring().submit_application(context.principal, application_id))


@routes.get(
    "/applications",
    action="intake.list_applications",
    query=PageQuery,
    returns=ApplicationList,
    summary="申请列表 Applications, newest first",
)
def list_applications(context: RequestContext, query: PageQuery) -> ApplicationList:
    """One page (`limit` to 100, `cursor` from the page before) of what the caller may see."""
    page = wiring().list_applications(context.principal, query.limit, query.cursor)
    return ApplicationList(
        items=tuple(map(ApplicationView.of, page.applications)), cursor=page.cursor
    )


@routes.get(
    "/applications/{application_id}",
    action="intake.read_application",
    returns=ApplicationView,
    summary="申请状态 An application",
)
def read_application(context: RequestContext, application_id: str) -> ApplicationView:
    """Where the application stands."""
    return ApplicationView.of(wiring().read_application(context.principal, application_id))


@routes.get(
    "/applications/{application_id}/timeline",
    action="intake.read_application",
    returns=TimelineView,
    summary="申请进度 What happened to an application",
)
def read_timeline(context: RequestContext, application_id: str) -> TimelineView:
    """Everything that happened, in order."""
    return TimelineView.of(wiring().read_application(context.principal, application_id))


@routes.post(
    "/applications/{application_id}/withdrawal",
    action="intake.withdraw_application",
    body=None,
    returns=ApplicationView,
    summary="撤回申请 Withdraw an application",
)
def withdraw_application(context: RequestContext, application_id: str) -> ApplicationView:
    """Take an open application back; withdrawing twice changes nothing."""
    return ApplicationView.of(wiring().withdraw_application(context.principal, application_id))


app = routes.app()
