"""Customers and consents: the fake and the table keep the same promises."""

from __future__ import annotations

from datetime import date, timedelta

import boto3
import pytest

from intake.domain.errors import (
    ConsentNotFound,
    CustomerAlreadyRegistered,
    CustomerNotFound,
)
from puhui.errors import StaleVersion
from tests.support.aws import scan_text
from tests.support.intake_aws import TABLE, intake_on_aws
from tests.support.intake_builders import (
    NORTH,
    SOUTH,
    TODAY,
    a_consent,
    a_customer,
    a_document,
    some_personal_data,
)
from tests.support.intake_ports import Ports, an_envelope, on_aws


def test_a_customer_comes_back_as_it_was(ports: Ports) -> None:
    ports.customers.add(a_customer())

    assert ports.customers.get(NORTH, "cust-1") == a_customer(version=1)


def test_an_identity_is_held_once(ports: Ports) -> None:
    ports.customers.add(a_customer())

    with pytest.raises(CustomerAlreadyRegistered):
        ports.customers.add(a_customer(customer_id="cust-2"))

    with pytest.raises(CustomerNotFound):
        ports.customers.get(NORTH, "cust-2")


def test_an_id_is_held_once(ports: Ports) -> None:
    ports.customers.add(a_customer())
    other = a_customer(personal=some_personal_data(uscc="91340100MA2ABCD13N"))

    with pytest.raises(CustomerAlreadyRegistered):
        ports.customers.add(other)

    with pytest.raises(CustomerNotFound):
        ports.customers.with_identity_of(other)


def test_a_customer_is_found_by_identity(ports: Ports) -> None:
    ports.customers.add(a_customer())

    found = ports.customers.with_identity_of(a_customer(customer_id="whoever"))

    assert found.customer_id == "cust-1"


def test_another_bank_s_customer_does_not_exist(ports: Ports) -> None:
    ports.customers.add(a_customer())

    with pytest.raises(CustomerNotFound):
        ports.customers.get(SOUTH, "cust-1")
    with pytest.raises(CustomerNotFound):
        ports.customers.file(SOUTH, "cust-1")
    with pytest.raises(CustomerNotFound):
        ports.customers.with_identity_of(a_customer(bank_id=SOUTH))


def test_a_file_holds_the_customer_and_exactly_its_consents(ports: Ports) -> None:
    ports.customers.add(a_customer())
    ports.consents.add(a_consent())
    ports.consents.add(a_consent(consent_id="con-2", scope="credit_bureau"))
    ports.consents.add(a_consent(consent_id="con-3", customer_id="cust-10"))

    file = ports.customers.file(NORTH, "cust-1")

    assert file.customer.customer_id == "cust-1"
    assert sorted(one.consent_id for one in file.consents) == ["con-1", "con-2"]


def test_a_consent_comes_back_by_its_own_id(ports: Ports) -> None:
    ports.consents.add(a_consent())

    assert ports.consents.get(NORTH, "con-1") == a_consent(version=1)
    with pytest.raises(ConsentNotFound):
        ports.consents.get(SOUTH, "con-1")


def test_a_consent_added_twice_stays_as_it_is(ports: Ports) -> None:
    ports.consents.add(a_consent())
    withdrawn = ports.consents.get(NORTH, "con-1").withdraw(TODAY, "x")
    ports.consents.save(withdrawn, ())

    ports.consents.add(a_consent())

    assert ports.consents.get(NORTH, "con-1").withdrawn_on == TODAY


def test_a_stale_consent_is_refused_with_its_event(ports: Ports) -> None:
    ports.consents.add(a_consent())
    old = ports.consents.get(NORTH, "con-1")
    ports.consents.save(old.withdraw(TODAY, "x"), ())

    with pytest.raises(StaleVersion):
        ports.consents.save(old.withdraw(TODAY, "y"), (an_envelope(),))

    assert ports.published() == []


def test_no_personal_data_lie_in_the_table_in_clear() -> None:
    personal = some_personal_data()
    with intake_on_aws():
        ports = on_aws()
        ports.customers.add(a_customer(personal=personal))
        ports.documents.add(a_document(file_name="测试人甲的身份证.pdf"))

        raw = scan_text(TABLE)

    for secret in (
        personal.name,
        str(personal.uscc),
        personal.legal_person_name,
        personal.legal_person_id,
        personal.phone,
        personal.address,
        personal.payout_account,
        "身份证",
    ):
        assert secret not in raw


def test_a_ciphertext_moved_to_another_customer_does_not_open() -> None:
    with intake_on_aws():
        ports = on_aws()
        ports.customers.add(a_customer())
        other = some_personal_data(uscc="91340100MA2ABCD13N", phone="13900009999")
        ports.customers.add(a_customer(customer_id="cust-2", personal=other))
        table = boto3.resource("dynamodb").Table(TABLE)
        keys = [{"pk": f"BANK#north#CUSTOMER#cust-{n}", "sk": "CUSTOMER"} for n in (1, 2)]
        stolen = table.get_item(Key=keys[1])["Item"]["personal"]
        table.update_item(
            Key=keys[0],
            UpdateExpression="SET personal = :stolen",
            ExpressionAttributeValues={":stolen": stolen},
        )

        with pytest.raises(Exception, match="ciphertext") as refusal:
            ports.customers.get(NORTH, "cust-1")

    assert type(refusal.value).__name__ == "SealBroken"


def test_a_date_of_the_business_calendar_survives_the_table(ports: Ports) -> None:
    ports.consents.add(a_consent(granted_on=date(2020, 2, 29), expires_on=date(2024, 2, 29)))

    consent = ports.consents.get(NORTH, "con-1")

    assert (consent.granted_on, consent.expires_on) == (date(2020, 2, 29), date(2024, 2, 29))


def test_refusals_are_counted_by_bank_person_and_day(ports: Ports) -> None:
    for _ in range(3):
        ports.refusals.note(NORTH, "rm-1", TODAY)
    ports.refusals.note(NORTH, "rm-2", TODAY)

    counts = [
        ports.refusals.count(NORTH, "rm-1", TODAY),
        ports.refusals.count(NORTH, "rm-2", TODAY),
        ports.refusals.count(NORTH, "rm-1", TODAY + timedelta(days=1)),
        ports.refusals.count(SOUTH, "rm-1", TODAY),
    ]

    assert counts == [3, 1, 0, 0]
