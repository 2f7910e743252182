"""Record rail repayment (通道还款入账): money of the rail as an event of its loan, once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from servicing.domain.account.events import Happening, Recovery, Repayment
from servicing.domain.errors import EventRefused, LoanNotFound
from servicing.domain.rail.errors import RepaymentRefused
from servicing.rail_ports import RepaymentOrder
from servicing.usecases.record_event import AskedEvent, RecordEvent

WRITTEN_OFF: Final = "repayment.written_off"
BY: Final = "core-banking-rail"


@dataclass(frozen=True)
class RecordRailRepayment:
    """`servicing.rail_ports.RepaymentRecorder`: a repayment, or a recovery after a write-off."""

    record: RecordEvent

    def __call__(self, order: RepaymentOrder) -> None:
        """Raises RepaymentRefused with the rule by which the loan takes no money."""
        try:
            self._enter(order, Repayment(amount=order.amount, rail_reference=order.serial_no))
        except EventRefused as refused:
            if refused.rule != WRITTEN_OFF:
                raise RepaymentRefused(refused.message, rule=refused.rule) from refused
            self._recover(order)
        except LoanNotFound as missing:
            raise RepaymentRefused("there is no such loan", rule="loan.exists") from missing

    def _recover(self, order: RepaymentOrder) -> None:
        try:
            self._enter(order, Recovery(amount=order.amount, rail_reference=order.serial_no))
        except EventRefused as refused:
            raise RepaymentRefused(refused.message, rule=refused.rule) from refused

    def _enter(self, order: RepaymentOrder, what: Happening) -> None:
        self.record(
            AskedEvent(
                bank_id=order.bank_id,
                loan_id=order.loan_id,
                event_id=order.event_id,
                what=what,
                value_date=order.value_date,
                by=BY,
            )
        )
