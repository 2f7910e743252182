"""What collectors do, night after night and day by day, each effect once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from puhui.clock import FixedBusinessCalendar, FixedClock
from puhui.money import Money
from servicing.domain.account.position import LoanStatus
from servicing.domain.classification.facts import DebtorLoan
from servicing.domain.collections.contacts import Channel, Contact, Outcome
from servicing.domain.collections.errors import (
    ContactRefused,
    KeyStandsForAnother,
    StopNotFound,
)
from servicing.domain.collections.file import CollectionFile
from servicing.domain.collections.promises import Promise, PromiseState
from servicing.domain.collections.stops import StopKind
from servicing.domain.collections.strategy import Grade
from servicing.domain.errors import LoanNotFound
from servicing.usecases.name_third_person import NameThirdPerson, NameThirdPersonCommand
from servicing.usecases.record_contact import RecordContact, RecordContactCommand
from servicing.usecases.review_collection import ReviewCollection
from servicing.usecases.stop_collection import ResumeCommand, StopCollection, StopCommand
from servicing.usecases.take_promise import TakePromise, TakePromiseCommand
from tests.support.classification import DAY, InMemoryDebtors
from tests.support.collections_fakes import (
    NOON,
    InMemoryCollectionFiles,
    SpokenScore,
    a_late_loan,
)
from tests.support.servicing import NORTH, SOUTH


@dataclass
class Office:
    """The use cases over one memory."""

    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))
    debtors: InMemoryDebtors = field(default_factory=InMemoryDebtors)
    score: SpokenScore = field(default_factory=SpokenScore)
    files: InMemoryCollectionFiles = field(
        default_factory=lambda: InMemoryCollectionFiles(FixedClock(NOON))
    )

    def has(self, *loans: DebtorLoan) -> None:
        """The debtor's loans from now on."""
        self.debtors.loans[NORTH, "cus-1"] = list(loans)

    def review(self, day: date = DAY) -> CollectionFile | None:
        """A night."""
        return ReviewCollection(self.debtors, self.score, self.files)(NORTH, "cus-1", day)

    def contact(self, key: str = "k1", **changes: Any) -> Contact:
        """A collector calls."""
        values: dict[str, Any] = {
            "bank_id": NORTH,
            "debtor_id": "cus-1",
            "loan_id": "loan-1",
            "by": "collector-1",
            "key": key,
            "channel": Channel.CALL,
            "outcome": Outcome.NO_ANSWER,
        }
        record = RecordContact(self.debtors, self.files, self.clock, FixedBusinessCalendar(DAY))
        return record(RecordContactCommand(**values | changes))

    def promise(self, key: str = "k1", **changes: Any) -> Promise:
        """The debtor promises."""
        values: dict[str, Any] = {
            "bank_id": NORTH,
            "debtor_id": "cus-1",
            "loan_id": "loan-1",
            "by": "collector-1",
            "key": key,
            "amount": Money(500_000),
            "promised_for": DAY + timedelta(days=7),
        }
        take = TakePromise(self.debtors, self.files, FixedBusinessCalendar(DAY))
        return take(TakePromiseCommand(**values | changes))

    @property
    def file(self) -> CollectionFile:
        """The debtor's file."""
        found = self.files.find(NORTH, "cus-1")
        assert found is not None
        return found


@pytest.fixture
def office() -> Office:
    made = Office()
    made.has(a_late_loan(40))
    made.review()
    return made


def a_stop(kind: StopKind = StopKind.COMPLAINT, **changes: Any) -> StopCommand:
    values: dict[str, Any] = {
        "bank_id": NORTH,
        "debtor_id": "cus-1",
        "branch_id": "b1",
        "loan_id": "loan-1",
        "by": "cus-1",
        "key": "k1",
        "kind": kind,
        "text": "一天来电多次",
    }
    return StopCommand(**values | changes)


# --- nights ---------------------------------------------------------------------------------


def test_a_night_puts_an_overdue_loan_into_the_work_list(office: Office) -> None:
    (file,) = office.files.worst_first(NORTH, None)

    assert file.worst is not None
    assert (file.worst.bucket.value, file.worst.grade) == ("M2", Grade.MEDIUM)


def test_the_same_night_twice_writes_once(office: Office) -> None:
    version = office.file.version

    office.review()

    assert office.file.version == version


def test_a_debtor_who_never_was_late_gets_no_file() -> None:
    office = Office()
    office.has(a_late_loan(0, status=LoanStatus.ACTIVE, principal_overdue=Money(0)))

    assert office.review() is None
    assert office.files.find(NORTH, "cus-1") is None


def test_a_cured_debtor_leaves_the_work_list_and_is_left_alone(office: Office) -> None:
    office.has(a_late_loan(0, status=LoanStatus.ACTIVE, principal_overdue=Money(0)))
    office.review(DAY + timedelta(days=1))

    assert list(office.files.worst_first(NORTH, None)) == []
    with pytest.raises(ContactRefused):
        office.contact()


def test_a_score_that_cannot_be_asked_counts_as_unknown(office: Office) -> None:
    office.score.answer = None
    office.has(a_late_loan(41))

    office.review(DAY + timedelta(days=1))

    assert office.file.lines[0].grade is Grade.UNKNOWN


def test_beyond_90_days_the_model_is_not_asked(office: Office) -> None:
    asked = len(office.score.asked)
    office.has(a_late_loan(91))

    office.review(DAY + timedelta(days=51))

    assert len(office.score.asked) == asked
    assert office.file.lines[0].points is None


def test_a_broken_promise_is_told_once_and_counts_for_the_next_score(office: Office) -> None:
    office.promise()
    office.has(a_late_loan(48))

    for _ in range(2):
        office.review(DAY + timedelta(days=8))

    told = [event for event in office.files.events if event.name == "PromiseBroken"]
    assert [event.data["amount_fen"] for event in told] == [500_000]
    assert office.score.asked[-1].promises_broken == 1


def test_a_kept_promise_is_not_told_as_broken(office: Office) -> None:
    office.promise()
    office.has(a_late_loan(48, repaid=[(DAY + timedelta(days=3), Money(500_000))]))

    office.review(DAY + timedelta(days=8))

    assert office.file.promises[0].state is PromiseState.KEPT
    assert office.files.events == []


# --- days -----------------------------------------------------------------------------------


def test_the_same_contact_twice_is_one(office: Office) -> None:
    first, second = office.contact(), office.contact()

    assert second == first
    assert len(office.files.contacts(NORTH, "cus-1")) == 1


def test_a_key_that_stands_for_another_contact_is_refused(office: Office) -> None:
    office.contact()

    with pytest.raises(KeyStandsForAnother):
        office.contact(outcome=Outcome.REACHED)


def test_a_refused_contact_leaves_no_trace(office: Office) -> None:
    office.clock.advance(timedelta(hours=10))
    version = office.file.version

    with pytest.raises(ContactRefused) as refused:
        office.contact()

    assert (refused.value.field, refused.value.rule) == ("at", "contact.window")
    assert office.file.version == version
    assert office.files.recorded == []


def test_who_has_paid_today_is_left_alone_although_the_file_is_of_last_night(
    office: Office,
) -> None:
    office.has(a_late_loan(0, status=LoanStatus.ACTIVE, principal_overdue=Money(0)))

    with pytest.raises(ContactRefused) as refused:
        office.contact()

    assert refused.value.rule == "contact.overdue"


def test_a_contact_with_another_banks_debtor_is_refused(office: Office) -> None:
    with pytest.raises(ContactRefused):
        office.contact(bank_id=SOUTH)


def test_a_promise_remembers_what_was_repaid_before_it(office: Office) -> None:
    office.has(a_late_loan(40, repaid=[(DAY, Money(100)), (DAY + timedelta(days=1), Money(7))]))

    assert office.promise().repaid_before == Money(100)


def test_the_same_promise_twice_is_one_and_another_under_its_key_is_refused(
    office: Office,
) -> None:
    first = office.promise()

    assert office.promise() == first
    with pytest.raises(KeyStandsForAnother):
        office.promise(amount=Money(1))


def test_a_promise_for_an_unknown_loan_is_not_found(office: Office) -> None:
    with pytest.raises(LoanNotFound):
        office.promise(loan_id="loan-9")


# --- stops and third persons ----------------------------------------------------------------


def test_a_complaint_stops_contact_at_once_and_its_resolution_allows_it(office: Office) -> None:
    desk = StopCollection(office.files, office.clock)
    stop = desk(a_stop())

    with pytest.raises(ContactRefused):
        office.contact()
    desk.resume(
        ResumeCommand(
            bank_id=NORTH,
            debtor_id="cus-1",
            stop_id=stop.stop_id,
            by="risk-1",
            kind=StopKind.COMPLAINT,
            text="已核实并调整频次",
        )
    )

    assert office.contact().outcome is Outcome.NO_ANSWER
    assert [event.name for event in office.files.events] == ["ComplaintRaised"]


def test_a_complaint_twice_is_one(office: Office) -> None:
    desk = StopCollection(office.files, office.clock)

    assert desk(a_stop()) == desk(a_stop())
    assert len(office.files.events) == 1


def test_a_resolution_twice_stays_as_it_was(office: Office) -> None:
    desk = StopCollection(office.files, office.clock)
    stop = desk(a_stop())
    command = ResumeCommand(
        bank_id=NORTH,
        debtor_id="cus-1",
        stop_id=stop.stop_id,
        by="risk-1",
        kind=StopKind.COMPLAINT,
        text="已核实",
    )
    first = desk.resume(command)
    office.clock.advance(timedelta(hours=1))

    assert desk.resume(command) == first


def test_a_complaint_is_not_released_like_a_legal_hold(office: Office) -> None:
    desk = StopCollection(office.files, office.clock)
    stop = desk(a_stop())

    with pytest.raises(StopNotFound):
        desk.resume(
            ResumeCommand(
                bank_id=NORTH,
                debtor_id="cus-1",
                stop_id=stop.stop_id,
                by="risk-1",
                kind=StopKind.LEGAL_HOLD,
                text="解除",
            )
        )


def test_a_complaint_of_a_debtor_without_a_file_is_kept_too() -> None:
    office = Office()

    StopCollection(office.files, office.clock)(a_stop())

    assert office.file.stop is not None


def test_a_withdrawn_consent_does_not_return_with_the_same_document(office: Office) -> None:
    desk = NameThirdPerson(office.files, office.clock)
    command = NameThirdPersonCommand(
        bank_id=NORTH,
        debtor_id="cus-1",
        branch_id="b1",
        person_id="per-1",
        relation="配偶",
        consent_document_id="doc-1",
        by="collector-1",
    )
    desk(command)
    desk.withdraw(NORTH, "cus-1", "per-1")

    assert desk(command).withdrawn_at is not None
    with pytest.raises(ContactRefused):
        office.contact(third_person_id="per-1")
