"""M21 用信支付审核: may this drawdown be paid out, and who pays the payees.

First every ground to stop it, then the mode that the rules of its product ask for, then the
evidence that entrusted payment needs. Answers: self (the borrower pays), entrusted (the bank pays
the payees), block (nothing flows until a person has cleared each ground named).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from risk.domain.models.answer import ModelReason, require
from risk.domain.models.drawdown_mode import CLAUSES, ProductRule, mode_of, rule_for
from risk.domain.models.drawdown_request import Condition, Inputs, Invoice, Past, Payment

__all__ = [
    "Answer",
    "Condition",
    "ConditionName",
    "Inputs",
    "Invoice",
    "Parameters",
    "Past",
    "Payment",
    "ProductRule",
    "answer",
]

MODES: Final = ("self", "entrusted", "block")
"""Best first."""
TEXTS: Final = {
    "product_unknown": "贷款品种不明",
    "available_unknown": "可用额度不明",
    "over_available": "提款金额超过可用额度",
    "term_unknown": "贷款期限不明",
    "term_too_long": "贷款期限超过该品种上限",
    "purpose_unknown": "贷款用途或合同约定用途不明",
    "purpose_not_agreed": "用途不在合同约定范围内",
    "purpose_forbidden": "用途属于禁止用途",
    "conditions_unknown": "放款条件落实情况不明",
    "history_unknown": "历史支付记录不明，无法核对重复与化整为零",
    "payments_unknown": "支付对象信息不明",
    "payee_unknown": "支付对象身份或类别不明",
    "payee_forbidden": "支付对象属于禁止类别",
    "payee_related": "支付对象与借款人有关联或关系不明",
    "account_mismatch": "收款账户户名与支付对象不一致或未核对",
    "invoices_unknown": "发票情况不明",
    "sum_exceeds": "支付清单合计超过提款金额",
    "duplicate_request": "提款申请重复",
    "duplicate_payment": "近期已有相同对象、相同金额的支付",
    "duplicate_invoice": "发票已用于其他支付或重复列示",
    "sum_mismatch": "受托支付清单合计与提款金额不一致",
    "evidence_missing": "合同或发票金额不足以覆盖支付金额",
    "evidence_after": "紧急用款且用款记录良好，证明材料可事后补齐并审核",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionName:
    """A condition and what people read for it."""

    condition: str
    name_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The rules of each product, and the bank's windows and lists."""

    products: tuple[ProductRule, ...]
    condition_names: tuple[ConditionName, ...]
    """Of the conditions that products require; one that an approval adds is shown as it wrote it.
    """
    split_window_days: int
    """How far back payments to the same payee are added up."""
    duplicate_window_days: int
    forbidden_payee_classes: tuple[str, ...]
    evidence_after_days: int
    """Within which evidence follows an urgent payment."""
    use_report_days: int
    """Within which a borrower that pays itself reports how it used the money."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The mode, the clause, and every ground to stop."""

    mode: str
    """One of `MODES`."""
    required_mode: str
    """What the product's rules ask for were there no ground to stop."""
    clause: str
    clause_zh: str
    largest_payee_fen: int
    """The most that one payee gets with what it got within the look-back window."""
    evidence_after_days: int | None
    use_report_days: int | None
    reasons: tuple[ModelReason, ...]


def answer(inputs: Inputs, parameters: Parameters) -> Answer:
    """Look for grounds to stop; where there are none, the clause says who pays."""
    inputs.check()
    windows = (parameters.split_window_days, parameters.duplicate_window_days)
    require(min(windows) >= 0, "split_window_days", "must not be negative")
    required_names = {name for rule in parameters.products for name in rule.required_conditions}
    named = required_names <= {row.condition for row in parameters.condition_names}
    require(named, "condition_names", "must name every condition that a product requires")
    rule = rule_for(inputs, parameters.products)
    required, clause = mode_of(inputs, rule, parameters.split_window_days)
    grounds = [
        *_limits(inputs, rule),
        *_purposes(inputs, rule),
        *_payees(inputs, parameters),
        *_duplicates(inputs, parameters),
        *_conditions(inputs, rule),
    ]
    waived = inputs.is_urgent is True and inputs.has_good_use_record is True
    if required == "entrusted":
        grounds += _evidence(inputs, waived=waived)
    mode = "block" if grounds else required
    notes = ["evidence_after"] if mode == "entrusted" and waived else []
    return Answer(
        mode=mode,
        required_mode=required,
        clause=clause,
        clause_zh=CLAUSES[clause],
        largest_payee_fen=inputs.largest_payee_fen(parameters.split_window_days),
        evidence_after_days=parameters.evidence_after_days if notes else None,
        use_report_days=parameters.use_report_days if mode == "self" else None,
        reasons=tuple(_reason(code, parameters) for code in (*grounds, *notes)),
    )


def _reason(code: str, parameters: Parameters) -> ModelReason:
    """A ground in words; an unmet condition by its name."""
    if code in TEXTS:
        return ModelReason(code, TEXTS[code])
    names = {row.condition: row.name_zh for row in parameters.condition_names}
    condition = code.removeprefix("condition:")
    return ModelReason(code, f"放款条件未落实：{names.get(condition, condition)}")


def _holding(found: dict[str, bool]) -> list[str]:
    return [code for code, holds in found.items() if holds]


def _limits(inputs: Inputs, rule: ProductRule | None) -> list[str]:
    """The limit must allow the amount and the product the term."""
    longest = 0
    if rule is not None:
        longest = rule.max_long_term_months if inputs.has_long_cycle else rule.max_term_months
    available, term = inputs.available_fen, inputs.term_months
    return _holding(
        {
            "product_unknown": rule is None,
            "available_unknown": available is None,
            "over_available": available is not None and inputs.amount_fen > available,
            "term_unknown": term is None,
            "term_too_long": rule is not None and term is not None and term > longest,
        }
    )


def _purposes(inputs: Inputs, rule: ProductRule | None) -> list[str]:
    """Every purpose named is agreed in the contract and none is forbidden."""
    purposes = [inputs.purpose, *(payment.purpose for payment in inputs.payments or ())]
    agreed = inputs.agreed_purposes
    forbidden = () if rule is None else rule.forbidden_purposes
    known = [purpose for purpose in purposes if purpose is not None]
    return _holding(
        {
            "purpose_unknown": agreed is None or len(known) < len(purposes),
            "purpose_not_agreed": agreed is not None and not set(known) <= set(agreed),
            "purpose_forbidden": bool(set(known) & set(forbidden)),
        }
    )


def _payees(inputs: Inputs, parameters: Parameters) -> list[str]:
    """Every payee named is known, allowed, a stranger to the borrower and owns the account."""
    payments = inputs.payments or ()
    forbidden = parameters.forbidden_payee_classes
    return _holding(
        {
            "payments_unknown": inputs.payments is None,
            "payee_unknown": any(None in (one.payee_id, one.payee_class) for one in payments),
            "payee_forbidden": any(one.payee_class in forbidden for one in payments),
            "payee_related": any(one.is_related is not False for one in payments),
            "account_mismatch": any(one.account_matches is not True for one in payments),
            "invoices_unknown": any(one.invoices is None for one in payments),
            "sum_exceeds": inputs.listed_fen() > inputs.amount_fen,
        }
    )


def _duplicates(inputs: Inputs, parameters: Parameters) -> list[str]:
    """No request, payment or invoice is honoured twice; an unnamed payee may be the same one."""
    history = inputs.history or ()
    recent = inputs.recent(parameters.duplicate_window_days)
    lines = [(one.payee_id, one.amount_fen) for one in inputs.payments or ()]
    lines = lines or [(None, inputs.amount_fen)]
    numbers = [
        invoice.number for payment in inputs.payments or () for invoice in payment.invoices or ()
    ]
    used = {number for past in history for number in past.invoice_numbers}
    twice = len(numbers) > len(set(numbers)) or bool(used & set(numbers))
    again = any(
        past.amount_fen == amount and (past.payee_id == payee or None in (past.payee_id, payee))
        for past in recent
        for payee, amount in lines
    )
    return _holding(
        {
            "history_unknown": inputs.history is None,
            "duplicate_request": any(past.request_id == inputs.request_id for past in history),
            "duplicate_payment": again,
            "duplicate_invoice": twice,
        }
    )


def _conditions(inputs: Inputs, rule: ProductRule | None) -> list[str]:
    """Every condition of the product and of the approval is met; silence is no yes."""
    met = {one.condition: one.is_met for one in inputs.conditions or ()}
    required = () if rule is None else rule.required_conditions
    named = dict.fromkeys((*required, *met))
    unmet = [f"condition:{name}" for name in named if met.get(name) is not True]
    return ["conditions_unknown"] if inputs.conditions is None else unmet


def _evidence(inputs: Inputs, *, waived: bool) -> list[str]:
    """Entrusted payment lists every 分, and contract or invoices carry each line of it."""
    covered = all(
        one.amount_fen
        <= max(one.contract_fen or 0, sum(invoice.amount_fen for invoice in one.invoices or ()))
        for one in inputs.payments or ()
    )
    return _holding(
        {
            "sum_mismatch": inputs.payments is not None
            and inputs.listed_fen() != inputs.amount_fen,
            "evidence_missing": not waived and not covered,
        }
    )
