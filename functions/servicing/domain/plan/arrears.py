"""Instalments that fell due, and how far payments cover them (应还未还)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

NOTHING = Decimal(0)


@dataclass(slots=True)
class _Claim:
    """What one instalment still asks for."""

    due_date: date
    interest: Decimal
    principal: Decimal


class Arrears:
    """Claims in the order in which they fell due; payments cover the oldest first (横向).

    Only with `as_of` is a claim ever late: what fell due before that day and is not covered stays
    out and bears interest until then. Otherwise each instalment counts as paid on its day, and
    claims only say what a payment is for.
    """

    def __init__(self, as_of: date | None, *, bears: bool) -> None:
        """Nothing has fallen due."""
        self.as_of = as_of
        self._bears = bears
        self._claims: list[_Claim] = []
        self._settled = False

    @property
    def principal(self) -> Decimal:
        """Principal that fell due, is still out and bears interest."""
        if self.as_of is None or self._settled or not self._bears:
            return NOTHING
        return sum((claim.principal for claim in self._claims if self._late(claim)), NOTHING)

    def fall_due(self, day: date, interest: Decimal, principal: Decimal) -> None:
        """Claim an instalment."""
        self._claims.append(_Claim(day, interest, principal))

    def cover(self, amount: Decimal, day: date, principal_of_it: Decimal = NOTHING) -> Decimal:
        """Pay claims, of each its interest first; what no claim takes comes back.

        Without `as_of` only the instalment of the day itself can be meant. What has counted as
        principal before is principal of the day's instalment, or stays for a later one.
        """
        amount -= principal_of_it
        for claim in self._claims:
            if claim.due_date == day:
                counted = min(principal_of_it, claim.principal)
                claim.principal -= counted
                principal_of_it -= counted
        for claim in list(self._claims):
            if self.as_of is None and claim.due_date != day:
                continue
            interest = min(amount, claim.interest)
            claim.interest -= interest
            principal = min(amount - interest, claim.principal)
            claim.principal -= principal
            amount -= interest + principal
            if claim.interest == 0 and claim.principal == 0:
                self._claims.remove(claim)
        return amount + principal_of_it

    def owed_on(self, day: date) -> tuple[Decimal, Decimal]:
        """Principal and interest of claims that are late or fell due on a day."""
        owed = [one for one in self._claims if one.due_date == day or self._late(one)]
        return (
            sum((one.principal for one in owed), NOTHING),
            sum((one.interest for one in owed), NOTHING),
        )

    def settle(self) -> None:
        """The day of `as_of` has come: from here on everything counts as paid."""
        self._settled = True

    def _late(self, claim: _Claim) -> bool:
        return self.as_of is not None and claim.due_date < self.as_of
