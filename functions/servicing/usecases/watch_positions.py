"""Watch positions (逐笔监测): the loans of a page at the end of a day, each once for the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from puhui.errors import StaleVersion
from puhui.tenancy import BankId
from servicing.domain.account.position import LoanPosition
from servicing.domain.warning.watch import watch_of_position
from servicing.usecases.watch_loan import WatchLoan
from servicing.warning_ports import Watches

MAX_ATTEMPTS: Final = 2
"""Somebody recorded a check or a payment in the same instant: read again, once."""


@dataclass(frozen=True)
class WatchPositions:
    """Watch loans at the end of a day; end of day calls it page by page, as often as it likes."""

    watches: Watches
    watch_loan: WatchLoan

    def watch(self, bank_id: BankId, day: date, positions: Sequence[LoanPosition]) -> int:
        """Look at these loans as of the day, once; answers how many warnings are new or graver."""
        watches = self.watches.of_loans(bank_id, [one.loan_id for one in positions])
        count = 0
        for position in positions:
            known = watches.get(position.loan_id) or watch_of_position(position)
            watch = known.begun_again(day)
            for attempt in range(1, MAX_ATTEMPTS + 1):
                try:
                    count += len(self.watch_loan(watch, position, day).raised)
                    break
                except StaleVersion:
                    if attempt == MAX_ATTEMPTS:
                        raise
                    watch = self.watches.get(bank_id, position.loan_id)
        return count
