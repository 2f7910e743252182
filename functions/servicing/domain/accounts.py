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
CLEARING: Final = Account(code="300101", name="清算资金往来—核心支付通道", normal_side=Side.CREDIT)
CHART: Final[Mapping[str, Account]] = {
    account.code: account
    for account in (
        Account(code="1003", name="存放中央银行款项", normal_side=Side.DEBIT),
        Account(code="1132", name="应收利息", normal_side=Side.DEBIT, per_loan=True),
        LOAN_PRINCIPAL,
        Account(code="1304", name="贷款损失准备", normal_side=Side.CREDIT),
        Account(code="2011", name="吸收存款", normal_side=Side.CREDIT),
        CLEARING,
        Account(code="6011", name="利息收入", normal_side=Side.CREDIT),
        Account(code="6021", name="手续费及佣金收入", normal_side=Side.CREDIT),
        Account(code="6702", name="信用减值损失", normal_side=Side.DEBIT),
    )
}
"""Codes and names follow the account list of the Accounting Standards for Business Enterprises
(企业会计准则应用指南); the two last digits of six are this platform's sub-accounts."""


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
