"""From a table of text to numbers, levels and an outcome; everything left out is said with why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from layers.models.training.cells import (
    day_reader,
    is_missing,
    number,
    number_readers,
    read_all,
)
from layers.models.training.metrics import Bools, Floats
from layers.models.training.reading import NotUsable, RawTable

FEWEST_ROWS: Final = 50
FEWEST_OF_A_CLASS: Final = 10
ID_SHARE: Final = 0.95
"""Text that differs in more than this share of its cells names rows and describes none."""
ID_NAME: Final = re.compile(r"(^|[_\W])(id|no|nr|key|uuid|guid|row|index)($|[_\W])|ID$|编号|序号")
COUNTER_SPREAD: Final = 1.5

Kind = Literal["number", "category", "day"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the caller said about the file."""

    target: str
    positive: str | None = None
    drop: tuple[str, ...] = ()
    date: str | None = None
    identifier: str | None = None
    missing: frozenset[str] = frozenset()
    categories: tuple[str, ...] = ()
    """Columns of digits that name levels, such as codes of an industry."""
    ratios: tuple[tuple[str, str, str], ...] = ()
    """Further features: a name, and the two columns whose quotient it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One feature of all rows: numbers, days since 1970, or positions in a list of levels."""

    name: str
    kind: Kind
    values: Floats
    """NaN where missing."""
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dataset:
    """What is trained on."""

    columns: tuple[Column, ...]
    bad: Bools
    positive: str
    days: Floats | None
    """By which rows are put in order for an out-of-time test."""
    notes: tuple[str, ...]
    """What was guessed, left out or found odd, one sentence each."""
    sha256: str
    refused: tuple[Column, ...] = ()
    """The same features of refused applicants, whose outcome nobody saw; none as a rule."""
    refused_sha256: str | None = None

    @property
    def refused_rows(self) -> int:
        """How many refused applicants there are."""
        return len(self.refused[0].values) if self.refused else 0

    @property
    def names(self) -> tuple[str, ...]:
        """The features in the order of their columns."""
        return tuple(column.name for column in self.columns)


def dataset(raw: RawTable, wanted: Wanted, refused: RawTable | None = None) -> Dataset:
    """Read every column, or refuse with the field and the rule.

    Refused applicants are read in the same words: a level that only they have is rare, and a column
    that cannot be read as numbers because of them is one of categories.
    """
    cells = dict(zip(raw.names, raw.columns, strict=True))
    _refuse_unknown(cells, wanted)
    kept, notes = _rows_with_outcome(cells[wanted.target], wanted)
    if kept is not None:
        cells = {name: [column[row] for row in kept] for name, column in cells.items()}
    bad, positive, said = _outcome(cells[wanted.target], wanted)
    notes += said
    days = _days(cells[wanted.date], wanted) if wanted.date else None
    apart = {wanted.target, wanted.date, wanted.identifier, *wanted.drop}
    columns = []
    for name, column in cells.items():
        if name in apart:
            continue
        found = _column(name, [*column, *_cells(refused, name)], wanted, raw.delimiter)
        why = _unfit(_part(found, slice(len(column))), column, wanted)
        if why:
            notes.append(f"{name} is left out: {why}")
        else:
            columns.append(found)
    columns += [_ratio(columns, *ratio) for ratio in wanted.ratios]
    if not columns:
        raise NotUsable("--data", "no column is left that could tell anything")
    accepted, others = slice(len(bad)), slice(len(bad), None)
    return Dataset(
        columns=tuple(_part(one, accepted) for one in columns), bad=bad, positive=positive,
        days=days, notes=tuple(notes), sha256=raw.sha256,
        refused=() if refused is None else tuple(_part(one, others) for one in columns),
        refused_sha256=None if refused is None else refused.sha256,
    )  # fmt: skip


def _cells(refused: RawTable | None, name: str) -> Sequence[str]:
    """A feature of the refused applicants, who need every one of them."""
    if refused is None:
        return ()
    if name not in refused.names:
        raise NotUsable("--rejects", f"the file has no column {name}")
    return refused.columns[refused.names.index(name)]


def _part(column: Column, rows: slice) -> Column:
    return replace(column, values=column.values[rows])


def _refuse_unknown(cells: Collection[str], wanted: Wanted) -> None:
    named = [
        ("--target", wanted.target), ("--date", wanted.date), ("--id", wanted.identifier),
        *(("--drop", name) for name in wanted.drop),
    ]  # fmt: skip
    for option, name in named:
        if name is not None and name not in cells:
            raise NotUsable(option, f"the file has no column {name}; it has {', '.join(cells)}")
        if name == wanted.target and option != "--target":
            raise NotUsable(option, f"{name} is the target")


def _rows_with_outcome(target: Sequence[str], wanted: Wanted) -> tuple[list[int] | None, list[str]]:
    kept = [row for row, cell in enumerate(target) if not is_missing(cell, wanted.missing)]
    without = len(target) - len(kept)
    if not without:
        return None, []
    return kept, [f"{without} rows without a value of {wanted.target} are left out"]


def _outcome(target: Sequence[str], wanted: Wanted) -> tuple[Bools, str, list[str]]:
    """Which rows are bad: those with --positive, else those with the rarer of two values."""
    counts = Counter(cell.strip() for cell in target)
    if wanted.positive is not None:
        same = [value for value in counts if _same(value, wanted.positive)]
        if not same:
            known = ", ".join(sorted(counts)[:10])
            raise NotUsable(
                "--positive", f"{wanted.target} has no {wanted.positive}; it has {known}"
            )
        positive, notes = wanted.positive, []
    else:
        if len(counts) > 2:
            told = f"has {len(counts)} values where two are needed; --positive names the bad one"
            raise NotUsable(wanted.target, told)
        positive = min(counts, key=lambda value: (counts[value], _backwards(value)), default="")
        same = [positive]
        notes = [f"{positive} of {wanted.target} counts as bad: the rarer value (--positive wins)"]
    bad = np.array([cell.strip() in same for cell in target], np.bool_)
    _refuse_small(bad, wanted.target)
    return bad, positive, notes


def _refuse_small(bad: Bools, target: str) -> None:
    bads = int(bad.sum())
    if len(bad) < FEWEST_ROWS:
        raise NotUsable(
            "--data", f"{len(bad)} rows with an outcome; at least {FEWEST_ROWS} are needed"
        )
    if bads in (0, len(bad)):
        raise NotUsable(target, "has one value only; good and bad rows are needed")
    if min(bads, len(bad) - bads) < FEWEST_OF_A_CLASS:
        told = f"{bads} bad and {len(bad) - bads} good rows; at least {FEWEST_OF_A_CLASS} of each"
        raise NotUsable(target, f"{told} are needed")


def _same(value: str, wanted: str) -> bool:
    """The same text, or the same number written otherwise: 1 and 1.0."""
    left, right = number(value), number(wanted)
    return value == wanted.strip() or (left is not None and left == right)


def _backwards(value: str) -> list[int]:
    """Of two values equally rare the later in order is the bad one: 1 before 0."""
    return [-ord(letter) for letter in value]


def _days(column: Sequence[str], wanted: Wanted) -> Floats:
    present = {cell for cell in column if not is_missing(cell, wanted.missing)}
    read = day_reader(present) or number
    days = read_all(column, read, wanted.missing)
    if days is None:
        raise NotUsable("--date", f"{wanted.date} has values that are neither days nor numbers")
    if np.isnan(days).any():
        raise NotUsable("--date", f"{wanted.date} is missing in {int(np.isnan(days).sum())} rows")
    if np.ptp(days) == 0:
        raise NotUsable("--date", f"{wanted.date} is the same day in all rows")
    return days


def _column(name: str, column: Sequence[str], wanted: Wanted, delimiter: str) -> Column:
    if name not in wanted.categories:
        present = {cell for cell in column if not is_missing(cell, wanted.missing)}
        for read in number_readers(delimiter, present):
            numbers = read_all(column, read, wanted.missing)
            if numbers is not None:
                return Column(name, "number", numbers)
        reader = day_reader(present)
        days = read_all(column, reader, wanted.missing) if reader else None
        if days is not None:
            return Column(name, "day", days)
    levels = sorted({cell.strip() for cell in column if not is_missing(cell, wanted.missing)})
    place = {level: float(position) for position, level in enumerate(levels)}
    codes = [place.get(cell.strip(), np.nan) for cell in column]
    return Column(name, "category", np.array(codes, np.float64), tuple(levels))


def _ratio(columns: Sequence[Column], name: str, above: str, below: str) -> Column:
    numbers = {column.name: column.values for column in columns}
    whole = np.where(numbers[below] == 0, np.nan, numbers[below])
    return Column(name, "number", numbers[above] / whole)


def _unfit(column: Column, cells: Sequence[str], wanted: Wanted) -> str | None:
    """Why a column says nothing about new rows, if it does not."""
    known = column.values[~np.isnan(column.values)]
    distinct = len(np.unique(known))
    if distinct == 0:
        return "it has no value in any row"
    if distinct == 1 and len(known) == len(cells):
        return "it has the same value in all rows"
    if column.kind == "category" and distinct > ID_SHARE * len(cells):
        return "its text differs in nearly every row, as an identifier does"
    if column.kind == "number" and distinct == len(cells) and _counts_rows(column.name, known):
        return "it numbers the rows, as an identifier does"
    return None


def _counts_rows(name: str, numbers: Floats) -> bool:
    """All different whole numbers that rise with the rows, leave no gaps or are called an id."""
    if not np.array_equal(numbers, np.round(numbers)):
        return False
    steps = np.diff(numbers)
    in_order = bool((steps > 0).all() or (steps < 0).all())
    dense = np.ptp(numbers) < COUNTER_SPREAD * len(numbers)
    return in_order or bool(dense) or ID_NAME.search(name) is not None
