"""What happens to a loan after it is drawn, and in which order on one day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from servicing.domain.errors import PlanNotPossible
from servicing.domain.plan.choices import PayoffInterest, Strategy


class EventType(StrEnum):
    """What can happen (事件)."""

    DISBURSEMENT = "DISBURSEMENT"
    RATE_CHANGE = "RATE_CHANGE"
    REPAYMENT = "REPAYMENT"
    PREPAYMENT = "PREPAYMENT"
    PAYOFF = "PAYOFF"


SAME_DAY: Final = tuple(EventType)
"""Of one day, after what is due: money out, the rate, what is paid before it is due, the end."""
BEFORE_LAST: Final = frozenset({EventType.DISBURSEMENT})
"""On the last day happens before the instalment, which repays it too; everything else after."""

AFTER_MATURITY: Final = frozenset({EventType.REPAYMENT, EventType.PAYOFF})
"""Can still happen to what is overdue when the last day has passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEvent:
    """One event. `amount` is money; a change of the rate carries `annual_rate_pct` instead.

    `interest` says until when a pay-off pays interest (by default to its day). A prepayment that
    says `TO_DATE` or `TO_PERIOD_END` pays that interest itself, in a row of its own; one whose
    `interest_waits` is principal alone, in a row of its own, and leaves interest to the due day.
    """

    date: date
    type: EventType
    amount: Decimal | None = None
    annual_rate_pct: Decimal | None = None
    strategy: Strategy | None = None
    interest: PayoffInterest | None = None
    interest_waits: bool = False

    def __post_init__(self) -> None:
        """Refuse an event without what its type needs."""
        if self.type is EventType.RATE_CHANGE:
            given, name = self.annual_rate_pct, "annual_rate_pct"
            good = given is not None and given >= 0
        elif self.type is EventType.PAYOFF:
            return
        else:
            given, name = self.amount, "amount"
            good = given is not None and given > 0
        if not good:
            raise PlanNotPossible(
                f"{self.type} needs {name}", field=f"events.{name}", rule=f"{self.type}.{name}"
            )

    @property
    def money(self) -> Decimal:
        """The amount of an event that has one."""
        return self.amount if self.amount is not None else Decimal(0)

    @property
    def new_rate_pct(self) -> Decimal:
        """The rate of an event that changes it."""
        return self.annual_rate_pct if self.annual_rate_pct is not None else Decimal(0)


def in_order(events: Sequence[PlanEvent]) -> list[PlanEvent]:
    """By day, and within a day as `SAME_DAY` says; how they were listed does not matter.

    Two events of one type on one day take effect as listed; of two changes of the rate the later
    listed stands.
    """
    return sorted(events, key=lambda event: (event.date, SAME_DAY.index(event.type)))
