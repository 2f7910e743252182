"""Where a loan stands on a day (贷款余额状况): what every reader of the books starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from puhui.money import Money
from puhui.tenancy import BankId

NOTHING: Final = Money(0)


class LoanStatus(StrEnum):
    """Where a loan stands; the first four are on the balance sheet."""

    ACTIVE = "active"
    OVERDUE = "overdue"
    NON_ACCRUAL = "non_accrual"
    EXPIRED = "expired"
    SETTLED = "settled"
    WRITTEN_OFF = "written_off"


STATUS_NAMES: Final[Mapping[LoanStatus, str]] = {
    LoanStatus.ACTIVE: "正常",
    LoanStatus.OVERDUE: "逾期",
    LoanStatus.NON_ACCRUAL: "非应计",
    LoanStatus.EXPIRED: "到期未还",
    LoanStatus.SETTLED: "结清",
    LoanStatus.WRITTEN_OFF: "核销",
}
ON_BALANCE_SHEET: Final = frozenset(
    {LoanStatus.ACTIVE, LoanStatus.OVERDUE, LoanStatus.NON_ACCRUAL, LoanStatus.EXPIRED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanPosition:
    """One loan at the end of a business day; amounts are what is owed, never negative.

    `principal_overdue` is part of `principal_outstanding`. `interest_due` fell due and is unpaid;
    `interest_accrued` was earned since the last due day. `days_overdue` counts from the oldest
    unpaid due day and is 0 on that day itself.
    """

    bank_id: BankId
    loan_id: str
    application_id: str
    customer_id: str
    branch_id: str
    product_code: str
    as_of: date
    status: LoanStatus
    disbursed_on: date
    matures_on: date
    annual_rate_bps: int
    disbursed: Money
    principal_outstanding: Money
    principal_overdue: Money = NOTHING
    interest_due: Money = NOTHING
    interest_accrued: Money = NOTHING
    penalty_due: Money = NOTHING
    compound_due: Money = NOTHING
    overpaid: Money = NOTHING
    written_off: Money = NOTHING
    recovered: Money = NOTHING
    days_overdue: int = 0
    instalments_overdue: int = 0
    overdue_since: date | None = None
    next_due_date: date | None = None
    next_due_amount: Money = NOTHING
    last_repaid_on: date | None = None
    restructured_on: date | None = None
    restructured_times: int = 0
    extended_times: int = 0
    renewed_times: int = 0
    misused_principal: Money = NOTHING
    """Part of `principal_outstanding` that bears 挪用罚息."""
    provision: Money = NOTHING
    """贷款损失准备 that is booked for the loan."""
    tier: str | None = None
    """五级分类 by which the provision was booked; None until the loan is classified."""
    stage: int | None = None

    @property
    def owed(self) -> Money:
        """Everything the borrower owes on the day, due or not."""
        return (
            self.principal_outstanding
            + self.interest_due
            + self.interest_accrued
            + self.penalty_due
            + self.compound_due
        )

    @property
    def overdue(self) -> Money:
        """Everything that fell due and is unpaid."""
        return self.principal_overdue + self.interest_due + self.penalty_due + self.compound_due

    @property
    def on_balance_sheet(self) -> bool:
        """Whether the loan counts as a loan of the bank on the day."""
        return self.status in ON_BALANCE_SHEET
