"""What is open about a loan comes to its end with the loan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from infra.simulation.in_memory_warnings import (
    InMemoryChecks,
    InMemoryWarnings,
    InMemoryWatches,
)
from puhui.clock import FixedClock
from puhui.money import Money
from servicing.adapters.booked_debtors import BookedDebtors
from servicing.adapters.rows import partition_of
from servicing.domain.account.events import Happening, Payoff, Reversal, WriteOff
from servicing.domain.account.payoff import payoff_of
from servicing.domain.checks.plan import CheckState, check_plan
from servicing.domain.collections.promises import Promise, PromiseState
from servicing.domain.errors import MeasureRefused
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.repetition import told
from servicing.domain.warning.warning import Debtor, Disposal, Measure, WarningState
from servicing.domain.warning.watch import opened_watch
from servicing.usecases.finish_loans import LOOK_BACK_DAYS, FinishLoans
from servicing.usecases.review_collection import ReviewCollection
from servicing.usecases.watch_positions import WatchPositions
from tests.support.collections_fakes import InMemoryCollectionFiles, SpokenScore
from tests.support.loan_accounts import entered, on
from tests.support.servicing import NORTH, MemoryWorld, a_disbursed_loan
from tests.support.warnings import NINE, RULES, a_finding, a_warning, seen

LATE = on(31 + 40)
DEBTOR = Debtor(bank_id=NORTH, customer_id="cus-1", branch_id="b1")


class Bank:
    """A loan that is forty days late, with everything that watches and collects it."""

    def __init__(self) -> None:
        self.world = MemoryWorld()
        self.books = self.world.loan_books
        self.loan = a_disbursed_loan(self.world)
        self.clock = FixedClock(NINE + timedelta(hours=1))
        self.files = InMemoryCollectionFiles(self.clock)
        self.warnings, self.checks, self.watches = (
            InMemoryWarnings(), InMemoryChecks(), InMemoryWatches(),
        )  # fmt: skip
        self.review = ReviewCollection(
            BookedDebtors(self.books, self.books), SpokenScore(), self.files
        )
        self.watches.save(opened_watch(self.loan, None))
        plan = check_plan(on(0), self.loan.schedule.maturity_date)
        self.checks.write(NORTH, self.loan.loan_id, "b1", plan)
        change = self.book.close_day(LATE, NINE)
        assert change is not None
        self.books.record(change)
        self.review(NORTH, "cus-1", LATE)

    @property
    def book(self) -> Any:
        """The loan's book."""
        return self.books.get(NORTH, self.loan.loan_id)

    def happens(self, what: Happening, event_id: str = "e1") -> None:
        """Something happens to the loan on its day."""
        self.books.record(self.book.enter(entered(self.book, event_id, what, LATE)))

    def settle(self) -> None:
        """Everything that is owed is paid."""
        self.happens(Payoff(amount=Money(payoff_of(self.book.account).total)))

    def warn(self, *loan_ids: str, **changes: Any) -> None:
        """A red warning that was seen on these loans."""
        sightings = tuple(
            replace(seen(a_finding(Colour.RED)), loan_id=one)
            for one in (loan_ids or (self.loan.loan_id,))
        )
        self.warnings.write(a_warning(Colour.RED, debtor=DEBTOR, seen=sightings, **changes), ())

    def night(self, day: date = LATE) -> None:
        """End of day looks at what has ended."""
        finish = FinishLoans(
            self.books, self.review, self.files, self.warnings, self.checks, self.watches,
            self.clock,
        )  # fmt: skip
        finish(NORTH, partition_of(self.loan.loan_id), day)

    @property
    def warning(self) -> Any:
        """The only warning."""
        (found,) = self.warnings.stored.values()
        return found


@pytest.fixture
def bank() -> Bank:
    return Bank()


def test_the_case_of_a_debtor_who_settled_leaves_the_work_list(bank: Bank) -> None:
    assert len(bank.files.worst_first(NORTH, None)) == 1
    bank.settle()

    bank.night()

    assert list(bank.files.worst_first(NORTH, None)) == []


def test_a_promise_is_kept_when_the_loan_is_settled_by_its_day(bank: Bank) -> None:
    file = bank.files.find(NORTH, "cus-1")
    assert file is not None
    promise = Promise(
        promise_id="p1", loan_id=bank.loan.loan_id, amount=Money(1_00), promised_for=LATE,
        made_on=LATE, taken_by="col-1", repaid_before=Money(0),
    )  # fmt: skip
    bank.files.save(replace(file, promises=(promise,)))
    bank.settle()

    bank.night()

    judged = bank.files.find(NORTH, "cus-1")
    assert judged is not None
    assert [one.state for one in judged.promises] == [PromiseState.KEPT]


def test_a_red_warning_ends_with_the_loan_that_it_was_seen_on(bank: Bank) -> None:
    bank.warn()
    bank.settle()

    bank.night()

    (disposal,) = bank.warning.disposals
    assert (bank.warning.state, disposal.measure) == (
        WarningState.DISPOSED,
        Measure.LOAN_SETTLED,
    )
    assert bank.warnings.names == ["WarningDisposed"]


def test_a_second_night_finds_nothing_to_do(bank: Bank) -> None:
    bank.warn()
    bank.settle()
    bank.night()
    before = bank.warning, bank.watches.stored.copy(), bank.files.find(NORTH, "cus-1")

    bank.night(LATE + timedelta(days=LOOK_BACK_DAYS - 1))

    assert (bank.warning, bank.watches.stored, bank.files.find(NORTH, "cus-1")) == before
    assert bank.warnings.names == ["WarningDisposed"]


@pytest.mark.parametrize("others", [("loan-elsewhere",), ("loan-elsewhere", "mine")])
def test_a_warning_that_was_seen_on_another_loan_too_stays(
    bank: Bank, others: tuple[str, ...]
) -> None:
    bank.warn(*(bank.loan.loan_id if one == "mine" else one for one in others))
    bank.settle()

    bank.night()

    assert bank.warning.state is WarningState.OPEN


def test_a_written_off_loan_keeps_its_warning_and_its_checks(bank: Bank) -> None:
    bank.warn()
    bank.happens(WriteOff(reason="逾期核销"))

    bank.night()

    plan = bank.checks.of_loan(NORTH, bank.loan.loan_id)
    assert bank.warning.state is WarningState.OPEN
    assert {one.state for one in plan} == {CheckState.PLANNED}
    assert bank.watches.get(NORTH, bank.loan.loan_id).has_ended


def test_nobody_has_to_check_or_watch_a_settled_loan(bank: Bank) -> None:
    bank.settle()

    bank.night()

    plan = bank.checks.of_loan(NORTH, bank.loan.loan_id)
    assert {one.state for one in plan} == {CheckState.LAPSED}
    assert list(bank.watches.due(NORTH, date(2099, 1, 1), 10)) == []


def test_a_loan_whose_payoff_is_taken_back_is_watched_again(bank: Bank) -> None:
    bank.settle()
    bank.night()
    bank.happens(Reversal(reverses="e1", reason="错账"), "e2")
    looked: list[date] = []

    def watch_loan(watch: Any, position: Any, day: date) -> Any:
        looked.append(watch.next_on)
        return replace_raised

    replace_raised = type("Watched", (), {"raised": ()})()
    WatchPositions(bank.watches, watch_loan).watch(  # type: ignore[arg-type]
        NORTH, LATE, [bank.book.position]
    )

    assert looked == [LATE]


def test_another_loans_finding_is_loud_after_a_warning_that_ended_with_its_loan(
    bank: Bank,
) -> None:
    bank.warn()
    bank.settle()
    bank.night()
    finding = a_finding(Colour.RED)
    fresh = replace(seen(finding, run="watch-9"), loan_id="loan-2")

    result = told(DEBTOR, finding, fresh, bank.warning, RULES)

    assert result.announced is Colour.RED


def test_nobody_can_say_himself_that_a_loan_is_settled() -> None:
    warning = a_warning(Colour.YELLOW, state=WarningState.ACKNOWLEDGED)
    chosen = Disposal(
        measure=Measure.LOAN_SETTLED, text="结清", documents=(), made_by="rm-1", made_at=NINE
    )

    with pytest.raises(MeasureRefused):
        warning.dispose(chosen, RULES)
