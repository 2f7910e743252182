"""Station "Check intake" (进件检查)."""

from __future__ import annotations

from typing import Any

from factory.domain.application import LoanApplication
from factory.payloads import CheckedApplication, IntakeCheckedView, StepPayload
from factory.wiring import wiring
from puhui.observability import instrument
from puhui.tenancy import bank_id


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, check, encode."""
    payload = StepPayload.model_validate(event)
    checked = wiring().check_intake(bank_id(payload.bank_id), payload.application_id)
    description, application = checked.description, checked.application
    offer = application.offer
    return IntakeCheckedView(
        accepted=not checked.reasons,
        reasons=checked.reasons,
        business_date=checked.business_date,
        bank_name=None if description is None else description.bank.name,
        attempt=application.attempt,
        disbursement_id=application.disbursement_id,
        resume_at="payment" if application.resumes_at_payment else "start",
        quote=None if offer is None else offer.quote,
        terms_sha256=None if offer is None else offer.terms_sha256,
        contract_id=application.contract_id,
        application=_view(application),
        product=None if description is None else description.product,
    ).model_dump(mode="json")


def _view(application: LoanApplication) -> CheckedApplication:
    submission = application.submission
    return CheckedApplication(
        branch_id=submission.branch_id,
        customer_id=submission.customer_id,
        customer_kind=submission.customer_kind,
        maker_id=submission.relationship_manager_id,
        amount_fen=submission.amount_fen,
        term_months=submission.term_months,
        repayment_method=submission.repayment_method,
        product_code=submission.product_code,
        purpose=submission.purpose,
        region_code=submission.region_code,
        industry_section=submission.industry_section,
        established_on=submission.established_on,
        party_sealed=submission.party_sealed,
        consent_ids=tuple(consent.consent_id for consent in submission.consents),
    )
