"""Writes a number for every level of a category, learned from the training rows alone.

A level becomes the log-odds of its bad rate, drawn towards the rate of all by PRIOR_ROWS rows, so
that trees can cut levels by their risk and a scorecard can bin them. Rare levels are one level.
Scorecards learn many levels by heart from such numbers, so the training rows of a category with
many levels are given the number that the other folds' rows say (cross-fitting); rows that are
scored are given the number of all training rows, which the card keeps.

Trees see a category of many levels by the place of its name in the alphabet instead, a column of
its own that knows no outcome: what a level's bad rate was ages faster than what can be cut out of
an order (measured out of time on the SBA loans: AUC 0.65 with bad rates, 0.68 with places).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from layers.models.training.metrics import Bools, Floats, logit
from layers.models.training.table import Column

PRIOR_ROWS: Final = 20.0
RARE_ROWS: Final = 10
RARE_SHARE: Final = 0.002
MANY_LEVELS: Final = 15
"""With more levels than this a category has a column for scorecards and one for trees."""
PLACE: Final = "{} (place)"
CROSS_FITS: Final = 5
DECIMALS: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class LevelNumbers:
    """The numbers of one category: by position in the column's levels, and of any other level."""

    numbers: Floats
    other: float

    def of(self, codes: Floats) -> Floats:
        """The number of each row; a missing level stays missing."""
        present = ~np.isnan(codes)
        found = np.full(len(codes), np.nan)
        found[present] = self.numbers[codes[present].astype(np.int64)]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Encoding:
    """How the columns of a data set become a matrix; None for columns that are numbers."""

    levels: tuple[LevelNumbers | None, ...]

    def matrix(self, columns: Sequence[Column], rows: NDArray[np.int64]) -> Floats:
        """The rows as a model sees them."""
        parts = [
            column.values[rows] if numbers is None else numbers.of(column.values[rows])
            for column, numbers in zip(columns, self.levels, strict=True)
        ]
        places = [column.values[rows] for column in columns if has_place(column)]
        return np.column_stack([*parts, *places])

    def told(self, columns: Sequence[Column]) -> dict[str, Any]:
        """The encoding as the card keeps it: the number of every level, by column."""
        return {
            column.name: {
                "levels": {
                    level: float(number)
                    for level, number in zip(column.levels, numbers.numbers, strict=True)
                    if number != numbers.other
                },
                "other": numbers.other,
            }
            | ({"places": list(column.levels)} if has_place(column) else {})
            for column, numbers in zip(columns, self.levels, strict=True)
            if numbers is not None
        }


def has_place(column: Column) -> bool:
    """Whether a category has so many levels that trees see the places of their names."""
    return column.kind == "category" and len(column.levels) > MANY_LEVELS


def encoded_names(columns: Sequence[Column]) -> tuple[str, ...]:
    """The features as a model sees them: every column, then the places of the long categories."""
    places = (PLACE.format(column.name) for column in columns if has_place(column))
    return (*(column.name for column in columns), *places)


def seen_by(columns: Sequence[Column]) -> tuple[Bools, Bools]:
    """Which features trees see, and which scorecards see."""
    long = np.array([has_place(column) for column in columns], np.bool_)
    places = np.ones(int(long.sum()), np.bool_)
    return np.concatenate([~long, places]), np.concatenate([np.ones_like(long), ~places])


def fit_encoding(columns: Sequence[Column], bad: Bools, rows: NDArray[np.int64]) -> Encoding:
    """Learn the numbers of all levels from the given rows."""
    return Encoding(
        tuple(
            _numbers(column.values[rows], bad[rows], len(column.levels))
            if column.kind == "category"
            else None
            for column in columns
        )
    )


def training_matrix(
    columns: Sequence[Column], bad: Bools, rows: NDArray[np.int64], encoding: Encoding, seed: int
) -> Floats:
    """The training rows, cross-fitted where a category has many levels."""
    values = encoding.matrix(columns, rows)
    part = np.random.default_rng(seed).permutation(len(rows)) % CROSS_FITS
    for place, (column, numbers) in enumerate(zip(columns, encoding.levels, strict=True)):
        if numbers is None or not has_place(column):
            continue
        codes = column.values[rows]
        for number in range(CROSS_FITS):
            learned, told = part != number, part == number
            fitted = _numbers(codes[learned], bad[rows][learned], len(column.levels))
            values[told, place] = fitted.of(codes[told])
    return values


def _numbers(codes: Floats, bad: Bools, levels: int) -> LevelNumbers:
    present = ~np.isnan(codes)
    places = codes[present].astype(np.int64)
    rows = np.bincount(places, minlength=levels).astype(np.float64)
    bads = np.bincount(places, weights=bad[present], minlength=levels)
    rare = rows < max(RARE_ROWS, RARE_SHARE * len(codes))
    rate = float(bad.mean())
    other = _smoothed(float(bads[rare].sum()), float(rows[rare].sum()), rate)
    each = (bads + PRIOR_ROWS * rate) / (rows + PRIOR_ROWS)
    return LevelNumbers(np.where(rare, other, np.round(logit(each), DECIMALS)), other)


def _smoothed(bads: float, rows: float, rate: float) -> float:
    share = np.array([(bads + PRIOR_ROWS * rate) / (rows + PRIOR_ROWS)])
    return round(float(logit(share)[0]), DECIMALS)
