"""Review debtors (日终催收检视): the cases of late debtors, after early warning has looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from puhui.tenancy import BankId
from servicing.collections_ports import CollectionFiles
from servicing.domain.account.position import LoanPosition
from servicing.end_of_day_ports import Watches
from servicing.usecases.review_collection import ReviewCollection


@dataclass(frozen=True)
class ReviewDebtors:
    """`servicing.end_of_day_ports.Watches`: early warning first, then collections.

    Who is late is reviewed, and who was: his case leaves the work list.
    """

    watches: Watches
    review: ReviewCollection
    files: CollectionFiles

    def watch(self, bank_id: BankId, day: date, positions: Sequence[LoanPosition]) -> int:
        """The new warnings; the cases are brought to the day, each debtor once a page."""
        raised = self.watches.watch(bank_id, day, positions)
        late = {one.customer_id for one in positions if one.days_overdue > 0}
        for debtor_id in dict.fromkeys(one.customer_id for one in positions):
            if debtor_id in late or self._was_late(bank_id, debtor_id):
                self.review(bank_id, debtor_id, day)
        return raised

    def _was_late(self, bank_id: BankId, debtor_id: str) -> bool:
        file = self.files.find(bank_id, debtor_id)
        return file is not None and bool(file.lines)
