"""Money that was paid before anything asked for it, and what it is meant for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from servicing.domain.plan.choices import Strategy

NOTHING = Decimal(0)


@dataclass(slots=True)
class Early:
    """All of it lowers what bears interest, from the day on that it counts."""

    ahead: Decimal = NOTHING
    """Principal of the coming instalment."""
    advance: Decimal = NOTHING
    """Left for the instalments after the coming one."""
    prepaid: Decimal = NOTHING
    """Principal that was prepaid within the period: for its instalment and beyond."""
    prepaid_strategy: Strategy | None = None
    beyond: Decimal = NOTHING
    """What the last instalment repaid of it beyond its own principal."""
    paid: Decimal = NOTHING
    """Money that waits for the coming instalment; `paid_interest` of it is interest."""
    paid_interest: Decimal = NOTHING
    paid_principal: Decimal = NOTHING
    """Part of it that has counted as principal since it was paid, and stays principal."""
    paid_strategy: Strategy | None = None

    @property
    def principal(self) -> Decimal:
        """Principal that is paid but not yet asked for."""
        return self.ahead + self.advance + self.prepaid

    @property
    def received(self) -> Decimal:
        """Principal that has been received: by periods some of it waits without effect."""
        coming = max(self.ahead, self.paid - self.paid_interest) if self.paid else self.ahead
        return coming + self.advance + self.prepaid

    def pay(self, interest: Decimal, principal: Decimal) -> None:
        """Money for the coming instalment that counts from today."""
        self.paid += interest + principal
        self.paid_interest += interest
        self.paid_principal += principal
        self.ahead += principal

    def take_paid(self) -> tuple[Decimal, Decimal]:
        """Use the money that waited; the second amount is the principal in it."""
        paid, principal = self.paid, self.paid_principal
        self.paid = self.paid_interest = self.paid_principal = NOTHING
        return paid, principal

    def take_advance(self) -> Decimal:
        """Use what was left for later instalments."""
        advance, self.advance = self.advance, NOTHING
        return advance

    def take_beyond(self) -> Decimal:
        """Use what the last instalment repaid beyond its own principal."""
        beyond, self.beyond = self.beyond, NOTHING
        return beyond
