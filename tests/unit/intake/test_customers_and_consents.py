"""Customers exist once, consents live and die once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from intake.domain.consent import Consent
from intake.domain.customer import Customer
from intake.domain.errors import (
    ConsentNotFound,
    ConsentWithdrawn,
    CustomerAlreadyRegistered,
    TooManyRefusals,
)
from intake.usecases.register_customer import MAX_REFUSALS_PER_DAY
from puhui.errors import Forbidden, UpstreamUnavailable
from tests.support.intake_bank import Intake
from tests.support.intake_builders import (
    NORTH,
    SOUTH,
    TODAY,
    a_consent,
    a_customer,
    a_grant,
    a_principal,
    a_registration,
    some_personal_data,
)


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


def test_whoever_tries_many_identities_is_stopped_before_the_answer(intake: Intake) -> None:
    prober = a_principal(subject="rm-2", branch="b2")
    known, unknown = some_personal_data(), some_personal_data(uscc="91340100MA2ABCD13N")

    for _ in range(MAX_REFUSALS_PER_DAY):
        with pytest.raises(CustomerAlreadyRegistered):
            intake.register_customer(a_registration(principal=prober, personal=known))

    for personal in (known, unknown):
        with pytest.raises(TooManyRefusals):
            intake.register_customer(a_registration(principal=prober, personal=personal))
    intake.clock.advance(timedelta(days=1))
    intake.register_customer(a_registration(principal=prober, personal=unknown))


def test_repeating_an_own_registration_is_no_refusal(intake: Intake) -> None:
    for _ in range(MAX_REFUSALS_PER_DAY + 1):
        intake.register_customer(a_registration())

    assert not intake.refusals.counts


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


def test_a_granted_consent_is_registered_where_external_data_looks(intake: Intake) -> None:
    consent = intake.grant_consent(a_grant(scope="credit_bureau"))

    assert intake.registry.live == {(NORTH, consent.consent_id): True}


def test_a_grant_that_could_not_be_registered_is_completed_by_repeating_it(intake: Intake) -> None:
    intake.registry.answers = False
    with pytest.raises(UpstreamUnavailable):
        intake.grant_consent(a_grant(scope="credit_bureau"))
    intake.registry.answers = True

    consent = intake.grant_consent(a_grant(scope="credit_bureau"))

    assert intake.registry.live == {(NORTH, consent.consent_id): True}


def test_a_consent_from_before_the_registry_is_registered_by_granting_it_again(
    intake: Intake,
) -> None:
    granted = intake.grant_consent(a_grant(scope="credit_bureau"))
    intake.registry.live.clear()

    again = intake.grant_consent(a_grant(scope="credit_bureau"))

    assert again == intake.consents.get(NORTH, granted.consent_id)
    assert intake.registry.live == {(NORTH, granted.consent_id): True}


def test_a_withdrawal_ends_the_use_before_it_is_on_record(intake: Intake) -> None:
    def not_yet_recorded(consent: Consent, customer: Customer) -> None:
        assert consent.withdrawn_on == TODAY
        assert intake.consents.get(NORTH, "con-1").withdrawn_on is None
        assert intake.consents.published == []

    intake.registry.heard = not_yet_recorded

    intake.withdraw_consent(a_principal(), "con-1")

    assert intake.registry.live == {(NORTH, "con-1"): False}


def test_a_withdrawal_that_external_data_did_not_hear_is_not_recorded(intake: Intake) -> None:
    intake.registry.answers = False

    with pytest.raises(UpstreamUnavailable):
        intake.withdraw_consent(a_principal(), "con-1")

    assert intake.consents.get(NORTH, "con-1").withdrawn_on is None
    assert intake.consents.published == []


def test_a_withdrawal_that_was_not_recorded_is_finished_by_repeating_it(intake: Intake) -> None:
    intake.registry.tell(a_consent(withdrawn_on=TODAY), a_customer())

    withdrawn = intake.withdraw_consent(a_principal(), "con-1")

    assert withdrawn.withdrawn_on == TODAY
    assert intake.registry.live == {(NORTH, "con-1"): False}
    assert [one.name for one in intake.consents.published] == ["ConsentWithdrawn"]
