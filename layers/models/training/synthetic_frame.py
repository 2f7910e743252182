"""A cohort as a table: the real engine's indicators of each member, and its outcomes.

A frame takes minutes to compute; one that was computed from the same code, library and seed is
read back where a folder to keep frames in is given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from layers.models.training.synthetic_cohorts import Cohort, Observed
from puhui.columns import read_columns
from risk.domain.facts import Fact
from risk.domain.indicators.engine import compute
from risk.domain.indicators.library import DEFINITIONS
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.values import State
from sandbox.domain import economy

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
SEED: Final = "42"
LIBRARY: Final = tuple(DEFINITIONS)
SCALES: Final = np.array([float(10**one.decimals) for one in DEFINITIONS.values()])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """One row a member, in the cohort's order."""

    names: tuple[str, ...]
    values: Floats
    segment: NDArray[np.str_]
    thin: Bools
    absent: Mapping[str, Bools]
    """By product, whose provider does not know the member."""
    after_shock: Bools
    labels: Mapping[str, Bools]

    def complete(self, names: Sequence[str]) -> Bools:
        """Whose documents behind these inputs are all there."""
        sources = {DEFINITIONS[name].source for name in names if name in DEFINITIONS}
        found = np.ones(len(self.values), np.bool_)
        for product in sorted(sources & set(self.absent)):
            found &= ~self.absent[product]
        return found

    def columns(self, names: Sequence[str]) -> Floats:
        """Some of the inputs, in the order asked for."""
        return self.values[:, [self.names.index(name) for name in names]]


def frame_of(cohort: Cohort, keep_in: Path | None = None) -> Frame:
    """Compute a cohort's table, or read it back."""
    kept = None if keep_in is None else keep_in / f"{cohort.id}-{_digest(cohort)}.npz"
    if kept is not None and kept.exists():
        return _read(kept)
    frame = _computed(cohort)
    if kept is not None:
        _write(kept, frame)
    return frame


def row_of(observed: Observed) -> list[float]:
    """The library's indicators of one member, then what is declared: NaN without a value."""
    facts = {
        product: Fact(
            product=product,
            state=State.OK,
            columns=read_columns(product, msgspec.json.encode(found)),
        )
        for product, found in observed.documents.items()
    }
    vector = compute(facts, AsOf(observed.member.observed_on))
    known = np.where(vector.states == 0, vector.scaled / SCALES, np.nan)
    declared = [np.nan if one is None else float(one) for one in observed.declared.values()]
    return [*known.tolist(), *declared]


def _computed(cohort: Cohort) -> Frame:
    rows, members, absent = [], [], []
    declared: tuple[str, ...] = ()
    labels: dict[str, list[bool]] = {}
    for observed in islice(cohort.observe(SEED, cohort), cohort.size):
        rows.append(row_of(observed))
        declared = tuple(observed.declared)
        members.append(observed.member)
        absent.append([product in observed.absent for product in cohort.products])
        for name, value in observed.labels.items():
            labels.setdefault(name, []).append(value)
    return Frame(
        names=(*LIBRARY, *declared),
        values=np.array(rows, np.float64),
        segment=np.array([member.segment for member in members]),
        thin=np.array([member.thin for member in members]),
        absent=dict(zip(cohort.products, np.array(absent).T, strict=True)),
        after_shock=np.array([member.after_shock for member in members]),
        labels={name: np.array(column) for name, column in labels.items()},
    )


def _write(path: Path, frame: Frame) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    labels = {f"label {name}": column for name, column in frame.labels.items()}
    absent = {f"absent {name.replace('/', '|')}": one for name, one in frame.absent.items()}
    np.savez_compressed(
        path,
        allow_pickle=False,
        names=np.array(frame.names),
        values=frame.values,
        segment=frame.segment,
        thin=frame.thin,
        after_shock=frame.after_shock,
        **labels,
        **absent,
    )


def _read(path: Path) -> Frame:
    with np.load(path) as found:

        def part(prefix: str) -> dict[str, Bools]:
            """All columns under a prefix, by their names."""
            keys = [key for key in found.files if key.startswith(prefix)]
            return {key[len(prefix) :].replace("|", "/"): found[key] for key in keys}

        return Frame(
            names=tuple(found["names"].tolist()),
            values=found["values"],
            segment=found["segment"],
            thin=found["thin"],
            absent=part("absent "),
            after_shock=found["after_shock"],
            labels=part("label "),
        )


def _digest(cohort: Cohort) -> str:
    """Another line of the generators or another library is another frame."""
    digest = hashlib.sha256(f"{SEED}|{cohort.id}|{cohort.size}|{cohort.products}".encode())
    folder = Path(economy.__file__).parents[1]
    for path in [*sorted(folder.rglob("*.py")), Path(__file__).with_name("synthetic_cohorts.py")]:
        digest.update(path.read_bytes())
    for name, one in DEFINITIONS.items():
        digest.update(f"{name}@{one.version}".encode())
    return digest.hexdigest()[:16]
