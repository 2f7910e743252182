"""Whether the bank pays the payees or the borrower pays them itself (受托支付 / 自主支付), M21.

The rules are those of 流动资金贷款管理办法, 个人贷款管理办法 and 固定资产贷款管理办法 in force
since 2024-07-01; which of them a product follows, and from what amounts, is its row of the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from risk.domain.models.answer import require
from risk.domain.models.drawdown_request import Inputs

CLAUSES: Final = {
    "new_ordinary": "新建立信贷业务关系且信用状况一般（或不明），应受托支付",
    "payee_over": "向某一交易对象支付金额超过起点（含回溯期内累计），应受托支付",
    "payee_within": "单一交易对象支付金额未超过起点，可自主支付",
    "business_within": "用于生产经营且单次提款未超过起点（含回溯期内累计），可自主支付",
    "payee_open": "无法事先确定具体交易对象且单次提款未超过上限，可自主支付",
    "cash_only": "交易对象不具备条件有效使用非现金结算方式，可自主支付",
    "personal": "不属于可自主支付的情形，应受托支付",
    "product_unknown": "贷款品种不明，应受托支付",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRule:
    """How a kind of loan is paid out. None: the clause does not exist for it."""

    product: str
    payee_over_fen: int | None
    """Corporate: above this to one payee, the bank pays."""
    entrust_new_ordinary: bool
    """Working capital: the bank pays for a new borrower of ordinary credit."""
    business_up_to_fen: int | None
    """Personal business loan: up to this in one drawdown, the borrower may pay."""
    payee_open_up_to_fen: int | None
    """Personal: up to this, where no payee can be determined before."""
    cash_only_exception: bool
    """Personal: where the payees cannot be paid without cash."""
    max_term_months: int
    max_long_term_months: int
    """For trades whose cash returns slowly."""
    forbidden_purposes: tuple[str, ...]
    required_conditions: tuple[str, ...]


def rule_for(inputs: Inputs, rules: tuple[ProductRule, ...]) -> ProductRule | None:
    """The row of the product; a product that is named and has none is refused."""
    if inputs.product is None:
        return None
    rule = next((rule for rule in rules if rule.product == inputs.product), None)
    require(rule is not None, "product", "must be in the table")
    return rule


def mode_of(inputs: Inputs, rule: ProductRule | None, window_days: int) -> tuple[str, str]:
    """`entrusted` or `self`, and the clause that says so."""
    if rule is None:
        return "entrusted", "product_unknown"
    if rule.payee_over_fen is not None:
        return _corporate(inputs, rule, rule.payee_over_fen, window_days)
    return _personal(inputs, rule, window_days)


def _corporate(
    inputs: Inputs, rule: ProductRule, over_fen: int, window_days: int
) -> tuple[str, str]:
    """Entrusted for new borrowers of ordinary credit, and above the amount to one payee."""
    new = inputs.is_new_relation is not False and inputs.has_ordinary_credit is not False
    if rule.entrust_new_ordinary and new:
        return "entrusted", "new_ordinary"
    if inputs.largest_payee_fen(window_days) > over_fen:
        return "entrusted", "payee_over"
    return "self", "payee_within"


def _personal(inputs: Inputs, rule: ProductRule, window_days: int) -> tuple[str, str]:
    """Entrusted unless one of the clauses lets the borrower pay."""
    drawn = max(inputs.amount_fen, inputs.largest_payee_fen(window_days))
    if rule.cash_only_exception and inputs.takes_non_cash is False:
        return "self", "cash_only"
    if rule.business_up_to_fen is not None and drawn <= rule.business_up_to_fen:
        return "self", "business_within"
    open_payee = inputs.payments == ()
    if open_payee and drawn <= (rule.payee_open_up_to_fen or 0):
        return "self", "payee_open"
    return "entrusted", "personal"
