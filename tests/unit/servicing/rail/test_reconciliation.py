"""Three-way reconciliation: the difference list is exact, whatever went wrong on whichever side."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from puhui.money import Money
from servicing.domain.rail.differences import (
    Amounts,
    Difference,
    DifferenceKind,
)
from servicing.domain.rail.reconciliation import (
    DayBooks,
    Movement,
    Reconciliation,
    difference_of,
    difference_values,
    reconcile,
)
from servicing.domain.rail.statement_file import Direction, parse_statement
from tests.support.rail import DAY, a_file, a_line
from tests.support.servicing import NORTH

Kind = DifferenceKind
IN = Direction.IN


@dataclass
class Day:
    """A day's three sides in the making, and what must be found about them."""

    rail: list[tuple[str, int]] = field(default_factory=list)
    ledger: dict[str, int] = field(default_factory=dict)
    loans: dict[str, int] = field(default_factory=dict)
    expected: set[tuple[Kind, str, int, int, int]] = field(default_factory=set)
    matched: int = 0

    def payment(self, serial_no: str, fen: int, fault: str) -> None:
        """One payment that everybody knows, with one fault."""
        if fault not in {"not_in_rail", "only_in_ledger", "only_in_loans"}:
            self.rail.append((serial_no, fen + (fault == "one_cent_in_rail")))
        if fault not in {"only_in_rail", "not_in_ledger", "only_in_loans"}:
            self.ledger[serial_no] = fen - (fault == "one_cent_in_ledger")
        if fault not in {"only_in_rail", "not_in_loans", "only_in_ledger"}:
            self.loans[serial_no] = fen + (fault == "one_cent_in_loans")
        if fault == "duplicated":
            self.rail.append((serial_no, fen))
        self._expect(serial_no, fault)

    def _expect(self, serial_no: str, fault: str) -> None:
        if fault == "right":
            self.matched += 1
            return
        kind = {"duplicated": Kind.DUPLICATED_SERIAL}.get(fault)
        if fault.startswith("one_cent"):
            kind = Kind.AMOUNT_DIFFERS
        rail = sum(fen for number, fen in self.rail if number == serial_no)
        amounts = (rail, self.ledger.get(serial_no, 0), self.loans.get(serial_no, 0))
        self.expected.add((kind or Kind(fault), serial_no, *amounts))

    def books(self, on: date = DAY, *, file: bool = True) -> DayBooks:
        """The day as the use case reads it."""
        lines = [a_line(n, serial, fen) for n, (serial, fen) in enumerate(self.rail, start=1)]
        return DayBooks(
            bank_id=NORTH,
            on=on,
            statement=parse_statement(a_file(lines, on=on)) if file else None,
            ledger=[a_movement(serial, fen) for serial, fen in self.ledger.items()],
            loans=[a_movement(serial, fen) for serial, fen in self.loans.items()],
        )


FAULTS = (
    "right",
    "only_in_rail",
    "only_in_ledger",
    "only_in_loans",
    "not_in_rail",
    "not_in_ledger",
    "not_in_loans",
    "one_cent_in_rail",
    "one_cent_in_ledger",
    "one_cent_in_loans",
    "duplicated",
)


@st.composite
def days(draw: st.DrawFn, faults: tuple[str, ...] = FAULTS) -> Day:
    """A day of up to twenty payments, each with some fault or none."""
    day = Day()
    for number in range(draw(st.integers(min_value=0, max_value=20))):
        fen = draw(st.integers(min_value=2, max_value=10**9))
        day.payment(f"cb-{number:03d}", fen, draw(st.sampled_from(faults)))
    return day


def a_movement(serial_no: str, fen: int, direction: Direction = IN) -> Movement:
    return Movement(direction=direction, serial_no=serial_no, amount=Money(fen))


def found(result: Reconciliation) -> Counter[tuple[Any, ...]]:
    """The list as comparable values."""
    return Counter(
        (
            one.kind,
            one.serial_no,
            one.amounts.rail.minor,
            one.amounts.ledger.minor,
            one.amounts.loans.minor,
        )
        for one in result.differences
    )


@given(day=days())
def test_the_difference_list_is_exact(day: Day) -> None:
    result = reconcile(day.books(), ())

    assert found(result) == Counter(day.expected)
    assert result.matched == day.matched


@given(day=days())
def test_rail_and_ledger_differ_by_the_list_to_the_fen(day: Day) -> None:
    """INV20: what the file says is what the ledger says, or the list explains the rest."""
    result = reconcile(day.books(), ())

    (came_in,) = [one for one in result.totals if one.direction is IN]
    listed = sum((d.amounts.rail - d.amounts.ledger).minor for d in result.differences)
    assert came_in.rail - came_in.ledger == Money(listed)


@given(first=days(), second=days(("right",)), gap=st.integers(min_value=1, max_value=40))
def test_over_days_the_open_list_explains_all_that_rail_and_ledger_are_apart(
    first: Day, second: Day, gap: int
) -> None:
    one = reconcile(first.books(), ())
    other_day = Day()
    for number, fen in second.ledger.items():
        other_day.payment(f"late-{number}", fen, "right")

    two = reconcile(other_day.books(DAY + timedelta(days=gap)), one.differences)

    apart = sum(
        (total.rail - total.ledger).minor for result in (one, two) for total in result.totals
    )
    assert apart == sum((d.amounts.rail - d.amounts.ledger).minor for d in two.differences)
    assert found(two) == found(one)
    assert all(d.days_open(two.on) == gap for d in two.differences)


@given(day=days(), order=st.randoms(use_true_random=False))
def test_the_order_of_entries_does_not_matter(day: Day, order: Any) -> None:
    books = day.books()
    ledger, loans = list(books.ledger), list(books.loans)
    order.shuffle(ledger)
    order.shuffle(loans)
    shuffled = DayBooks(
        bank_id=NORTH, on=DAY, statement=books.statement, ledger=ledger, loans=loans
    )

    assert reconcile(shuffled, ()).content_sha256 == reconcile(books, ()).content_sha256


@given(day=days())
def test_a_difference_survives_being_written_down(day: Day) -> None:
    for one in reconcile(day.books(), ()).differences:
        assert difference_of(difference_values(one)) == one


@given(fen=st.integers(min_value=1, max_value=10**9), days_late=st.integers(1, 30))
def test_what_the_ledger_books_days_later_closes_the_difference(fen: int, days_late: int) -> None:
    first = Day(rail=[("cb-1", fen)])
    later = Day(ledger={"cb-1": fen}, loans={"cb-1": fen})
    opened = reconcile(first.books(), ())

    closed = reconcile(later.books(DAY + timedelta(days=days_late)), opened.differences)

    assert [one.kind for one in opened.differences] == [Kind.ONLY_IN_RAIL]
    assert (closed.differences, closed.closed, closed.matched) == ((), 1, 0)


def test_what_is_booked_later_by_one_cent_less_stays_open_with_its_age() -> None:
    opened = reconcile(Day(rail=[("cb-1", 100)]).books(), ())
    later = Day(ledger={"cb-1": 99}, loans={"cb-1": 99}).books(DAY + timedelta(days=2))

    (left,) = reconcile(later, opened.differences).differences

    assert (left.kind, left.since, left.days_open(DAY + timedelta(days=2))) == (
        Kind.AMOUNT_DIFFERS,
        DAY,
        2,
    )
    assert left.amounts == Amounts(rail=Money(100), ledger=Money(99), loans=Money(99))


def test_a_reversal_of_money_that_the_rail_does_not_know_closes_the_difference() -> None:
    opened = reconcile(Day(ledger={"cb-1": 100}, loans={"cb-1": 100}).books(), ())
    reversal = Day(ledger={"cb-1": -100}, loans={"cb-1": -100}).books(DAY + timedelta(days=1))

    result = reconcile(reversal, opened.differences)

    assert [one.kind for one in opened.differences] == [Kind.NOT_IN_RAIL]
    assert (result.differences, result.closed) == ((), 1)


def test_what_cancels_out_on_one_day_is_nothing() -> None:
    books = DayBooks(
        bank_id=NORTH,
        on=DAY,
        statement=parse_statement(a_file()),
        ledger=[a_movement("cb-1", 100), a_movement("cb-1", -100)],
        loans=[a_movement("cb-1", 100), a_movement("cb-1", -100)],
    )

    assert (reconcile(books, ()).differences, reconcile(books, ()).matched) == ((), 0)


@given(day=days(("right", "not_in_loans", "not_in_ledger", "one_cent_in_loans")))
def test_without_a_file_only_the_books_are_compared_and_the_file_is_asked_for(day: Day) -> None:
    result = reconcile(day.books(file=False), ())

    apart = {number for number in {*day.ledger, *day.loans}
             if day.ledger.get(number, 0) != day.loans.get(number, 0)}  # fmt: skip
    assert [one.kind for one in result.differences if not one.of_a_serial] == [Kind.MISSING_FILE]
    assert {one.serial_no for one in result.differences if one.of_a_serial} == apart
    assert (result.matched, result.unverified) == (0, day.matched)
    assert result.file_is_missing


def test_a_missing_file_is_the_operators_and_ages() -> None:
    missing = reconcile(Day().books(file=False), ())

    result = reconcile(Day().books(DAY + timedelta(days=3)), missing.differences)

    (one,) = result.differences
    assert (one.kind, one.owner, one.days_open(result.on)) == (Kind.MISSING_FILE, "operator", 3)
    assert result.oldest_days == 3


def test_an_unreadable_line_is_a_difference() -> None:
    books = DayBooks(
        bank_id=NORTH,
        on=DAY,
        statement=parse_statement(a_file(rows=["D,1,in,cb-1,1.0,loan-1"])),
        ledger=[],
        loans=[],
    )

    (one,) = reconcile(books, ()).differences

    assert (one.kind, one.detail) == (Kind.UNREADABLE_LINE, "line 1: amount line.amount")


def test_money_in_and_out_under_one_number_are_two_things() -> None:
    books = DayBooks(
        bank_id=NORTH,
        on=DAY,
        statement=parse_statement(a_file([a_line(1, "n-1", 100, direction=Direction.OUT)])),
        ledger=[a_movement("n-1", 100, Direction.IN)],
        loans=[],
    )

    kinds = {(one.direction, one.kind) for one in reconcile(books, ()).differences}

    assert kinds == {(Direction.OUT, Kind.ONLY_IN_RAIL), (IN, Kind.ONLY_IN_LEDGER)}


def test_every_difference_has_an_owner() -> None:
    owners = {Difference(kind=kind, since=DAY).owner for kind in Kind}

    assert owners == {"finance", "operator"}
