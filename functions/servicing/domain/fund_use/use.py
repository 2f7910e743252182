"""The lines of the account that a loan was paid into (资金流水), and the loan's way of payment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from puhui.money import Money
from servicing.domain.errors import FundUseMismatch

LineKind = Literal[
    "business",
    "payroll",
    "tax",
    "loan_received",
    "loan_repayment",
    "pos",
    "interest",
    "fee",
    "wealth",
    "cash",
    "transfer",
    "other",
]
"""What a line is, as the fact document bank_flow/1 names it."""
LoanKind = Literal["working_capital", "fixed_asset", "personal_business", "personal_consumer"]
PaymentMode = Literal["entrusted", "self"]
MAX_LINES: Final = 2_000
"""Kept for one loan; M23 looks at the first 90 days after the drawdown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseLine:
    """One line of a statement, or one payment of the rail; `line_id` is the bank's own number."""

    line_id: str
    booked_on: date
    incoming: bool
    amount: Money
    kind: str
    payee: str | None
    """The other side's name; None is not known."""
    purpose: str = ""
    payee_class: str | None = None
    """What the payee does, by the bank's own list, where it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payee:
    """What is known about the borrower and those around him; None was never looked up."""

    borrower_names: tuple[str, ...]
    related_names: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawdown:
    """The money that is traced."""

    loan_id: str
    drawn_on: date
    drawn: Money
    term_months: int
    kind: LoanKind
    mode: PaymentMode | None
    """None counts as self payment, which is watched more."""
    is_new_relation: bool | None
    has_ordinary_credit: bool | None


def merged(known: Iterable[UseLine], given: Iterable[UseLine]) -> tuple[UseLine, ...]:
    """All lines once, by day; the same number with another content is refused."""
    lines = {line.line_id: line for line in known}
    for line in given:
        if lines.setdefault(line.line_id, line) != line:
            rule = "must be the same line as before"
            raise FundUseMismatch(f"line {line.line_id} {rule}", field="line_id", rule=rule)
    return tuple(sorted(lines.values(), key=lambda line: (line.booked_on, line.line_id)))
