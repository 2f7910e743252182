"""A loan table in the manner of EAST 5.0 table 503 (个人信贷业务借据表): a view, not a filing.

Field names follow the public field list (rules.md §3.17). What this platform does not know is left
empty, never guessed; open dates are `99991231`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from puhui.money import Money
from servicing.domain.account.position import LoanPosition, LoanStatus
from servicing.domain.portfolio.month_end import TIER_NAMES, UNCLASSIFIED, MonthEndLoan

NOTE: Final = "报送口径参考视图，非监管报送文件 (a reporting view, NOT A FILING)"
OPEN_DATE: Final = "99991231"
STATUS: Final[Mapping[LoanStatus, str]] = {
    LoanStatus.ACTIVE: "正常",
    LoanStatus.OVERDUE: "逾期",
    LoanStatus.NON_ACCRUAL: "逾期",
    LoanStatus.EXPIRED: "逾期",
    LoanStatus.SETTLED: "结清",
    LoanStatus.WRITTEN_OFF: "核销",
}


def _day(day: date | None) -> str:
    return day.strftime("%Y%m%d") if day else OPEN_DATE


def _yuan(amount: Money) -> str:
    return str(amount.yuan)


def _kind(position: LoanPosition) -> str:
    """DKFFLX 贷款发放类型."""
    if position.restructured_times:
        return "重组"
    if position.extended_times:
        return "展期"
    return "无还本续贷" if position.renewed_times else "新增"


def _yes(label: bool | None) -> str:
    return {True: "是", False: "否", None: ""}[label]


COLUMNS: Final[Sequence[tuple[str, str, Callable[[MonthEndLoan], str]]]] = (
    ("XDJJH", "信贷借据号", lambda one: one.position.loan_id),
    ("KHTYBH", "客户统一编号", lambda one: one.position.customer_id),
    ("XDYWZL", "信贷业务种类", lambda one: one.position.product_code),
    ("DKFFLX", "贷款发放类型", lambda one: _kind(one.position)),
    ("DKFFRQ", "贷款发放日期", lambda one: _day(one.position.disbursed_on)),
    ("DKDQRQ", "贷款到期日期", lambda one: _day(one.position.matures_on)),
    ("JKJE", "借款金额", lambda one: _yuan(one.position.disbursed)),
    ("JKYE", "借款余额", lambda one: _yuan(one.position.principal_outstanding)),
    ("DKWJFL", "贷款五级分类", lambda one: TIER_NAMES[one.tier or UNCLASSIFIED]),
    ("SJLL", "实际利率(%)", lambda one: str(Decimal(one.position.annual_rate_bps) / 100)),
    ("LXQKQS", "连续欠款期数", lambda one: str(one.position.instalments_overdue)),
    ("QBJE", "欠本金额", lambda one: _yuan(one.position.principal_overdue)),
    ("QBRQ", "欠本日期", lambda one: _day(_since(one.position))),
    ("BNQXYE", "表内欠息余额", lambda one: _yuan(_interest(one.position, on_sheet=True))),
    ("BWQXYE", "表外欠息余额", lambda one: _yuan(_interest(one.position, on_sheet=False))),
    ("XQHKRQ", "下期还款日期", lambda one: _day(one.position.next_due_date)),
    ("XQYHJE", "下期应还金额", lambda one: _yuan(one.position.next_due_amount)),
    ("SFPHXXWQYDK", "是否普惠型小微企业贷款", lambda one: _yes(one.labels.inclusive)),
    ("SFSDK", "是否首贷户贷款", lambda one: _yes(one.labels.first_loan)),
    ("DKZT", "贷款状态", lambda one: STATUS[one.position.status]),
    ("CJRQ", "采集日期", lambda one: _day(one.position.as_of)),
)


def _since(position: LoanPosition) -> date | None:
    return position.overdue_since if position.principal_overdue.is_positive else None


def _interest(position: LoanPosition, *, on_sheet: bool) -> Money:
    """Interest, 罚息 and 复利 that are owed, while the loan accrues on the balance sheet or not."""
    owed = position.interest_due + position.penalty_due + position.compound_due
    accrues = position.status in (LoanStatus.ACTIVE, LoanStatus.OVERDUE, LoanStatus.EXPIRED)
    return owed if accrues is on_sheet else Money(0)


def east_table(loans: Sequence[MonthEndLoan]) -> Sequence[Sequence[str]]:
    """Codes, Chinese names, then one row for each loan in the order of their numbers."""
    ordered = sorted(loans, key=lambda one: one.position.loan_id)
    return [
        [code for code, _, _ in COLUMNS],
        [name for _, name, _ in COLUMNS],
        *([cell(one) for _, _, cell in COLUMNS] for one in ordered),
    ]
