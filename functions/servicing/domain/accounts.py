"""The chart of accounts (会计科目表): what the bank's lending books are divided into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Side(StrEnum):
    """The two sides of every entry."""

    DEBIT = "debit"
    CREDIT = "credit"

    @property
    def other(self) -> Side:
        """The side that takes back an entry of this one."""
        return Side.CREDIT if self is Side.DEBIT else Side.DEBIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account; `per_loan` ones also keep a sub-ledger (分户账) for each loan."""

    code: str
    name: str
    normal_side: Side
    per_loan: bool = False


LOAN_PRINCIPAL: Final = Account(
    code="130301", name="贷款—本金", normal_side=Side.DEBIT, per_loan=True
)
OVERDUE_PRINCIPAL: Final = Account(
    code="130302", name="贷款—逾期本金", normal_side=Side.DEBIT, per_loan=True
)
ACCRUED_INTEREST: Final = Account(
    code="113201", name="应收利息—应计利息", normal_side=Side.DEBIT, per_loan=True
)
DUE_INTEREST: Final = Account(
    code="113202", name="应收利息—到期利息", normal_side=Side.DEBIT, per_loan=True
)
DUE_PENALTY: Final = Account(
    code="113203", name="应收利息—罚息", normal_side=Side.DEBIT, per_loan=True
)
DUE_COMPOUND: Final = Account(
    code="113204", name="应收利息—复利", normal_side=Side.DEBIT, per_loan=True
)
PROVISION: Final = Account(code="1304", name="贷款损失准备", normal_side=Side.CREDIT, per_loan=True)
OVERPAID: Final = Account(
    code="224101", name="其他应付款—多收还款", normal_side=Side.CREDIT, per_loan=True
)
UNMATCHED: Final = Account(code="224102", name="其他应付款—待处理来款", normal_side=Side.CREDIT)
CLEARING: Final = Account(code="300101", name="清算资金往来—核心支付通道", normal_side=Side.CREDIT)
INTEREST_INCOME: Final = Account(code="601101", name="利息收入—贷款利息", normal_side=Side.CREDIT)
LATE_INCOME: Final = Account(code="601102", name="利息收入—罚息复利", normal_side=Side.CREDIT)
FEE_INCOME: Final = Account(code="6021", name="手续费及佣金收入", normal_side=Side.CREDIT)
IMPAIRMENT: Final = Account(code="6702", name="信用减值损失", normal_side=Side.DEBIT)
UNCOLLECTED_INTEREST: Final = Account(
    code="700101", name="表外—应收未收利息", normal_side=Side.DEBIT, per_loan=True
)
UNCOLLECTED_COUNTER: Final = Account(
    code="700102", name="表外—应收未收利息对应科目", normal_side=Side.CREDIT
)
WRITTEN_OFF_CLAIMS: Final = Account(
    code="700201", name="表外—已核销贷款", normal_side=Side.DEBIT, per_loan=True
)
WRITTEN_OFF_COUNTER: Final = Account(
    code="700202", name="表外—已核销贷款对应科目", normal_side=Side.CREDIT
)
CHART: Final[Mapping[str, Account]] = {
    account.code: account
    for account in (
        Account(code="1003", name="存放中央银行款项", normal_side=Side.DEBIT),
        ACCRUED_INTEREST,
        DUE_INTEREST,
        DUE_PENALTY,
        DUE_COMPOUND,
        LOAN_PRINCIPAL,
        OVERDUE_PRINCIPAL,
        PROVISION,
        Account(code="2011", name="吸收存款", normal_side=Side.CREDIT),
        OVERPAID,
        UNMATCHED,
        CLEARING,
        INTEREST_INCOME,
        LATE_INCOME,
        FEE_INCOME,
        IMPAIRMENT,
        UNCOLLECTED_INTEREST,
        UNCOLLECTED_COUNTER,
        WRITTEN_OFF_CLAIMS,
        WRITTEN_OFF_COUNTER,
    )
}
"""Codes and names follow the account list of the Accounting Standards for Business Enterprises
(企业会计准则应用指南); the two last digits of six are this platform's sub-accounts, and 70 its
memorandum accounts off the balance sheet (表外), each with its counter-account."""


@dataclass(frozen=True, slots=True, order=True)
class AccountKey:
    """An account, or one loan's sub-ledger of it (the holder is the loan's application)."""

    code: str
    holder: str = ""

    def __post_init__(self) -> None:
        """Refuse an unknown account, a missing holder and a holder too many."""
        account = CHART.get(self.code)
        if account is None:
            raise ValueError(f"no account {self.code} in the chart")
        if account.per_loan != bool(self.holder):
            raise ValueError(f"account {self.code}: holder given {bool(self.holder)}")

    @property
    def account(self) -> Account:
        """The account in the chart."""
        return CHART[self.code]
