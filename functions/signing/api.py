"""Signing's API: read the contract, download it, sign it, refuse it."""

from __future__ import annotations

from puhui.http import ApiRoutes, RequestContext
from puhui.identity import Protected
from signing.domain.contract import LoanContract
from signing.policy import POLICY
from signing.schemas import ContractView, DocumentView, SignatureBody
from signing.usecases.request_signature import SignatureRequest
from signing.wiring import wiring

routes = ApiRoutes("signing", policy=POLICY)
MAX_SIGNATURE_BYTES = 4_096


def _theirs(context: RequestContext, contract: LoanContract) -> LoanContract:
    """The contract, if this principal may do this with it."""
    context.authorise(
        Protected(
            bank_id=contract.bank_id,
            branch=contract.branch_id,
            owner_id=contract.customer_id,
        )
    )
    return contract


def _found(context: RequestContext, contract_id: str) -> LoanContract:
    return _theirs(context, wiring().contracts.get(context.principal.bank_id, contract_id))


@routes.get(
    "/contracts/{contract_id}",
    action="signing.read_contract",
    returns=ContractView,
    summary="合同信息 A contract and where it stands",
)
def read_contract(context: RequestContext, contract_id: str) -> ContractView:
    """The contract without its text."""
    return ContractView.of(_found(context, contract_id))


@routes.get(
    "/applications/{application_id}/contract",
    action="signing.read_contract",
    returns=ContractView,
    summary="申请的合同 The latest contract of an application",
)
def read_application_contract(context: RequestContext, application_id: str) -> ContractView:
    """The contract of the application's latest offer."""
    contract = wiring().contracts.current_of(context.principal.bank_id, application_id)
    return ContractView.of(_theirs(context, contract))


@routes.get(
    "/contracts/{contract_id}/document",
    action="signing.read_document",
    returns=DocumentView,
    summary="下载合同 A link to the contract's PDF, valid for five minutes",
)
def read_document(context: RequestContext, contract_id: str) -> DocumentView:
    """The sealed PDF, or before that the one to be signed."""
    return DocumentView.of(wiring().read_document(_found(context, contract_id)))


@routes.post(
    "/contracts/{contract_id}/signature",
    action="signing.sign_contract",
    body=SignatureBody,
    returns=ContractView,
    status=202,
    max_body_bytes=MAX_SIGNATURE_BYTES,
    summary="签署合同 Sign the contract whose hash is named; repeating it changes nothing",
)
def sign(context: RequestContext, body: SignatureBody, contract_id: str) -> ContractView:
    """Record the borrower's consent; the sealed PDF follows within seconds."""
    request = SignatureRequest(
        subject=context.principal.subject,
        document_sha256=body.document_sha256,
        cost_disclosure_read=body.cost_disclosure_read,
        reading_seconds=body.reading_seconds,
    )
    return ContractView.of(wiring().request_signature(_found(context, contract_id), request))


@routes.post(
    "/contracts/{contract_id}/refusal",
    action="signing.refuse_contract",
    returns=ContractView,
    summary="拒绝签署 Refuse to sign; the application closes as refused by the customer",
)
def refuse(context: RequestContext, contract_id: str) -> ContractView:
    """Say no; repeating it changes nothing."""
    return ContractView.of(wiring().refuse_contract(_found(context, contract_id)))


app = routes.app()
