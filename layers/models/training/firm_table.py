"""The labelled firms as a table: our own indicators of their invoices on the day of observation."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from layers.models.training.firms import DataNotThere, folder_sha256, read_firms
from layers.models.training.reading import NotUsable
from layers.models.training.table import Column, Dataset
from risk.domain.indicators.engine import compute
from risk.domain.indicators.months import AsOf

OBSERVED_ON: Final = date(2020, 3, 1)
"""The day after the extract's last invoices: what everyone who measures on these firms uses."""
YEAR_EARLIER: Final = date(2019, 3, 1)
"""Leaves a full year in which a default could happen after all that is seen: the stricter test."""
INDICATORS: Final = (
    "ent.inv.out_valid_amt.all.l24m.sum",
    "ent.inv.out_valid_amt.all.l12m.sum",
    "ent.inv.out_valid_amt.all.l24m.cv",
    "ent.inv.out_valid.all.l24m.active_month",
)
"""Scale, recent scale, stability and continuity of sales, chosen by argument for M08."""


def firm_dataset(folder: Path, day: date = OBSERVED_ON) -> Dataset:
    """Compute the indicators of every labelled firm; the bank's rating is never read."""
    try:
        firms = read_firms(folder, labelled=True)
        sha256 = folder_sha256(folder, labelled=True)
    except DataNotThere as error:
        raise NotUsable("--data", str(error)) from error
    rows = []
    for firm in firms:
        values = compute(firm.facts, AsOf(day))
        numbers = (values[name].number for name in INDICATORS)
        rows.append([np.nan if number is None else float(number) for number in numbers])
    matrix = np.array(rows, np.float64)
    return Dataset(
        columns=tuple(
            Column(name, "number", values)
            for name, values in zip(INDICATORS, matrix.T, strict=True)
        ),
        bad=np.array([bool(firm.defaulted) for firm in firms]),
        positive="是",
        days=None,
        notes=(f"indicators of the invoices before {day}; the bank's rating is not read",),
        sha256=sha256,
    )
