"""The public data sets that the pipeline is measured on: how to read each, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from layers.models.training.reading import NotUsable, read_table
from layers.models.training.table import Dataset, Wanted, dataset

GERMAN_NAMES: Final = (
    "checking_account", "duration_months", "credit_history", "purpose", "amount", "savings",
    "employment_since", "instalment_rate", "status_and_sex", "guarantors", "residence_since",
    "property", "age", "other_instalment_plans", "housing", "credits_here", "job", "dependants",
    "telephone", "foreign_worker", "class",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a data set's rows are in its folder, and what is what in them."""

    file: str
    wanted: Wanted
    names: tuple[str, ...] | None = None
    delimiter: str | None = None
    last_training_day: float | None = None


SOURCES: Final = {
    "gmsc": Source(
        file="cs-training.csv.gz", wanted=Wanted(target="SeriousDlqin2yrs", positive="1")
    ),
    "taiwan_default": Source(
        file="UCI_Credit_Card.csv.gz",
        wanted=Wanted(target="default.payment.next.month", positive="1", identifier="ID"),
    ),
    "german": Source(
        file="german.data.gz",
        wanted=Wanted(target="class", positive="2"),
        names=GERMAN_NAMES,
        delimiter=" ",
    ),
    "hmeq": Source(file="hmeq.csv.gz", wanted=Wanted(target="BAD", positive="1")),
    "polish_bankruptcy_1year": Source(
        file="1year.arff.gz", wanted=Wanted(target="bankruptcy", positive="1")
    ),
    "lending_club": Source(
        file="lending_club.csv.gz", wanted=Wanted(target="Class", positive="bad")
    ),
    "sba": Source(
        file="SBAnational_first22427.csv.gz",
        wanted=Wanted(
            target="MIS_Status",
            positive="CHGOFF",
            # Term is cut short by a default; the ChgOff fields are the default; the day of
            # disbursement comes after the decision.
            drop=("Term", "ChgOffDate", "ChgOffPrinGr", "DisbursementDate"),
            date="ApprovalFY",
            identifier="LoanNr_ChkDgt",
            # The guaranteed portion is a feature of the set's authors (Li et al. 2018).
            ratios=(
                ("Portion", "SBA_Appv", "GrAppv"),
                ("Disbursed", "DisbursementGross", "GrAppv"),
            ),
        ),
        last_training_day=2004.0,
    ),
}  # fmt: skip


def named_dataset(name: str, folder: Path) -> Dataset:
    """Read a named data set from its folder."""
    if name == "cn_sme_invoices":
        from layers.models.training.firm_table import firm_dataset

        return firm_dataset(folder)
    source = SOURCES[name]
    path = folder if folder.is_file() else folder / source.file
    if not path.is_file():
        raise NotUsable("--data", f"{folder} has no {source.file}")
    return dataset(read_table(path, names=source.names, delimiter=source.delimiter), source.wanted)
