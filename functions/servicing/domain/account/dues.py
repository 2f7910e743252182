"""What has fallen due (到期应还) of one instalment, and what being late costs.

Amounts are whole 分 as `int`: an account is folded for every loan every night. Penalty and
compound interest are kept as 积数, integer products of 分, days and rate, so that no rounding is
lost between two partial payments; an amount is rounded once, when it is read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from servicing.domain.account.events import Component
from servicing.domain.account.rules import PERCENT, GraceInterest, PenaltyBase, ServicingRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One instalment that fell due: what was asked, what was paid, what lateness added."""

    n: int
    due_date: date
    principal: int
    interest: int
    fee: int = 0
    principal_paid: int = 0
    interest_paid: int = 0
    fee_paid: int = 0
    penalty_paid: int = 0
    compound_paid: int = 0
    late_products: int = 0
    normal_products: int = 0
    """The same at the contract rate, for lateness within the grace days."""
    compound_products: int = 0
    settled_on: date | None = None
    for_misuse: bool = False
    """No instalment: it carries 挪用罚息, which knows no grace and is never overdue itself."""

    @property
    def principal_unpaid(self) -> int:
        """Principal of the instalment that is still owed."""
        return self.principal - self.principal_paid

    @property
    def interest_unpaid(self) -> int:
        """Interest of the instalment that is still owed."""
        return self.interest - self.interest_paid

    def later(
        self, days: int, annual_rate_bps: int, rules: ServicingRules, misused: int = 0
    ) -> Due:
        """The instalment after so many more days without a payment; misused principal bears no
        overdue penalty beside its own.
        """
        owed, interest = self.principal_unpaid, self.interest_unpaid
        if days == 0 or (owed == 0 and interest == 0):
            return self
        rate = rules.late_rate(annual_rate_bps)
        charged = 0 if rules.penalty_base is PenaltyBase.NONE else owed - misused
        compounding = interest if rules.compound_interest else 0
        return replace(
            self,
            late_products=self.late_products + charged * days * rate,
            normal_products=self.normal_products + charged * days * annual_rate_bps * PERCENT,
            compound_products=self.compound_products + compounding * days * rate,
        )

    def also_charged(
        self, principal: int, days: int, annual_rate_bps: int, rules: ServicingRules
    ) -> Due:
        """The instalment with the uplift on principal that is not due yet (PEN_MOD 2).

        That principal goes on bearing the contract rate by its plan, so only the rest is added.
        """
        uplift = rules.late_rate(annual_rate_bps) - annual_rate_bps * PERCENT
        return replace(self, late_products=self.late_products + principal * days * max(uplift, 0))

    def also_misused(self, products: int) -> Due:
        """What carries 挪用罚息, with more of it."""
        return replace(self, late_products=self.late_products + products)

    def unpaid(self, component: Component, on: date, rules: ServicingRules) -> int:
        """What is owed of a component on a day, in 分."""
        if component is Component.PRINCIPAL:
            return self.principal_unpaid
        if component is Component.INTEREST:
            return self.interest_unpaid
        if component is Component.FEE:
            return self.fee - self.fee_paid
        if component is Component.PENALTY:
            return max(self._penalty(on, rules) - self.penalty_paid, 0)
        return max(self._compound(on, rules) - self.compound_paid, 0)

    def unpaid_in_all(self, on: date, rules: ServicingRules) -> int:
        """Everything that is owed of the instalment on a day."""
        return sum(self.unpaid(component, on, rules) for component in Component)

    def is_overdue(self, on: date) -> bool:
        """Whether principal or interest is unpaid after its day."""
        return on > self.due_date and (self.principal_unpaid > 0 or self.interest_unpaid > 0)

    def pay(self, component: Component, fen: int, on: date, rules: ServicingRules) -> Due:
        """The instalment after a payment of one component."""
        field = f"{component.value}_paid"
        paid = replace(self, **{field: getattr(self, field) + fen})
        nothing_left = paid.principal_unpaid == 0 and paid.interest_unpaid == 0
        if nothing_left and paid.settled_on is None and not self.for_misuse:
            paid = replace(paid, settled_on=on)
        return paid

    def _penalty(self, on: date, rules: ServicingRules) -> int:
        """罚息: within the grace days by their own rule; later from the due day on."""
        products = self.late_products
        if not self.for_misuse and (self._late_until(on) - self.due_date).days <= rules.grace_days:
            products = {
                GraceInterest.NONE: 0,
                GraceInterest.NORMAL: self.normal_products,
                GraceInterest.PENALTY: self.late_products,
            }[rules.grace_interest]
        return half_up(products, rules.product_divisor)

    def _compound(self, on: date, rules: ServicingRules) -> int:
        """复利: interest on unpaid interest at the penalty rate; none within the grace days."""
        within = (self._late_until(on) - self.due_date).days <= rules.grace_days
        return 0 if within else half_up(self.compound_products, rules.product_divisor)

    def _late_until(self, on: date) -> date:
        return self.settled_on or on


def half_up(numerator: int, denominator: int) -> int:
    """四舍五入 of a quotient that is not negative, in whole numbers.

    >>> half_up(5, 10), half_up(4, 10)
    (1, 0)
    """
    return (2 * numerator + denominator) // (2 * denominator)
