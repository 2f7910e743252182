"""Month ends and portfolio reports in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from puhui.strict_json import loads
from puhui.tenancy import BankId
from servicing.domain.errors import PortfolioReportNotFound
from servicing.domain.portfolio.month_end import MonthEndLoan
from servicing.domain.portfolio.tables import REPORT


@dataclass
class InMemoryMonthEnds:
    """`servicing.portfolio_ports.MonthEnds` in memory."""

    kept: dict[tuple[BankId, date, int], tuple[MonthEndLoan, ...]] = field(default_factory=dict)

    def keep(self, bank_id: BankId, as_of: date, part: int, loans: Sequence[MonthEndLoan]) -> None:
        """Instead of what was kept before."""
        self.kept[bank_id, as_of, part] = tuple(loans)

    def read(self, bank_id: BankId, as_of: date, part: int) -> Sequence[MonthEndLoan]:
        """A part of the book."""
        return self.kept.get((bank_id, as_of, part), ())

    def last_before(self, bank_id: BankId, as_of: date) -> date | None:
        """The last month end before a day."""
        days = [day for bank, day, _ in self.kept if bank == bank_id and day < as_of]
        return max(days, default=None)


@dataclass
class InMemoryPortfolioFiles:
    """`servicing.portfolio_ports.PortfolioFiles` in memory."""

    kept: dict[tuple[BankId, date], dict[str, bytes]] = field(default_factory=dict)

    def keep(self, bank_id: BankId, as_of: date, files: Mapping[str, bytes]) -> None:
        """Instead of those of a run before."""
        self.kept[bank_id, as_of] = dict(files)

    def document(self, bank_id: BankId, as_of: date) -> Mapping[str, Any]:
        """The report."""
        if (bank_id, as_of) not in self.kept:
            raise PortfolioReportNotFound(f"no report of {as_of}")
        found: Mapping[str, Any] = loads(self.kept[bank_id, as_of][REPORT])
        return found

    def days(self, bank_id: BankId) -> Sequence[date]:
        """Oldest first."""
        return sorted(day for bank, day in self.kept if bank == bank_id)

    def link(self, bank_id: BankId, as_of: date, name: str, seconds: int) -> str:
        """A name that nothing outside this process can open."""
        return f"memory:{bank_id}/{as_of.isoformat()}/{name}"
