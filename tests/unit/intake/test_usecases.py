"""What intake does, and above all what it does when it happens twice, late, or by a stranger."""

from __future__ import annotations

from datetime import timedelta

import pytest

from intake.domain.application import ApplicationStatus
from intake.domain.document import DocumentStatus
from intake.domain.errors import (
    ApplicationNotFound,
    ApplicationNotValid,
    ConsentNotFound,
    ConsentWithdrawn,
    CustomerAlreadyRegistered,
    CustomerNotFound,
    IdempotencyKeyReused,
    ProductNotFound,
)
from puhui.clock import FixedBusinessCalendar
from puhui.contracts.intake import ApplicationSubmitted
from puhui.errors import Forbidden, NotFound, StaleVersion
from puhui.events import parse_event
from puhui.money import Money
from tests.support.intake_builders import (
    NORTH,
    SHA,
    SOUTH,
    TODAY,
    a_consent,
    a_customer,
    a_document,
    a_draft_request,
    a_grant,
    a_pdf,
    a_principal,
    a_product,
    a_registration,
    a_step,
    an_accepted_document,
    an_application,
    an_upload_request,
    invoice_bytes,
    sha256,
    some_personal_data,
)
from tests.support.intake_fakes import Intake


@pytest.fixture
def intake() -> Intake:
    """A bank with one product, one customer with a consent, and one accepted document."""
    intake = Intake()
    intake.products.add(NORTH, a_product())
    intake.customers.add(a_customer())
    intake.consents.add(a_consent())
    intake.documents.add(an_accepted_document())
    return intake


# --- customers -----------------------------------------------------------------------------


def test_the_same_registration_twice_is_one_customer() -> None:
    intake = Intake()

    first = intake.register_customer(a_registration())
    second = intake.register_customer(a_registration())

    assert second.customer_id == first.customer_id
    assert len(intake.customers.kept) == 1


def test_another_branch_learns_only_that_there_is_a_conflict() -> None:
    intake = Intake()
    intake.register_customer(a_registration())
    stranger = a_principal(subject="rm-2", branch="b2")

    with pytest.raises(CustomerAlreadyRegistered):
        intake.register_customer(a_registration(principal=stranger))


def test_a_known_customer_with_other_details_is_a_conflict() -> None:
    intake = Intake()
    intake.register_customer(a_registration())
    moved = some_personal_data(address="安徽省亳州市新路2号")

    with pytest.raises(CustomerAlreadyRegistered):
        intake.register_customer(a_registration(personal=moved))


def test_two_banks_may_have_the_same_customer() -> None:
    intake = Intake()

    intake.register_customer(a_registration())
    intake.register_customer(a_registration(principal=a_principal(bank_id=SOUTH)))

    assert {bank for bank, _ in intake.customers.kept} == {NORTH, SOUTH}


def test_one_legal_person_may_own_several_firms() -> None:
    intake = Intake()

    intake.register_customer(a_registration())
    other = some_personal_data(uscc="91340100MA2ABCD13N")
    intake.register_customer(a_registration(personal=other))

    assert len(intake.customers.kept) == 2


def test_a_customer_registers_under_the_id_in_the_token() -> None:
    intake = Intake()
    customer = a_principal("customer", customer_id="cust-77")

    registered = intake.register_customer(a_registration(principal=customer, branch_id="b1"))

    assert registered.customer_id == "cust-77"


def test_an_auditor_registers_nobody() -> None:
    with pytest.raises(Forbidden):
        Intake().register_customer(a_registration(principal=a_principal("auditor", branch="b1")))


# --- consents ------------------------------------------------------------------------------


def test_the_same_consent_twice_is_one_consent(intake: Intake) -> None:
    first = intake.grant_consent(a_grant(scope="credit_bureau"))
    second = intake.grant_consent(a_grant(scope="credit_bureau"))

    assert first.consent_id == second.consent_id


def test_old_evidence_does_not_revive_a_withdrawn_consent(intake: Intake) -> None:
    consent = intake.grant_consent(a_grant(scope="credit_bureau"))
    intake.withdraw_consent(a_principal(), consent.consent_id)

    with pytest.raises(ConsentWithdrawn):
        intake.grant_consent(a_grant(scope="credit_bureau"))


def test_a_withdrawal_is_told_once(intake: Intake) -> None:
    for _ in range(2):
        intake.withdraw_consent(a_principal(), "con-1")

    assert [one.name for one in intake.consents.published] == ["ConsentWithdrawn"]


def test_a_stranger_withdraws_no_consent(intake: Intake) -> None:
    with pytest.raises(ConsentNotFound):
        intake.withdraw_consent(a_principal("customer", customer_id="cust-2"), "con-1")


# --- documents -----------------------------------------------------------------------------


def test_an_upload_that_is_what_was_announced_is_accepted(intake: Intake) -> None:
    document, _ = intake.request_upload(an_upload_request())
    intake.quarantine.upload(document, invoice_bytes())

    checked = intake.check_document(NORTH, document.document_id)

    assert checked.status is DocumentStatus.ACCEPTED
    assert intake.store.kept == {f"intake/north/{document.document_id}": invoice_bytes()}
    assert not intake.quarantine.uploads


REFUSED_UPLOADS = {
    "size": (invoice_bytes(), invoice_bytes(3)),
    "sha256": (invoice_bytes(), invoice_bytes(source="synthetiC")),
    "json": (b'{"rows": NaN}', b'{"rows": NaN}'),
    "schema": (invoice_bytes(row_count=3), invoice_bytes(row_count=3)),
}


@pytest.mark.parametrize("reason", REFUSED_UPLOADS)
def test_an_upload_that_is_not_is_refused_and_nothing_leaves_quarantine(
    intake: Intake, reason: str
) -> None:
    announced, uploaded = REFUSED_UPLOADS[reason]
    intake.documents.add(a_document(announced, document_id="doc-9"))
    intake.quarantine.upload(a_document(document_id="doc-9"), uploaded)

    checked = intake.check_document(NORTH, "doc-9")

    assert (checked.status, checked.rejection) == (DocumentStatus.REJECTED, reason)
    assert not intake.store.kept
    assert not intake.quarantine.uploads


def test_a_second_delivery_changes_nothing_and_tells_nobody(intake: Intake) -> None:
    document, _ = intake.request_upload(an_upload_request())
    intake.quarantine.upload(document, invoice_bytes())

    first = intake.check_document(NORTH, document.document_id)
    second = intake.check_document(NORTH, document.document_id)

    assert second.status is first.status
    assert [one.name for one in intake.documents.published] == ["DocumentAccepted"]


def test_a_crash_after_the_copy_is_repaired_by_the_next_delivery(intake: Intake) -> None:
    document, _ = intake.request_upload(an_upload_request())
    intake.quarantine.upload(document, invoice_bytes())
    intake.store.keep(document, invoice_bytes())  # the copy was made, the verdict was not

    checked = intake.check_document(NORTH, document.document_id)

    assert checked.status is DocumentStatus.ACCEPTED
    assert len(intake.documents.published) == 1


def test_a_second_upload_over_an_accepted_document_changes_nothing(intake: Intake) -> None:
    document, _ = intake.request_upload(an_upload_request())
    intake.quarantine.upload(document, invoice_bytes())
    intake.check_document(NORTH, document.document_id)

    intake.quarantine.upload(document, b"something else")
    intake.check_document(NORTH, document.document_id)

    assert list(intake.store.kept.values()) == [invoice_bytes()]


def test_a_scan_is_judged_by_its_bytes(intake: Intake) -> None:
    body = b"MZ" + a_pdf()
    scan = a_document(
        body, document_id="doc-9", product="business_licence", content_type="application/pdf"
    )
    intake.documents.add(scan)
    intake.quarantine.upload(scan, body)

    checked = intake.check_document(NORTH, "doc-9")

    assert checked.rejection == "content_type"


# --- applications --------------------------------------------------------------------------


def test_the_same_request_twice_is_one_draft(intake: Intake) -> None:
    first = intake.draft_application(a_draft_request())
    second = intake.draft_application(a_draft_request())

    assert first.application_id == second.application_id
    assert len(intake.applications.kept) == 1


def test_the_same_key_with_another_amount_is_a_conflict(intake: Intake) -> None:
    intake.draft_application(a_draft_request())

    with pytest.raises(IdempotencyKeyReused) as refusal:
        intake.draft_application(a_draft_request(amount=Money(20_000_000)))

    assert refusal.value.field == "Idempotency-Key"


def test_two_people_may_use_the_same_key(intake: Intake) -> None:
    intake.draft_application(a_draft_request())
    intake.draft_application(a_draft_request(principal=a_principal(subject="rm-9")))

    assert len(intake.applications.kept) == 2


def test_a_replay_after_submission_answers_with_the_application_as_it_is_now(
    intake: Intake,
) -> None:
    draft = intake.draft_application(a_draft_request())
    intake.submit_application(a_principal(), draft.application_id)

    replay = intake.draft_application(a_draft_request())

    assert replay.status is ApplicationStatus.SUBMITTED


def test_an_unknown_product_is_named_as_the_fault(intake: Intake) -> None:
    with pytest.raises(ProductNotFound) as refusal:
        intake.draft_application(a_draft_request(product_code="no-such"))

    assert refusal.value.field == "product_code"


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


def test_two_submissions_at_once_are_one(intake: Intake) -> None:
    draft = intake.draft_application(a_draft_request())
    intake.submit_application(a_principal(), draft.application_id)
    late = a_draft_as_it_was(intake, draft.application_id)

    answer = late.submit_application(a_principal(), draft.application_id)

    assert answer.status is ApplicationStatus.SUBMITTED
    assert len(intake.applications.published) == 1


def a_draft_as_it_was(intake: Intake, application_id: str) -> Intake:
    """The same bank as seen by a request that read the draft before it was submitted."""
    current = intake.applications.get
    draft = an_application(application_id=application_id, version=1)
    reads = iter([lambda *_: draft])
    intake.applications.get = (  # type: ignore[method-assign]
        lambda bank, one: next(reads, current)(bank, one)
    )
    return intake


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
    object.__setattr__(intake.submit_application, "calendar", later)


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


# --- who may see what ----------------------------------------------------------------------

STRANGERS = {
    "another customer": a_principal("customer", customer_id="cust-2"),
    "another branch": a_principal(branch="b2"),
    "another bank": a_principal(bank_id=SOUTH),
    "another bank's admin": a_principal("admin", bank_id=SOUTH),
    "an approver of another branch": a_principal("approver", branch="b2"),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_finds_nothing_anywhere(intake: Intake, name: str) -> None:
    draft = intake.draft_application(a_draft_request())
    stranger = STRANGERS[name]
    attempts = [
        lambda: intake.grant_consent(a_grant(principal=stranger)),
        lambda: intake.request_upload(an_upload_request(principal=stranger)),
        lambda: intake.draft_application(a_draft_request(principal=stranger)),
        lambda: intake.submit_application(stranger, draft.application_id),
        lambda: intake.withdraw_application(stranger, draft.application_id),
        lambda: intake.withdraw_consent(stranger, "con-1"),
    ]

    for attempt in attempts:
        with pytest.raises((NotFound, Forbidden)) as refusal:
            attempt()
        if isinstance(refusal.value, Forbidden):
            assert not stranger.roles & {"customer", "relationship_manager"}


def test_not_yours_and_not_there_read_the_same(intake: Intake) -> None:
    draft = intake.draft_application(a_draft_request())
    stranger = STRANGERS["another customer"]

    answers = []
    for application_id in (draft.application_id, "app-nobody-has"):
        with pytest.raises(ApplicationNotFound) as refusal:
            intake.submit_application(stranger, application_id)
        answers.append((refusal.value.message, refusal.value.field, refusal.value.rule))

    assert answers[0] == answers[1]


def test_each_person_lists_what_is_theirs(intake: Intake) -> None:
    for n, (branch, customer) in enumerate([("b1", "cust-1"), ("b1", "cust-2"), ("b2", "cust-3")]):
        intake.applications.add(
            an_application(application_id=f"app-{n}", branch_id=branch, customer_id=customer)
        )
    people = {
        "customer": a_principal("customer"),
        "manager": a_principal(),
        "branch approver": a_principal("approver", branch="b2"),
        "auditor": a_principal("auditor"),
        "other bank": a_principal("auditor", bank_id=SOUTH),
    }

    seen = {
        name: sorted(
            one.application_id for one in intake.list_applications(who, 10, None).applications
        )
        for name, who in people.items()
    }

    assert seen == {
        "customer": ["app-0"],
        "manager": ["app-0", "app-1"],
        "branch approver": ["app-2"],
        "auditor": ["app-0", "app-1", "app-2"],
        "other bank": [],
    }


def test_a_manager_without_a_branch_lists_nothing(intake: Intake) -> None:
    with pytest.raises(Forbidden):
        intake.list_applications(a_principal(branch=None), 10, None)


def test_a_subject_that_is_no_id_makes_nothing(intake: Intake) -> None:
    odd = a_principal(subject="auth0|12 34")

    with pytest.raises(Forbidden):
        intake.draft_application(a_draft_request(principal=odd))


def test_a_customer_of_the_same_bank_is_not_found_by_another(intake: Intake) -> None:
    with pytest.raises(CustomerNotFound):
        intake.grant_consent(a_grant(principal=STRANGERS["another customer"], evidence_sha256=SHA))


def test_the_announced_hash_is_the_hash_of_the_bytes() -> None:
    assert a_document().sha256 == sha256(invoice_bytes())
