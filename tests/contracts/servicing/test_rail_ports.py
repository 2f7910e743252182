"""What every keeper of the rail promises: those in memory and those on the table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from puhui.clock import FixedClock
from puhui.dynamodb import bind_table
from puhui.errors import StaleVersion
from puhui.money import Money
from servicing.adapters.commit import Committer
from servicing.adapters.dynamo_rail import DynamoRailDebits, DynamoRailPayments
from servicing.adapters.dynamo_reconciliations import DynamoRailFiles, DynamoReconciliations
from servicing.adapters.rail_rows import RAIL_ROWS
from servicing.domain.rail.debit import DebitState, DebitWord
from servicing.domain.rail.differences import Amounts, Difference, DifferenceKind
from servicing.domain.rail.errors import (
    DebitMismatch,
    DebitNotFound,
    RailFileExists,
    RailPaymentNotFound,
    SerialNumberTaken,
)
from servicing.domain.rail.files import RailFile, delivered
from servicing.domain.rail.payment import RailPayment, first_heard
from servicing.domain.rail.reconciliation import DayBooks, Reconciliation, reconcile
from servicing.domain.rail.statement_file import Direction, parse_statement
from servicing.domain.rail.suspense import into_suspense
from servicing.rail_ports import RailDebits, RailFiles, RailPayments, Reconciliations
from tests.support.rail import DAY, a_debit, a_file, heard
from tests.support.rail_fakes import (
    InMemoryDebits,
    InMemoryFiles,
    InMemoryRailPayments,
    InMemoryReconciliations,
)
from tests.support.servicing import NOON, NORTH, SOUTH, TABLE, table_world


@dataclass
class Keepers:
    """One of each kind."""

    payments: RailPayments
    debits: RailDebits
    files: RailFiles
    results: Reconciliations


@pytest.fixture(params=["memory", "dynamo"])
def keepers(request: pytest.FixtureRequest) -> Iterator[Keepers]:
    """Empty ones of each kind."""
    if request.param == "memory":
        yield Keepers(
            InMemoryRailPayments(), InMemoryDebits(), InMemoryFiles(), InMemoryReconciliations()
        )
        return
    with table_world():
        bind_table(TABLE, *RAIL_ROWS)
        clock, commit = FixedClock(NOON), Committer(pause=lambda _: None)
        yield Keepers(
            DynamoRailPayments(clock, commit),
            DynamoRailDebits(commit),
            DynamoRailFiles(commit),
            DynamoReconciliations(clock, commit),
        )


def a_payment(serial_no: str = "cb-1") -> RailPayment:
    return first_heard(heard(serial_no=serial_no), DAY, NOON)


def a_result(on_later: int = 0, differences: int = 0) -> Reconciliation:
    found = tuple(
        Difference(
            kind=DifferenceKind.ONLY_IN_RAIL,
            since=DAY,
            direction=Direction.IN,
            serial_no=f"cb-{number:05d}",
            amounts=Amounts(rail=Money(100 + number)),
        )
        for number in range(differences)
    )
    books = DayBooks(
        bank_id=NORTH,
        on=DAY + timedelta(days=on_later),
        statement=parse_statement(a_file(on=DAY + timedelta(days=on_later))),
        ledger=(),
        loans=(),
    )
    return reconcile(books, found)


def a_rail_file(file_version: int = 1) -> RailFile:
    content = a_file(rows=["D,1,in,cb-1,1.0,x"], file_version=file_version)
    return delivered(parse_statement(content), "incoming/x.csv", 0)


# --- payments ------------------------------------------------------------------------------------


def test_a_payment_comes_back_as_it_was_kept(keepers: Keepers) -> None:
    kept = keepers.payments.add(a_payment())

    assert keepers.payments.get(NORTH, "cb-1") == kept


def test_a_number_is_taken_once_by_whichever_bank(keepers: Keepers) -> None:
    keepers.payments.add(a_payment())

    with pytest.raises(SerialNumberTaken):
        keepers.payments.add(replace(a_payment(), bank_id=SOUTH))


def test_another_banks_payment_is_not_found(keepers: Keepers) -> None:
    keepers.payments.add(a_payment())

    with pytest.raises(RailPaymentNotFound):
        keepers.payments.get(SOUTH, "cb-1")


def test_of_two_who_read_the_same_only_one_writes(keepers: Keepers) -> None:
    kept = keepers.payments.add(a_payment())
    keepers.payments.save(kept.booked("loan-1"))

    with pytest.raises(StaleVersion):
        keepers.payments.save(kept.booked("loan-2"))

    assert keepers.payments.get(NORTH, "cb-1").loan_id == "loan-1"


def test_only_what_is_taken_and_not_booked_is_unfinished(keepers: Keepers) -> None:
    for number in ("cb-1", "cb-2"):
        kept = keepers.payments.add(a_payment(number))
    keepers.payments.save(kept.booked("loan-1"))

    assert [one.serial_no for one in keepers.payments.unfinished()] == ["cb-1"]


def test_money_in_suspense_is_a_work_item_until_it_is_assigned(keepers: Keepers) -> None:
    kept = keepers.payments.add(a_payment())
    suspended = kept.suspended("nobody's")
    waiting = keepers.payments.save(suspended, into_suspense(suspended, DAY, NOON))
    before = keepers.payments.work_items(NORTH), keepers.payments.work_items(SOUTH)

    keepers.payments.save(waiting.assigned("loan-1"))

    assert before == ([waiting], [])
    assert list(keepers.payments.work_items(NORTH)) == []
    assert [one.serial_no for one in keepers.payments.unfinished()] == ["cb-1"]


# --- debits --------------------------------------------------------------------------------------


def test_a_debit_is_opened_once(keepers: Keepers) -> None:
    first, is_new = keepers.debits.open(a_debit())
    second, is_newer = keepers.debits.open(a_debit())

    assert (is_new, is_newer) == (True, False)
    assert first == second == keepers.debits.get(NORTH, first.serial_no)


def test_another_banks_debit_is_not_shown(keepers: Keepers) -> None:
    kept, _ = keepers.debits.open(a_debit())

    with pytest.raises(DebitMismatch):
        keepers.debits.open(replace(a_debit(), bank_id=SOUTH))
    with pytest.raises(DebitNotFound):
        keepers.debits.get(SOUTH, kept.serial_no)


def test_a_debit_is_open_until_its_outcome_is_known(keepers: Keepers) -> None:
    kept, _ = keepers.debits.open(a_debit())
    unknown = keepers.debits.save(kept.learn(None, money_came=False))
    while_unknown = [one.state for one in keepers.debits.open_ones()]

    word = DebitWord(state=DebitState.CONFIRMED, booked_on=DAY)
    keepers.debits.save(unknown.learn(word, money_came=False))

    assert while_unknown == [DebitState.UNKNOWN]
    assert list(keepers.debits.open_ones()) == []


def test_a_stale_word_on_a_debit_is_refused(keepers: Keepers) -> None:
    kept, _ = keepers.debits.open(a_debit())
    keepers.debits.save(kept.learn(None, money_came=False))

    with pytest.raises(StaleVersion):
        keepers.debits.save(kept.learn(None, money_came=False))


# --- files ---------------------------------------------------------------------------------------


def test_a_file_comes_back_with_its_problems(keepers: Keepers) -> None:
    kept = keepers.files.add(a_rail_file())

    assert kept.problems
    assert keepers.files.get(NORTH, DAY, 1) == kept
    assert keepers.files.get(SOUTH, DAY, 1) is None


def test_a_version_of_a_file_is_kept_once(keepers: Keepers) -> None:
    keepers.files.add(a_rail_file())

    with pytest.raises(RailFileExists):
        keepers.files.add(a_rail_file())


def test_the_newest_file_is_that_of_the_highest_version(keepers: Keepers) -> None:
    for version in (2, 10, 1):
        keepers.files.add(a_rail_file(version))

    newest = keepers.files.newest(NORTH, DAY)

    assert newest is not None
    assert newest.file_version == 10
    assert keepers.files.newest(NORTH, DAY + timedelta(days=1)) is None


def test_how_far_a_file_was_read_is_kept_by_one_run_at_a_time(keepers: Keepers) -> None:
    kept = keepers.files.add(a_rail_file())
    keepers.files.save(kept.reached(7, kept.problems))

    with pytest.raises(StaleVersion):
        keepers.files.save(kept.reached(3, kept.problems))

    assert keepers.files.get(NORTH, DAY, 1) == replace(kept, next_line=7, version=2)


# --- results -------------------------------------------------------------------------------------


def test_a_result_comes_back_whole_however_long_its_list(keepers: Keepers) -> None:
    result = a_result(differences=1_203)

    kept = keepers.results.add(result, after=None)

    assert kept == replace(result, version=1)
    assert keepers.results.latest(NORTH, DAY) == kept


def test_the_latest_result_is_the_last_version(keepers: Keepers) -> None:
    first = keepers.results.add(a_result(differences=1), after=None)
    second = keepers.results.add(a_result(), after=first)

    assert keepers.results.latest(NORTH, DAY) == second
    with pytest.raises(StaleVersion):
        keepers.results.add(a_result(differences=2), after=first)


def test_results_know_their_neighbours(keepers: Keepers) -> None:
    for later in (0, 3, 10):
        keepers.results.add(a_result(later), after=None)
    corrected = keepers.results.add(
        a_result(3, differences=1), after=keepers.results.latest(NORTH, DAY + timedelta(days=3))
    )

    assert keepers.results.before(NORTH, DAY) is None
    assert keepers.results.before(NORTH, DAY + timedelta(days=9)) == corrected
    assert keepers.results.day_after(NORTH, DAY) == DAY + timedelta(days=3)
    assert keepers.results.day_after(NORTH, DAY + timedelta(days=10)) is None
    assert keepers.results.before(SOUTH, DAY + timedelta(days=9)) is None
