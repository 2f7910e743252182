"""Regulatory labels of a loan (监管标签): each with its answer, the clause, and what decided.

A label is True, False, or None where a fact that decides it is not known; a fact that is missing
never makes a loan inclusive. Labels are frozen on the loan when it is booked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from puhui.china.firm_size import SIZE_NAMES, FirmSize
from puhui.money import Money

INCLUSIVE_LINE_YUAN: Final = 10_000_000
"""单户授信总额 1,000万元及以下 (银保监办发〔2020〕15号)."""
PBOC_LINE_YUAN: Final = 20_000_000
"""The statistics line of the central bank since 2024; to be confirmed."""
SMALL_SIZES: Final = frozenset({FirmSize.SMALL, FirmSize.MICRO})


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFacts:
    """What is known about the borrower on the day of the loan; None is not known."""

    customer_kind: str | None = None
    """`firm`, `sole_proprietor` or `person`."""
    firm_size: FirmSize | None = None
    business_loan: bool = True
    """经营性: for a business, not for consumption."""
    credit_line: Money | None = None
    """授信总额 of the borrower and the group at this bank, this loan included."""
    bureau_loan_records: int | None = None
    """Loans of any bank in the bureau report of the application."""
    has_loan_records: bool | None = None
    """Whether there are any, where nobody counted them."""
    loans_here_before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One label of one loan."""

    code: str
    name: str
    value: bool | None
    clause: str
    because: str


def labels_of(facts: LabelFacts) -> tuple[Label, ...]:
    """All labels, each by its own rule."""
    return (
        _inclusive(
            facts,
            "inclusive_nfra_1000",
            "普惠型小微企业贷款",
            INCLUSIVE_LINE_YUAN,
            "银保监办发〔2020〕15号：单户授信总额1,000万元及以下",
        ),
        _inclusive(
            facts,
            "inclusive_pboc",
            "普惠小微贷款（人民银行口径）",
            PBOC_LINE_YUAN,
            "人民银行普惠金融贷款统计：单户授信2,000万元及以下（待确认）",
        ),
        _first_loan(facts),
        _no_loan_before(
            "first_at_bank",
            "首次在本行贷款",
            facts.loans_here_before,
            "本次贷款前在本行无贷款",
            "本行贷款",
        ),
    )


def _inclusive(facts: LabelFacts, code: str, name: str, line_yuan: int, clause: str) -> Label:
    """小微企业, 个体工商户 and business owners, for business, up to the line."""
    small, who = _is_small(facts)
    line = facts.credit_line
    within = None if line is None else line <= Money.of_yuan(line_yuan)
    told = "授信总额未知" if line is None else f"授信总额{line}"
    answers = (small, within, facts.business_loan)
    value = False if False in answers else None if None in answers else True
    use = "经营性" if facts.business_loan else "非经营性"
    return Label(code=code, name=name, value=value, clause=clause, because=f"{who}，{told}，{use}")


def _is_small(facts: LabelFacts) -> tuple[bool | None, str]:
    if facts.customer_kind == "sole_proprietor":
        return True, "个体工商户"
    if facts.customer_kind == "person":
        return None, "自然人，是否小微企业主未知"
    if facts.customer_kind != "firm":
        return None, "客户类型未知"
    if facts.firm_size in (None, FirmSize.UNDETERMINED):
        return None, "企业规模未知"
    assert facts.firm_size is not None  # noqa: S101  (mypy does not read the line above so)
    return facts.firm_size in SMALL_SIZES, SIZE_NAMES[facts.firm_size]


def _first_loan(facts: LabelFacts) -> Label:
    """首贷户, also where the bureau's loans are known to be there or not, but not how many."""
    code, name, clause = "first_loan", "首贷户", "本次贷款前征信无任何银行贷款记录"
    known = facts.has_loan_records
    if facts.bureau_loan_records is not None or known is None:
        return _no_loan_before(code, name, facts.bureau_loan_records, clause, "征信贷款记录")
    because = "征信有贷款记录" if known else "征信无贷款记录"
    return Label(code=code, name=name, value=not known, clause=clause, because=because)


def _no_loan_before(code: str, name: str, count: int | None, clause: str, what: str) -> Label:
    value = None if count is None else count == 0
    because = f"{what}未查得" if count is None else f"{what}{count}笔"
    return Label(code=code, name=name, value=value, clause=clause, because=because)
