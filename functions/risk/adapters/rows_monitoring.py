"""Rows of monitoring: outcomes by vintage, and the heads of reports by model.

`BANK#{bank}#OUTCOMES#{month}` / `APP#{application}` is what became of a loan;
`BANK#{bank}#MONITORING#{model}` / `DAY#{day}` is where a day's report lies, and its first line.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from pynamodb.attributes import UnicodeAttribute

from puhui.dynamodb import BaseRow
from puhui.tenancy import BankId

DAY_PREFIX: Final = "DAY#"


class OutcomeRow(BaseRow):
    """A known outcome; subjects are ids, so the body is plain."""

    body = UnicodeAttribute()


class ReportRow(BaseRow):
    """The head of a day's report."""

    body = UnicodeAttribute()


MONITORING_ROWS: Final[tuple[type[BaseRow], ...]] = (OutcomeRow, ReportRow)


def outcomes_pk(bank_id: BankId, vintage: str) -> str:
    """The outcomes of one month of decisions."""
    return f"BANK#{bank_id}#OUTCOMES#{vintage}"


def outcome_sk(application_id: str) -> str:
    """One application."""
    return f"APP#{application_id}"


def reports_pk(bank_id: BankId, model_id: str) -> str:
    """The reports of one model."""
    return f"BANK#{bank_id}#MONITORING#{model_id}"


def day_sk(day: date) -> str:
    """One day's report."""
    return f"{DAY_PREFIX}{day.isoformat()}"
