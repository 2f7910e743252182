"""Check misuse (核对挪用依据): a penalty for misuse rests on a warning that was found true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from puhui.money import Money
from puhui.tenancy import BankId
from servicing.domain.account.events import Happening, Misuse
from servicing.domain.errors import EventRefused, WarningNotFound
from servicing.domain.fund_use.trace import FUND_USE
from servicing.domain.warning.warning import LoanWarning, Measure, WarningState
from servicing.warning_ports import FundTraces, Warnings

UNTRUE: Final = frozenset({Measure.FALSE_ALARM, Measure.LOAN_SETTLED})


@dataclass(frozen=True)
class CheckMisuse:
    """Refuse a misuse that names a warning which says nothing of it.

    Misuse that was found otherwise, such as by a check on the spot, names none; its reason says
    how it is known.
    """

    warnings: Warnings
    traces: FundTraces

    def __call__(self, bank_id: BankId, loan_id: str, what: Happening) -> None:
        """Raises EventRefused; anything but a misuse passes."""
        if not isinstance(what, Misuse) or what.warning_id is None:
            return
        if not _confirmed(self._warning(bank_id, what.warning_id), loan_id):
            raise EventRefused(
                "the warning is not one of this loan's money that was closed as true",
                field="warning_id",
                rule="misuse.finding",
            )
        trace = self.traces.last_trace(bank_id, loan_id)
        found = 0 if trace is None else trace.misuse_fen + trace.unexplained_fen
        if what.amount > Money(found):
            raise EventRefused(
                f"fund tracing found {found} 分", field="amount", rule="misuse.traced_amount"
            )

    def _warning(self, bank_id: BankId, warning_id: str) -> LoanWarning:
        try:
            return self.warnings.get(bank_id, warning_id)
        except WarningNotFound as error:
            raise EventRefused(
                "there is no such warning", field="warning_id", rule="misuse.finding"
            ) from error


def _confirmed(warning: LoanWarning, loan_id: str) -> bool:
    if warning.signal != FUND_USE or loan_id not in warning.loan_ids:
        return False
    disposal = warning.disposal
    return (
        warning.state is WarningState.DISPOSED
        and disposal is not None
        and disposal.measure not in UNTRUE
    )
