"""Repayment methods (还款方式): how much principal falls due before the last instalment.

A method is one entry of `METHODS`. `sized` says once what an instalment repays, `due` how much of
the balance falls due in one period. The last instalment always repays what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from servicing.domain.errors import MethodNotOffered, PlanNotPossible
from servicing.domain.plan.rounding import Rounder
from servicing.domain.plan.terms import PlanTerms

NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Sizing:
    """What a method may know when it sizes the instalments that are left."""

    terms: PlanTerms
    rounded: Rounder
    balance: Decimal
    original: Decimal
    instalments: int
    rate: Decimal
    """Of one regular period, as a fraction."""
    first_interest: Decimal
    """What the running period earns, not rounded: less or more than regular where its balance or
    its rate changes within it."""
    interest: Callable[[], Decimal]
    """What all periods from the running one on earn on the original principal, as rounded."""


@dataclass(frozen=True, slots=True)
class Due:
    """What a method may know when an instalment falls due."""

    terms: PlanTerms
    rounded: Rounder
    size: Decimal
    balance: Decimal
    earned: Decimal


@dataclass(frozen=True, slots=True)
class RepaymentMethod:
    """A way to repay, with the name that the borrower reads."""

    code: str
    name: str
    sized: Callable[[Sizing], Decimal]
    due: Callable[[Due], Decimal]
    bears_on_original: bool = False
    """Interest is counted on the original principal, not on what is left of it."""
    level: bool = False
    """All instalments are equal: what less interest leaves is more principal."""
    at_once: bool = False
    """One instalment at maturity."""
    principal_any_time: bool = False
    """Principal is repaid on any day; its interest waits for the interest day."""


def level_instalment(balance: Decimal, first_interest: Decimal, rate: Decimal, n: int) -> Decimal:
    """The one instalment that repays a balance in n periods, unrounded.

    A = (B + I) ÷ (1 + (1 − (1+r)^−(n−1)) ÷ r), where I is the first period's interest; with
    I = B·r it is the textbook's B·r·(1+r)^n ÷ ((1+r)^n − 1), and without interest B ÷ n.
    """
    later = n - 1
    annuity = (1 - (1 + rate) ** -later) / rate if rate else Decimal(later)
    return (balance + first_interest) / (1 + annuity)


def _equal_instalment(sizing: Sizing) -> Decimal:
    terms = sizing.terms
    if terms.fixed_installment is not None:
        return sizing.rounded(terms.fixed_installment)
    level = level_instalment(sizing.balance, sizing.first_interest, sizing.rate, sizing.instalments)
    return sizing.rounded.to_multiple(level, terms.installment_multiple_of)


def _rest_of_instalment(due: Due) -> Decimal:
    """What an instalment leaves for principal; interest above it leaves nothing."""
    principal = max(due.size - due.earned, NOTHING)
    return due.rounded.to_multiple(principal, due.terms.principal_multiple_of)


def _equal_share(sizing: Sizing) -> Decimal:
    return sizing.rounded.to_multiple(
        sizing.balance / sizing.instalments, sizing.terms.principal_multiple_of
    )


def _share(due: Due) -> Decimal:
    return due.size


def _flat_instalment(sizing: Sizing) -> Decimal:
    """等本等息: principal and interest of all instalments, in equal parts."""
    return (sizing.balance + sizing.interest()) / sizing.instalments


def _flat_principal(due: Due) -> Decimal:
    """Equal instalments; where they are multiples, principal and interest round on their own:
    416.67 and 12.50 are asked for as 417 and 13."""
    terms, multiple = due.terms, due.terms.installment_multiple_of
    if terms.fixed_installment is not None:
        return max(terms.fixed_installment - due.earned, NOTHING)
    if multiple is None:
        return max(due.rounded(due.size) - due.earned, NOTHING)
    whole = due.rounded.to_multiple(max(due.size - due.earned, NOTHING), multiple)
    return max(whole + due.rounded.to_multiple(due.earned, multiple) - due.earned, NOTHING)


def _percent_of_original(sizing: Sizing) -> Decimal:
    percent = sizing.terms.percent
    if percent is None:
        raise PlanNotPossible(
            "FIXED_PRINCIPAL_PERCENT needs percent", field="percent", rule="percent.required"
        )
    return sizing.rounded.to_multiple(
        sizing.original * percent / 100, sizing.terms.principal_multiple_of
    )


def _nothing_sized(_: Sizing) -> Decimal:
    return NOTHING


def _nothing_due(_: Due) -> Decimal:
    return NOTHING


METHODS: Final[Mapping[str, RepaymentMethod]] = {
    method.code: method
    for method in (
        RepaymentMethod(
            "EQUAL_INSTALLMENT", "等额本息", _equal_instalment, _rest_of_instalment, level=True
        ),
        RepaymentMethod("EQUAL_PRINCIPAL", "等额本金", _equal_share, _share),
        RepaymentMethod("INTEREST_FIRST", "先息后本", _nothing_sized, _nothing_due),
        RepaymentMethod(
            "BULLET",
            "一次性还本付息",
            _nothing_sized,
            _nothing_due,
            at_once=True,
            principal_any_time=True,
        ),
        RepaymentMethod(
            "REVOLVING", "随借随还", _nothing_sized, _nothing_due, principal_any_time=True
        ),
        RepaymentMethod(
            "FLAT", "等本等息", _flat_instalment, _flat_principal, bears_on_original=True
        ),
        RepaymentMethod("FIXED_PRINCIPAL_PERCENT", "按比例还本", _percent_of_original, _share),
    )
}


def method_of(code: str) -> RepaymentMethod:
    """Find a method by its code."""
    try:
        return METHODS[code]
    except KeyError:
        raise MethodNotOffered(
            f"{code} is not offered", field="method", rule="method.offered"
        ) from None
