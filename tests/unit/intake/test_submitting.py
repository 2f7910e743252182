"""A submission checks everything again, and tells the factory once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from intake.domain.application import ApplicationStatus, LoanApplication
from intake.domain.document import DocumentStatus
from intake.domain.errors import (
    ApplicationNotValid,
)
from puhui.clock import FixedBusinessCalendar
from puhui.contracts.intake import ApplicationSubmitted
from puhui.errors import StaleVersion
from puhui.events import parse_event
from puhui.tenancy import BankId
from tests.support.intake_bank import Intake
from tests.support.intake_builders import (
    NORTH,
    TODAY,
    a_document,
    a_draft_request,
    a_principal,
    a_product,
    a_step,
    an_accepted_document,
    an_application,
)
from tests.support.intake_fakes import InMemoryApplications


def test_a_submission_tells_the_factory_everything_and_the_party_only_sealed(
    intake: Intake,
) -> None:
    draft = intake.draft_application(a_draft_request())

    submitted = intake.submit_application(a_principal(), draft.application_id)

    (envelope,) = intake.applications.published
    event = parse_event(ApplicationSubmitted, envelope)
    assert submitted.status is ApplicationStatus.SUBMITTED
    assert (event.amount_fen, event.submitted_on) == (30_000_000, TODAY)
    assert [one.scope for one in event.consents] == ["tax_invoice"]
    assert event.documents[0].key == "intake/north/doc-1"
    assert event.relationship_manager_id == "rm-1"
    assert intake.parties.sealed[0][1:] == (NORTH, draft.application_id)
    text = envelope.to_json()
    for secret in ("测试人甲", "13800001234", "11010519491231002X", "合成测试商贸有限公司"):
        assert secret not in text


def test_submitting_twice_tells_the_factory_once(intake: Intake) -> None:
    draft = intake.draft_application(a_draft_request())

    for _ in range(2):
        intake.submit_application(a_principal(), draft.application_id)

    assert len(intake.applications.published) == 1


@dataclass
class ReadTooEarly:
    """Applications whose first answer is the draft as it was before somebody submitted it."""

    real: InMemoryApplications
    early: LoanApplication | None = None

    def get(self, bank_id: BankId, application_id: str) -> LoanApplication:
        early, self.early = self.early, None
        return early or self.real.get(bank_id, application_id)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


def test_two_submissions_at_once_are_one(intake: Intake) -> None:
    draft = intake.draft_application(a_draft_request())
    early = intake.applications.get(NORTH, draft.application_id)
    intake.submit_application(a_principal(), draft.application_id)
    applications = ReadTooEarly(intake.applications, early)
    second = replace(intake.submit_application, applications=applications)

    answer = second(a_principal(), draft.application_id)

    assert answer.status is ApplicationStatus.SUBMITTED
    assert len(intake.applications.published) == 1


def test_a_save_of_an_old_version_is_refused(intake: Intake) -> None:
    intake.applications.add(an_application())
    old = intake.applications.get(NORTH, "app-1")
    intake.applications.save(old)

    with pytest.raises(StaleVersion):
        intake.applications.save(old)


def _without_consent(intake: Intake) -> None:
    intake.consents.kept.clear()


def _with_withdrawn_consent(intake: Intake) -> None:
    intake.withdraw_consent(a_principal(), "con-1")


def _a_year_later(intake: Intake) -> None:
    later = FixedBusinessCalendar(TODAY + timedelta(days=366))
    intake.submit_application = replace(intake.submit_application, calendar=later)


def _with_a_rejected_document(intake: Intake) -> None:
    known = intake.documents.kept.pop((NORTH, "doc-1"))
    assert known.status is DocumentStatus.ACCEPTED
    intake.documents.add(a_document().reject("schema", intake.clock.now()))


def _without_document(intake: Intake) -> None:
    intake.documents.kept.clear()


def _with_a_stranger_s_document(intake: Intake) -> None:
    intake.documents.kept.clear()
    intake.documents.add(an_accepted_document(customer_id="cust-2"))


def _with_a_smaller_product(intake: Intake) -> None:
    intake.products.add(NORTH, a_product(version=2, max_amount_fen=20_000_000))


SPOILED = {
    "consents.live": (_without_consent, _with_withdrawn_consent, _a_year_later),
    "documents.accepted": (_with_a_rejected_document,),
    "documents.known": (_without_document, _with_a_stranger_s_document),
    "product.amount": (_with_a_smaller_product,),
}


@pytest.mark.parametrize(
    ("rule", "spoil"), [(rule, spoil) for rule, spoils in SPOILED.items() for spoil in spoils]
)
def test_a_submission_checks_again_what_held_for_the_draft(
    intake: Intake, rule: str, spoil: object
) -> None:
    draft = intake.draft_application(a_draft_request())
    assert callable(spoil)
    spoil(intake)

    with pytest.raises(ApplicationNotValid) as refusal:
        intake.submit_application(a_principal(), draft.application_id)

    assert refusal.value.rule == rule
    assert not intake.applications.published


def test_two_invoice_documents_contradict_each_other(intake: Intake) -> None:
    intake.documents.add(an_accepted_document(document_id="doc-2"))
    request = a_draft_request(document_ids=("doc-1", "doc-2"))
    draft = intake.draft_application(request)

    with pytest.raises(ApplicationNotValid) as refusal:
        intake.submit_application(a_principal(), draft.application_id)

    assert refusal.value.rule == "documents.one_per_fact"


def test_withdrawing_a_draft_is_nobody_else_s_business(intake: Intake) -> None:
    draft = intake.draft_application(a_draft_request())

    intake.withdraw_application(a_principal(), draft.application_id)

    assert not intake.applications.published


def test_withdrawing_twice_is_told_once(intake: Intake) -> None:
    draft = intake.draft_application(a_draft_request())
    intake.submit_application(a_principal(), draft.application_id)

    for _ in range(2):
        intake.withdraw_application(a_principal(), draft.application_id)

    names = [one.name for one in intake.applications.published]
    assert names == ["ApplicationSubmitted", "ApplicationWithdrawn"]


def test_a_report_about_somebody_else_s_application_is_passed_over(intake: Intake) -> None:
    assert intake.follow_application(NORTH, "app-of-the-factory", a_step()) is False
