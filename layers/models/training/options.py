"""What a caller says about a training, and the data set that it names: numpy is enough for this."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from layers.models.training.calibration import Kind
from layers.models.training.datasets import SOURCES, named_dataset
from layers.models.training.reading import NotUsable, RawTable, read_table
from layers.models.training.reject_inference import MOST_RISKIER_BY, RISKIER_BY
from layers.models.training.table import Dataset, Wanted, dataset

FIRMS: Final = "cn_sme_invoices"
NAMED: Final = (*SOURCES, FIRMS)
TABULAR: Final = "tabular"
FLAGS: Final = {"identifier": "id", "reject_factor": "reject-factor"}
"""Options whose flag is another word than their field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The command line of a training."""

    name: str
    data: Path
    output: Path | None = None
    target: str | None = None
    positive: str | None = None
    drop: str = ""
    date: str | None = None
    identifier: str | None = None
    missing: str = ""
    monotone: str = ""
    calibration: Kind = "none"
    repeats: int | None = None
    rejects: Path | None = None
    reject_factor: float = RISKIER_BY

    def arguments(self) -> Iterator[str]:
        """The same as a command line, for a process of its own."""
        yield self.name
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name != "name" and value not in (None, ""):
                shown = value.resolve() if isinstance(value, Path) else value
                yield f"--{FLAGS.get(field.name, field.name)}={shown}"


def load(options: Options) -> tuple[Dataset, float | None]:
    """The data set, and the last day of training where one is fixed."""
    refuse_rejects(options)
    if options.name != TABULAR:
        found = named_dataset(options.name, options.data)
        source = SOURCES.get(options.name)
        return found, source.last_training_day if source else None
    if not options.target:
        raise NotUsable("--target", "name the column of the outcome")
    wanted = Wanted(
        target=options.target,
        positive=options.positive,
        drop=_list(options.drop),
        date=options.date,
        identifier=options.identifier,
        missing=frozenset(_list(options.missing)),
    )
    return dataset(read_table(options.data), wanted, _refused(options.rejects)), None


def _refused(path: Path | None) -> RawTable | None:
    """The file of refused applicants; what is wrong with it is wrong with this option."""
    try:
        return None if path is None else read_table(path)
    except NotUsable as error:
        raise NotUsable("--rejects", error.rule) from error


def refuse_rejects(options: Options) -> None:
    """Refused applicants belong to somebody's own table; a factor below 1 would flatter them."""
    if options.rejects is not None and options.name != TABULAR:
        raise NotUsable(
            "--rejects", f"only a table of one's own ({TABULAR}) has refused applicants"
        )
    if not 1 <= options.reject_factor <= MOST_RISKIER_BY:
        raise NotUsable("--reject-factor", f"must be from 1 to {MOST_RISKIER_BY:g}")


def signs(text: str, names: tuple[str, ...]) -> tuple[int, ...] | None:
    """`income:-1,debt:1` as a sign for each feature, 0 where none is named.

    >>> signs("b:-1", ("a", "b"))
    (0, -1)
    """
    if not text:
        return None
    named = {}
    for part in _list(text):
        name, _, sign = part.rpartition(":")
        if name not in names:
            raise NotUsable("--monotone", f"there is no feature {name or part}")
        if sign not in ("-1", "0", "1"):
            raise NotUsable("--monotone", f"{part}: the sign is -1, 0 or 1")
        named[name] = int(sign)
    return tuple(named.get(name, 0) for name in names)


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
