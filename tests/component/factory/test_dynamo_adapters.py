"""The factory's table: the same behaviour as the fakes, plus what only the table can do wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Barrier, Thread

import boto3
import pytest

from factory.adapters.dynamo_applications import DynamoApplications, application_pk
from factory.adapters.dynamo_limits import DynamoLimits
from factory.adapters.dynamo_payments import DynamoPayments
from factory.adapters.rows import ROWS, ApplicationRow
from factory.domain.errors import (
    ApplicationNotFound,
    ApplicationWithdrawn,
    LimitExceeded,
    PaymentNotFound,
    TermsChanged,
)
from factory.domain.offer import Offer, terms_sha256
from factory.domain.payment import PaymentIntent, PaymentState
from factory.ports import Applications, Limits, Occupation, Payments
from puhui.clock import UTC, FixedClock
from puhui.contracts.settlement import CN_DEFAULT
from puhui.dynamodb import FieldCipher, bind_table
from puhui.errors import Conflict, StaleVersion
from puhui.money import Money
from puhui.tenancy import bank_id
from tests.support.aws import aws, create_key, create_table, scan_text
from tests.support.factory_builders import (
    NORTH,
    a_confirmation,
    a_quote,
    a_submission,
    an_application,
)
from tests.support.factory_fakes import InMemoryApplications, InMemoryLimits, InMemoryPayments

TABLE = "puhui-test-factory-table"
TERMS = terms_sha256("app-1", a_quote())


@dataclass
class Stores:
    """The three ports over one technology."""

    applications: Applications
    limits: Limits
    payments: Payments


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "memory":
        applications = InMemoryApplications()
        yield Stores(applications, InMemoryLimits(applications), InMemoryPayments())
        return
    with aws():
        create_table(TABLE, [("by_customer", "gsi1pk", "gsi1sk")])
        bind_table(TABLE, *ROWS)
        cipher = FieldCipher(boto3.client("kms"), create_key())
        clock = FixedClock(datetime(2020, 3, 1, tzinfo=UTC))
        yield Stores(DynamoApplications(cipher, clock), DynamoLimits(), DynamoPayments())


def accept(stores: Stores) -> None:
    """An application whose offer is accepted."""
    stores.applications.add(an_application())
    offer = Offer(
        offer_id="off-1",
        decision_id="dec-1",
        quote=a_quote(),
        terms_sha256=TERMS,
        task_token="very-secret-token",
        answer="accepted",
        reading_seconds=15,
        shown_at=a_confirmation().shown_at,
        confirmation=a_confirmation(),
    )
    application = stores.applications.get(NORTH, "app-1").make(offer).answer(offer)
    stores.applications.save(application, [application.progressed("offer")])


def an_occupation(**changes: object) -> Occupation:
    return Occupation(
        **{  # type: ignore[arg-type]
            "bank_id": NORTH,
            "application_id": "app-1",
            "customer_id": "cus-1",
            "disbursement_id": "dsb-1",
            "amount": Money(30_000_000),
            "limit": Money(50_000_000),
            "terms_sha256": TERMS,
            "contract_id": "con-1",
            **changes,
        }
    )


def an_intent(**changes: object) -> PaymentIntent:
    return PaymentIntent(
        **{  # type: ignore[arg-type]
            "bank_id": NORTH,
            "application_id": "app-1",
            "serial_no": "dsb-1",
            "amount": Money(30_000_000),
            **changes,
        }
    )


def test_an_application_comes_back_as_it_was_kept(stores: Stores) -> None:
    accept(stores)

    found = stores.applications.get(NORTH, "app-1")

    assert found.submission == a_submission()
    assert found.offer is not None
    assert found.offer.task_token == "very-secret-token"
    assert found.offer.quote == a_quote()
    assert (found.offer.reading_seconds, found.offer.shown_at, found.offer.confirmation) == (
        15,
        a_confirmation().shown_at,
        a_confirmation(),
    )


def test_a_closed_application_comes_back_with_its_reasons(stores: Stores) -> None:
    stores.applications.add(an_application())
    closed = stores.applications.get(NORTH, "app-1").close("declined", (), None)

    stores.applications.save(closed)

    assert stores.applications.get(NORTH, "app-1").outcome == "declined"
    assert stores.applications.open_of_customer(NORTH, "cus-1") == []


def test_the_second_delivery_is_told_that_it_is_one(stores: Stores) -> None:
    assert stores.applications.add(an_application()) is True
    assert stores.applications.add(an_application()) is False


def test_an_application_of_another_bank_is_not_found(stores: Stores) -> None:
    stores.applications.add(an_application())

    with pytest.raises(ApplicationNotFound):
        stores.applications.get(bank_id("south"), "app-1")


def test_a_stale_change_is_refused(stores: Stores) -> None:
    stores.applications.add(an_application())
    first = stores.applications.get(NORTH, "app-1")
    stores.applications.save(first.withdraw())

    with pytest.raises(StaleVersion):
        stores.applications.save(first.check())


def test_open_applications_are_found_by_customer_and_bank(stores: Stores) -> None:
    stores.applications.add(an_application())
    stores.applications.add(an_application(submission=a_submission(application_id="app-2")))
    stores.applications.add(
        an_application(submission=a_submission(application_id="app-3", customer_id="cus-2"))
    )

    found = stores.applications.open_of_customer(NORTH, "cus-1")

    assert {one.application_id for one in found} == {"app-1", "app-2"}
    assert stores.applications.open_of_customer(bank_id("south"), "cus-1") == []


def test_occupying_twice_occupies_once_and_releasing_gives_back_once(stores: Stores) -> None:
    accept(stores)
    stores.limits.occupy(an_occupation())

    stores.limits.occupy(an_occupation())

    assert stores.limits.release(NORTH, "cus-1", "dsb-1") is True
    assert stores.limits.release(NORTH, "cus-1", "dsb-1") is False
    assert stores.limits.release(NORTH, "cus-1", "dsb-unknown") is False


def test_the_limit_is_never_passed(stores: Stores) -> None:
    accept(stores)
    stores.limits.occupy(an_occupation())

    with pytest.raises(LimitExceeded):
        stores.limits.occupy(an_occupation(disbursement_id="dsb-2"))


def test_other_terms_than_those_accepted_occupy_nothing(stores: Stores) -> None:
    accept(stores)

    with pytest.raises(TermsChanged):
        stores.limits.occupy(an_occupation(terms_sha256="b" * 64))


def test_a_withdrawn_application_occupies_nothing(stores: Stores) -> None:
    accept(stores)
    stores.applications.save(stores.applications.get(NORTH, "app-1").withdraw())

    with pytest.raises(ApplicationWithdrawn):
        stores.limits.occupy(an_occupation())


def test_a_payment_is_opened_once_and_learns_its_outcome(stores: Stores) -> None:
    first, is_new = stores.payments.open(an_intent())
    stores.payments.save(first.learn(PaymentState.CONFIRMED, "ref-1"))

    again, is_new_again = stores.payments.open(an_intent())

    assert (is_new, is_new_again) == (True, False)
    assert (again.state, again.bank_reference) == (PaymentState.CONFIRMED, "ref-1")


def test_a_payment_of_another_amount_under_the_same_number_is_a_conflict(stores: Stores) -> None:
    stores.payments.open(an_intent())

    with pytest.raises(Conflict) as refused:
        stores.payments.open(an_intent(amount=Money(1)))
    assert refused.value.field == "amount_fen"


def test_an_unknown_payment_is_not_found(stores: Stores) -> None:
    with pytest.raises(PaymentNotFound):
        stores.payments.get(NORTH, "app-1", "dsb-1")


def test_two_learners_do_not_overwrite_each_other(stores: Stores) -> None:
    intent, _ = stores.payments.open(an_intent())
    stores.payments.save(intent.learn(PaymentState.CONFIRMED, "ref-1"))

    with pytest.raises(StaleVersion):
        stores.payments.save(replace(intent, state=PaymentState.REJECTED))


@pytest.fixture
def table() -> Iterator[Stores]:
    with aws():
        create_table(TABLE, [("by_customer", "gsi1pk", "gsi1sk")])
        bind_table(TABLE, *ROWS)
        cipher = FieldCipher(boto3.client("kms"), create_key())
        clock = FixedClock(datetime(2020, 3, 1, tzinfo=UTC))
        yield Stores(DynamoApplications(cipher, clock), DynamoLimits(), DynamoPayments())


def test_an_offer_kept_before_there_were_disclosures_comes_back_unread(table: Stores) -> None:
    accept(table)
    row = ApplicationRow.get(application_pk(NORTH, "app-1"), "APPLICATION")
    kept = json.loads(row.offer)
    for later in ("reading_seconds", "shown_at", "confirmation"):
        del kept[later]
    for later in ("disclosure", "disclosure_sha256", "settlement"):
        del kept["quote"][later]
    row.offer = json.dumps(kept)
    row.save()

    offer = table.applications.get(NORTH, "app-1").offer

    assert offer is not None
    assert (offer.shown_at, offer.confirmation, offer.quote.disclosure) == (None, None, None)
    assert offer.quote.settlement == CN_DEFAULT


def test_the_task_token_is_not_readable_in_the_table(table: Stores) -> None:
    accept(table)

    assert "very-secret-token" not in scan_text(TABLE)


def test_a_change_and_its_event_are_written_together(table: Stores) -> None:
    accept(table)

    assert "ApplicationProgressed" in scan_text(TABLE)


def test_racing_claims_never_pass_the_limit(table: Stores) -> None:
    accept(table)
    barrier, outcomes = Barrier(8), []

    def claim(number: int) -> None:
        barrier.wait()
        try:
            table.limits.occupy(
                an_occupation(disbursement_id=f"dsb-{number}", amount=Money(20_000_000))
            )
            outcomes.append("occupied")
        except (LimitExceeded, StaleVersion):
            outcomes.append("refused")

    racers = [Thread(target=claim, args=(number,)) for number in range(8)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert outcomes.count("occupied") <= 2
    assert len(outcomes) == 8
