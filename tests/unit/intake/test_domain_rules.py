"""The rules about customers, consents, products and documents, each by its boundary."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.consent import MAX_VALID_DAYS, check_validity, live_by_scope
from intake.domain.customer import check_customer
from intake.domain.document import check_announcement
from intake.domain.errors import (
    ApplicationNotValid,
    ConsentNotValid,
    CustomerNotValid,
    DocumentNotValid,
    ProductNotFound,
)
from intake.domain.masking import mask_name, mask_number, masked
from intake.domain.product import check_terms, product_on_sale
from puhui.china import resident_id
from puhui.errors import Unprocessable
from puhui.money import Money
from tests.support.intake_builders import (
    TODAY,
    a_consent,
    a_customer,
    a_document,
    a_product,
    an_application,
    some_personal_data,
)

WRONG_CUSTOMERS: dict[str, tuple[dict[str, Any], str]] = {
    "the bare modulus as check character": (
        {"personal": some_personal_data(uscc="91350100M000100Y4W")},
        "uscc",
    ),
    "a firm without a credit code": ({"personal": some_personal_data(uscc=None)}, "uscc"),
    "a person with a credit code": ({"kind": "person"}, "uscc"),
    "a wrong check digit": (
        {"personal": some_personal_data(legal_person_id="110105194912310021")},
        "legal_person_id",
    ),
    "a birth date that does not exist": (
        {"personal": some_personal_data(legal_person_id="110105194902300029")},
        "legal_person_id",
    ),
    "a land line": ({"personal": some_personal_data(phone="05582223334")}, "phone"),
    "an unknown region": ({"region_code": "999999"}, "region_code"),
    "an abolished region": ({"region_code": "341400"}, "region_code"),
    "an unknown industry": ({"industry_section": "Z"}, "industry_section"),
    "a firm of tomorrow": ({"established_on": TODAY + timedelta(days=1)}, "established_on"),
}


@pytest.mark.parametrize("name", WRONG_CUSTOMERS)
def test_a_customer_with_wrong_data_is_refused(name: str) -> None:
    changes, field = WRONG_CUSTOMERS[name]

    with pytest.raises(Unprocessable) as refusal:
        check_customer(a_customer(**changes), TODAY)

    assert refusal.value.field == field


def test_a_sole_proprietor_a_firm_and_a_person_are_accepted() -> None:
    firm = a_customer()
    trader = a_customer(
        kind="sole_proprietor", personal=some_personal_data(uscc="92340100MA2ABCD13K")
    )
    person = a_customer(kind="person", personal=some_personal_data(uscc=None))

    for customer in (firm, trader, person):
        check_customer(customer, TODAY)


def test_the_eighteenth_birthday_is_the_first_day_of_age() -> None:
    number = resident_id.complete("11010520101010100")
    child = a_customer(personal=some_personal_data(legal_person_id=number))

    check_customer(child, date(2028, 10, 10))

    with pytest.raises(CustomerNotValid):
        check_customer(child, date(2028, 10, 9))


def test_a_consent_is_live_on_its_first_and_on_its_last_day() -> None:
    consent = a_consent(granted_on=TODAY, expires_on=TODAY + timedelta(days=10))

    days = [TODAY + timedelta(days=n) for n in (-1, 0, 10, 11)]

    assert [consent.is_live(day) for day in days] == [False, True, True, False]


def test_a_withdrawn_consent_is_dead_on_the_same_day() -> None:
    consent = a_consent().withdraw(TODAY, "cust-user-1")

    assert not consent.is_live(TODAY)
    assert consent.withdraw(TODAY + timedelta(days=3), "other").withdrawn_on == TODAY


@pytest.mark.parametrize(
    ("expires_on", "rule"),
    [
        (TODAY - timedelta(days=1), "consent.expired"),
        (TODAY + timedelta(days=MAX_VALID_DAYS + 1), "consent.too_long"),
    ],
)
def test_a_consent_that_never_lives_or_never_ends_is_refused(expires_on: date, rule: str) -> None:
    with pytest.raises(ConsentNotValid) as refusal:
        check_validity(a_consent(expires_on=expires_on))

    assert refusal.value.rule == rule


def test_of_two_live_consents_the_longer_one_counts() -> None:
    short = a_consent(consent_id="con-short", expires_on=TODAY + timedelta(days=1))
    long = a_consent(consent_id="con-long", expires_on=TODAY + timedelta(days=9))
    dead = a_consent(consent_id="con-dead", expires_on=date(2024, 1, 1)).withdraw(TODAY, "x")

    live = live_by_scope([long, short, dead], TODAY)

    assert {scope: one.consent_id for scope, one in live.items()} == {"tax_invoice": "con-long"}


def test_the_newest_started_version_is_on_sale_even_if_an_older_one_still_runs() -> None:
    versions = [
        a_product(version=1, effective_from=date(2020, 1, 1)),
        a_product(version=2, effective_from=date(2020, 2, 1), max_amount_fen=50_000_000),
        a_product(version=3, effective_from=date(2020, 4, 1)),
    ]

    assert product_on_sale(versions, TODAY).version == 2


def test_a_product_whose_newest_version_ended_is_not_on_sale() -> None:
    versions = [
        a_product(version=1, effective_from=date(2020, 1, 1)),
        a_product(version=2, effective_from=date(2020, 2, 1), effective_to=date(2020, 2, 29)),
    ]

    with pytest.raises(ProductNotFound):
        product_on_sale(versions, TODAY)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": Money(9_999_999)}, "amount_fen"),
        ({"amount": Money(100_000_001)}, "amount_fen"),
        ({"term_months": 6}, "term_months"),
        ({"repayment_method": "BALLOON"}, "repayment_method"),
    ],
)
def test_terms_outside_the_product_are_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(ApplicationNotValid) as refusal:
        check_terms(an_application(**changes), a_product(), "firm")

    assert refusal.value.field == field


@pytest.mark.parametrize("amount_fen", [10_000_000, 100_000_000])
def test_both_ends_of_the_range_belong_to_it(amount_fen: int) -> None:
    check_terms(an_application(amount=Money(amount_fen)), a_product(), "firm")


def test_a_product_for_firms_is_not_for_persons() -> None:
    with pytest.raises(ApplicationNotValid) as refusal:
        check_terms(an_application(), a_product(), "person")

    assert refusal.value.rule == "product.customer_kind"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"product": "passport"}, "product"),
        ({"product": "business_licence"}, "content_type"),
        ({"content_type": "application/pdf"}, "content_type"),
        ({"size_bytes": 0}, "size_bytes"),
        ({"size_bytes": 32 * 1024 * 1024 + 1}, "size_bytes"),
    ],
)
def test_an_announcement_outside_its_product_is_refused(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(DocumentNotValid) as refusal:
        check_announcement(a_document(**changes))

    assert refusal.value.field == field


def test_the_largest_allowed_document_may_be_announced() -> None:
    check_announcement(a_document(size_bytes=32 * 1024 * 1024))


def test_numbers_are_masked_for_everybody_and_names_for_some() -> None:
    personal = some_personal_data()

    manager = masked(personal, {"relationship_manager"})
    auditor = masked(personal, {"auditor"})

    assert manager.phone == auditor.phone == "138****1234"
    assert manager.legal_person_id == "110***********002X"
    assert manager.payout_account == "************5678"
    assert (manager.name, auditor.name) == (personal.name, "合*********")
    assert auditor.uscc == "913***********016Q"


@given(st.text(min_size=1, max_size=40))
def test_a_mask_never_shows_the_whole(text: str) -> None:
    assert "*" in mask_name(text)
    assert "*" in mask_number(text)
    assert len(mask_number(text)) == len(text)


def test_personal_data_do_not_print() -> None:
    personal = some_personal_data()

    shown = repr(a_customer(personal=personal))

    for secret in (personal.phone, personal.legal_person_id, personal.name, personal.address):
        assert secret not in shown
