"""What the portfolio's API takes and answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from puhui.contracts.common import Contract, Fen


class CellView(Contract):
    """So many loans and their balance."""

    loans: Annotated[int, Field(ge=0)]
    fen: Fen


class VintageView(Contract):
    """The loans of one month of disbursement as they stand."""

    loans: int
    disbursed_fen: Fen
    outstanding_fen: Fen
    overdue_1_fen: Fen
    overdue_30_fen: Fen
    overdue_90_fen: Fen
    written_off_fen: Fen
    recovered_fen: Fen
    first_payment_default_loans: int


class MigrationView(CellView):
    """What moved from one group to another between two month ends."""

    source: str
    target: str


class PortfolioView(Contract):
    """The loan book at a month end (资产组合报告); ratios in parts per million."""

    as_of: date
    before: date | None
    outstanding: CellView
    non_performing: CellView
    npl_ppm: int
    overdue_90_ppm: int
    provision_fen: Fen
    coverage_ppm: int | None
    written_off_fen: Fen
    recovered_fen: Fen
    by_tier: dict[str, CellView]
    by_stage: dict[str, CellView]
    by_bucket: dict[str, CellView]
    inclusive: dict[str, CellView]
    first_loan: dict[str, CellView]
    vintages: dict[str, VintageView]
    migration: tuple[MigrationView, ...]

    @classmethod
    def of(cls, document: dict[str, Any]) -> PortfolioView:
        """The view of a stored report."""
        return cls.model_validate({k: v for k, v in document.items() if k != "format"})


class PortfolioDays(Contract):
    """The month ends that have a report, oldest first."""

    items: tuple[date, ...]


class PortfolioFile(Contract):
    """Where a table can be downloaded."""

    name: str
    url: str
    seconds: int


FileName = Literal["quality.csv", "migration.csv", "vintages.csv", "loans-503-view.csv"]
