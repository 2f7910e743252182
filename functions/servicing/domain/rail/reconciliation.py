"""Three-way reconciliation of a day (三方对账): ledger, rail file and loans, exact to the 分.

Each serial number has three amounts. They agree, or there is a difference; a difference of an
earlier day is carried with its amounts, so that a payment which one side booked a day later closes
it by itself. Nothing is ever corrected here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from puhui.money import Money
from puhui.strict_json import dumps
from puhui.tenancy import BankId
from servicing.domain.rail.differences import Amounts, Difference, DifferenceKind
from servicing.domain.rail.statement_file import Direction, StatementFile

Key = tuple[Direction, str]
"""Direction and serial number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Money of one serial number in ledger or loans on a day; a reversal is negative."""

    direction: Direction
    serial_no: str
    amount: Money

    @property
    def key(self) -> Key:
        """What it is compared by."""
        return self.direction, self.serial_no


@dataclass(frozen=True, kw_only=True)
class DayBooks:
    """Everything that is compared for one day; no `statement` means that the file is missing."""

    bank_id: BankId
    on: date
    statement: StatementFile | None
    ledger: Sequence[Movement]
    loans: Sequence[Movement]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What each side moved on the day in one direction."""

    direction: Direction
    rail: Money
    ledger: Money
    loans: Money


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """The result of a day: how much agrees, and every open difference, old ones too."""

    bank_id: BankId
    on: date
    file_version: int
    """0: the file is missing."""
    file_sha256: str | None
    matched: int
    unverified: int
    """Serial numbers on which ledger and loans agree while the file is missing."""
    closed: int
    """Differences of earlier days that this day closed."""
    totals: tuple[Totals, ...]
    differences: tuple[Difference, ...]
    version: int = 0
    """0: not yet stored; a re-run that finds the same makes no other version."""

    @property
    def content_sha256(self) -> str:
        """A hash of everything that was found."""
        found = {
            "bank_id": self.bank_id,
            "on": self.on.isoformat(),
            "file": [self.file_version, self.file_sha256],
            "counts": [self.matched, self.unverified, self.closed],
            "totals": [
                [t.direction.value, t.rail.minor, t.ledger.minor, t.loans.minor]
                for t in self.totals
            ],
            "differences": [difference_values(one) for one in self.differences],
        }
        return hashlib.sha256(dumps(found).encode()).hexdigest()

    @property
    def file_is_missing(self) -> bool:
        """Whether the rail's word on the day is not known."""
        return self.file_version == 0

    @property
    def oldest_days(self) -> int:
        """The age of the oldest difference; 0 without any."""
        return max((one.days_open(self.on) for one in self.differences), default=0)

    @property
    def apart(self) -> Money:
        """How far rail and ledger are apart, over all serial numbers, whichever way."""
        return Money.total(abs(one.amounts.rail - one.amounts.ledger) for one in self.differences)


def reconcile(books: DayBooks, carried: Iterable[Difference]) -> Reconciliation:
    """Compare a day's three sides, together with what earlier days left open."""
    earlier = tuple(carried)
    today = _amounts(books)
    found = {one_key(one): one for one in earlier if one.of_a_serial}
    keys = sorted(set(today) | set(found))
    twice = books.statement.repeated if books.statement else frozenset()
    differences = [one for one in earlier if not one.of_a_serial]
    differences += _of_the_file(books)
    matched = unverified = closed = 0
    for key in keys:
        difference = _compare(books, key, today.get(key), found.get(key), twice=key in twice)
        if difference is not None:
            differences.append(difference)
        elif key in found:
            closed += 1
        elif books.statement is None:
            unverified += 1
        else:
            matched += 1
    return Reconciliation(
        bank_id=books.bank_id,
        on=books.on,
        file_version=books.statement.file_version if books.statement else 0,
        file_sha256=books.statement.sha256 if books.statement else None,
        matched=matched,
        unverified=unverified,
        closed=closed,
        totals=tuple(_totals(books, direction) for direction in Direction),
        differences=tuple(sorted(differences, key=Difference.place)),
    )


def one_key(difference: Difference) -> Key:
    """The serial number that a difference is about."""
    if difference.direction is None or difference.serial_no is None:
        raise ValueError("the difference is about a file")
    return difference.direction, difference.serial_no


def difference_values(one: Difference) -> list[str | int | None]:
    """A difference as plain values, for hashes and rows."""
    return [
        one.kind.value,
        one.since.isoformat(),
        one.direction.value if one.direction else None,
        one.serial_no,
        one.amounts.rail.minor,
        one.amounts.ledger.minor,
        one.amounts.loans.minor,
        one.detail,
    ]


def difference_of(values: Sequence[str | int | None]) -> Difference:
    """Read what `difference_values` wrote."""
    kind, since, direction, serial_no, rail, ledger, loans, detail = values
    return Difference(
        kind=DifferenceKind(str(kind)),
        since=date.fromisoformat(str(since)),
        direction=None if direction is None else Direction(str(direction)),
        serial_no=None if serial_no is None else str(serial_no),
        amounts=Amounts(
            rail=Money(int(rail or 0)), ledger=Money(int(ledger or 0)), loans=Money(int(loans or 0))
        ),
        detail=str(detail),
    )


def _amounts(books: DayBooks) -> dict[Key, Amounts]:
    found: dict[Key, Amounts] = {}

    def add(key: Key, amounts: Amounts) -> None:
        found[key] = found.get(key, Amounts()).plus(amounts)

    for line in books.statement.lines if books.statement else ():
        add((line.direction, line.serial_no), Amounts(rail=line.amount))
    for movement in books.ledger:
        add(movement.key, Amounts(ledger=movement.amount))
    for movement in books.loans:
        add(movement.key, Amounts(loans=movement.amount))
    return {key: amounts for key, amounts in found.items() if amounts != Amounts()}


def _of_the_file(books: DayBooks) -> Iterator[Difference]:
    if books.statement is None:
        yield Difference(kind=DifferenceKind.MISSING_FILE, since=books.on)
        return
    for problem in books.statement.problems:
        yield Difference(
            kind=DifferenceKind.UNREADABLE_LINE,
            since=books.on,
            detail=f"line {problem.line}: {problem.field} {problem.rule}",
        )


def _compare(
    books: DayBooks, key: Key, today: Amounts | None, open_one: Difference | None, *, twice: bool
) -> Difference | None:
    """The difference that remains about one serial number after this day, if any."""
    if today is None:
        return open_one
    before = open_one.amounts if open_one else Amounts()
    amounts = before.plus(today)
    file_is_missing = books.statement is None
    if not twice and (
        amounts.agree or (file_is_missing and open_one is None and amounts.books_agree)
    ):
        return None
    return Difference(
        kind=DifferenceKind.DUPLICATED_SERIAL if twice else _kind(amounts, file_is_missing),
        since=open_one.since if open_one else books.on,
        direction=key[0],
        serial_no=key[1],
        amounts=amounts,
    )


def _kind(amounts: Amounts, file_is_missing: bool) -> DifferenceKind:
    """Without a file nobody can say that the rail does not know a payment."""
    if file_is_missing and amounts.rail.is_zero and amounts.kind is DifferenceKind.NOT_IN_RAIL:
        return DifferenceKind.AMOUNT_DIFFERS
    return amounts.kind


def _totals(books: DayBooks, direction: Direction) -> Totals:
    lines = books.statement.of_direction(direction) if books.statement else ()
    return Totals(
        direction=direction,
        rail=Money.total(line.amount for line in lines),
        ledger=_total(books.ledger, direction),
        loans=_total(books.loans, direction),
    )


def _total(movements: Iterable[Movement], direction: Direction) -> Money:
    return Money.total(one.amount for one in movements if one.direction is direction)
