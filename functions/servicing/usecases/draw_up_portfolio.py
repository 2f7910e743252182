"""Draw up portfolio (资产组合报告)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from puhui.strict_json import dumps
from puhui.tenancy import BankId
from servicing.domain.portfolio.east import NOTE, east_table
from servicing.domain.portfolio.month_end import MonthEndLoan
from servicing.domain.portfolio.report import PortfolioReport, report_of
from servicing.domain.portfolio.tables import (
    REPORT,
    as_csv,
    as_document,
    migration_table,
    quality_table,
    vintage_table,
)
from servicing.portfolio_ports import MonthEnds, PortfolioFiles

FILES = ("quality.csv", "migration.csv", "vintages.csv", "loans-503-view.csv")


@dataclass(frozen=True)
class DrawUpPortfolio:
    """Add the parts of a month end up to one report, with its tables; again gives the same."""

    month_ends: MonthEnds
    files: PortfolioFiles
    parts: int

    def __call__(self, bank: BankId, as_of: date) -> PortfolioReport:
        before = self.month_ends.last_before(bank, as_of)
        report = PortfolioReport(as_of=as_of, before=before)
        everything: list[MonthEndLoan] = []
        for part, loans in self._parts(bank, as_of):
            once = self.month_ends.read(bank, before, part) if before else ()
            report = report.plus(report_of(loans, as_of, once, before))
            everything.extend(loans)
        tables = (
            as_csv(quality_table(report)),
            as_csv(migration_table(report)),
            as_csv(vintage_table(report)),
            as_csv(east_table(everything), note=NOTE),
        )
        named = dict(zip(FILES, (table.encode() for table in tables), strict=True))
        self.files.keep(bank, as_of, {REPORT: dumps(as_document(report)).encode(), **named})
        return report

    def _parts(self, bank: BankId, as_of: date) -> Iterator[tuple[int, list[MonthEndLoan]]]:
        for part in range(self.parts):
            yield part, list(self.month_ends.read(bank, as_of, part))
