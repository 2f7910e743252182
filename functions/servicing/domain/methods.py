"""Repayment methods (还款方式): each says how much principal falls due before the last period.

A method is one entry of `METHODS`: a function that sizes the plan once and answers how much
principal each period repays. The last period always repays what is left, so every plan ends at 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from puhui.money import Money
from servicing.domain.errors import MethodNotOffered
from servicing.domain.interest import exactly, rounded

NOTHING: Final = Money(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizing:
    """What a method may know when it sizes a plan."""

    principal: Money
    period_rate: Decimal
    periods: int
    rounding: str


PrincipalRule = Callable[[Money, Money], Money]
"""Principal due, from the balance before the period and the period's interest."""


@dataclass(frozen=True, slots=True)
class RepaymentMethod:
    """A way to repay, with the name that the borrower reads."""

    code: str
    name: str
    sized: Callable[[Sizing], PrincipalRule]


def equal_instalments(sizing: Sizing) -> PrincipalRule:
    """等额本息: one instalment A, of which interest comes first and principal is the rest.

    A is rounded to the 分, so it may repay a little early: never more than the balance. Where the
    days of periods differ, interest may exceed A: then no principal falls due.
    """
    instalment = level_instalment(sizing)

    def principal_due(balance: Money, interest: Money) -> Money:
        return min(max(instalment - interest, NOTHING), balance)

    return principal_due


def interest_first(_: Sizing) -> PrincipalRule:
    """先息后本: interest each period, all principal at maturity."""
    return lambda _balance, _interest: NOTHING


def level_instalment(sizing: Sizing) -> Money:
    """A = P·r·(1+r)^n ÷ ((1+r)^n − 1); without interest A = P ÷ n."""
    with exactly():
        principal = Decimal(sizing.principal.minor)
        if sizing.period_rate == 0:
            return rounded(principal / sizing.periods, sizing.rounding)
        growth = (1 + sizing.period_rate) ** sizing.periods
        return rounded(principal * sizing.period_rate * growth / (growth - 1), sizing.rounding)


METHODS: Final[Mapping[str, RepaymentMethod]] = {
    method.code: method
    for method in (
        RepaymentMethod("EQUAL_INSTALLMENT", "等额本息", equal_instalments),
        RepaymentMethod("INTEREST_FIRST", "先息后本", interest_first),
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
