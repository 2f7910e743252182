"""A draft is made once per key; strangers find nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from intake.domain.application import ApplicationStatus
from intake.domain.errors import (
    ApplicationNotFound,
    CustomerNotFound,
    IdempotencyKeyReused,
    ProductNotFound,
)
from puhui.errors import Forbidden, NotFound
from puhui.money import Money
from tests.support.intake_bank import Intake
from tests.support.intake_builders import (
    SHA,
    SOUTH,
    a_document,
    a_draft_request,
    a_grant,
    a_principal,
    an_application,
    an_upload_request,
    invoice_bytes,
    sha256,
)


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
    attempts: list[Callable[[], object]] = [
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
