"""The figures of a day (日终报表): a sum over the loans as they stand, not over what a run did.

So a partition that is counted again gives the same figures, and nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Final

from servicing.domain.account.position import LoanPosition

NON_PERFORMING_AFTER_DAYS: Final = 90
"""《商业银行金融资产风险分类办法》第十一条: overdue for more than 90 days is at least 次级."""
PPM: Final = 1_000_000


class Basis(StrEnum):
    """What says that a loan is non-performing."""

    MODEL = "model"
    DAYS_OVERDUE = "days_overdue"
    MIXED = "mixed"


BASIS_NAMES: Final = {
    Basis.MODEL: "五级分类模型",
    Basis.DAYS_OVERDUE: "仅按逾期天数（模型未部署或不可用）",
    Basis.MIXED: "部分贷款仅按逾期天数",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTally:
    """Loans on the balance sheet at the end of a day: numbers, and amounts in 分.

    Two tallies of disjoint loans add up, in any order.
    """

    loans: int = 0
    booked: int = 0
    """Disbursed on the day."""
    due_today: int = 0
    """With an instalment of the day that is unpaid."""
    newly_overdue: int = 0
    """The first day on which the oldest unpaid instalment is overdue."""
    overdue: int = 0
    non_performing: int = 0
    by_days_only: int = 0
    """Judged by days overdue alone, because the model of the tiers did not answer."""
    principal_fen: int = 0
    overdue_principal_fen: int = 0
    non_performing_fen: int = 0
    accrued_interest_fen: int = 0
    """应计利息: earned since the last due days."""
    due_interest_fen: int = 0
    """应收利息: fell due and is unpaid."""
    late_charges_fen: int = 0
    """罚息 and 复利."""
    provision_fen: int = 0

    @property
    def basis(self) -> Basis:
        """What says that a loan is non-performing."""
        if self.by_days_only == 0:
            return Basis.MODEL
        return Basis.DAYS_OVERDUE if self.by_days_only == self.loans else Basis.MIXED

    @property
    def npl_ppm(self) -> int:
        """不良率: the share of non-performing principal, in parts per million, half up."""
        if self.principal_fen == 0:
            return 0
        return (2 * self.non_performing_fen * PPM + self.principal_fen) // (2 * self.principal_fen)

    def plus(self, other: DayTally) -> DayTally:
        """Both together."""
        return DayTally(
            **{
                field.name: getattr(self, field.name) + getattr(other, field.name)
                for field in fields(self)
            }
        )

    def as_values(self) -> dict[str, int]:
        """The figures by name, as rows and state machines carry them."""
        return asdict(self)

    @classmethod
    def of_values(cls, values: Mapping[str, int]) -> DayTally:
        """The figures that `as_values` wrote; numbers that are not there are 0."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: int(value) for name, value in values.items() if name in known})


NOTHING_COUNTED: Final = DayTally()


def non_performing_by_days(position: LoanPosition) -> bool:
    """不良 by days overdue alone: what holds where no classification says more."""
    return position.days_overdue > NON_PERFORMING_AFTER_DAYS


def tally_of(
    position: LoanPosition, day: date, *, due_today: bool, bad: bool, by_model: bool
) -> DayTally:
    """One loan's part in the figures; a loan that is not on the balance sheet has none.

    A loan of a later business day belongs to the report of that day.
    """
    if not position.on_balance_sheet or position.disbursed_on > day:
        return NOTHING_COUNTED
    principal = position.principal_outstanding.minor
    return DayTally(
        loans=1,
        booked=int(position.disbursed_on == day),
        due_today=int(due_today),
        newly_overdue=int(position.days_overdue == 1),
        overdue=int(position.days_overdue > 0),
        non_performing=int(bad),
        by_days_only=int(not by_model),
        principal_fen=principal,
        overdue_principal_fen=position.principal_overdue.minor,
        non_performing_fen=principal if bad else 0,
        accrued_interest_fen=position.interest_accrued.minor,
        due_interest_fen=position.interest_due.minor,
        late_charges_fen=(position.penalty_due + position.compound_due).minor,
        provision_fen=position.provision.minor,
    )
