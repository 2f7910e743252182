"""Small generated tables, as files and as data sets."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from layers.models.training.reading import read_table
from layers.models.training.table import Dataset, Wanted, dataset


def simulated(rows: int = 600, features: int = 4, seed: int = 42) -> tuple[Any, Any]:
    """Values with holes and outcomes that follow the first two columns."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(rows, features)) * 10.0 ** np.arange(features)
    signal = values[:, 0] - np.abs(values[:, 1]) / 10 + random.normal(size=rows)
    values[random.random(values.shape) < 0.1] = np.nan
    return values, signal > np.quantile(signal, 0.75)


def cells(rows: int = 60) -> dict[str, list[str]]:
    """Columns of text with one bad row in four."""
    return {
        "age": [str(20 + row % 37) for row in range(rows)],
        "city": [("Hefei", "Wuhu", "Anqing")[row % 3] for row in range(rows)],
        "outcome": ["bad" if row % 4 == 0 else "good" for row in range(rows)],
    }


def write(path: Path, columns: dict[str, list[str]], delimiter: str = ",") -> Path:
    """Write columns as a file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return path


def read(path: Path, columns: dict[str, list[str]], **wanted: Any) -> Dataset:
    """Write and read columns; the outcome is the target unless another is named."""
    said = {"target": "outcome", **wanted}
    return dataset(read_table(write(path / "table.csv", columns)), Wanted(**said))
