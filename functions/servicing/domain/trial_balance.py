"""The trial balance (试算平衡表): what every account holds, debits against credits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from puhui.money import Money
from servicing.domain.accounts import CHART
from servicing.domain.vouchers import Balance

ZERO = Money(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountBalance:
    """One account's line: posted and pending, each on the side where it stands."""

    code: str
    name: str
    balance: Balance

    @property
    def debit(self) -> Money:
        """Posted balance, if it is a debit."""
        return max(self.balance.posted, ZERO)

    @property
    def credit(self) -> Money:
        """Posted balance, if it is a credit."""
        return max(-self.balance.posted, ZERO)

    @property
    def pending_debit(self) -> Money:
        """Promised balance, if it is a debit."""
        return max(self.balance.pending, ZERO)

    @property
    def pending_credit(self) -> Money:
        """Promised balance, if it is a credit."""
        return max(-self.balance.pending, ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialBalance:
    """All accounts of a bank at one moment; the difference is 0 or the books are wrong."""

    accounts: tuple[AccountBalance, ...]

    @property
    def total_debit(self) -> Money:
        """All posted debit balances."""
        return Money.total(line.debit for line in self.accounts)

    @property
    def total_credit(self) -> Money:
        """All posted credit balances."""
        return Money.total(line.credit for line in self.accounts)

    @property
    def difference(self) -> Money:
        """Debits less credits, posted."""
        return self.total_debit - self.total_credit

    @property
    def pending_difference(self) -> Money:
        """Debits less credits, pending."""
        return Money.total(line.balance.pending for line in self.accounts)


def trial_balance(balances: Mapping[str, Balance]) -> TrialBalance:
    """Draw up the trial balance from balances by account code, in the order of the chart."""
    unknown = set(balances) - set(CHART)
    if unknown:
        raise ValueError(f"balances of unknown accounts: {sorted(unknown)}")
    return TrialBalance(
        accounts=tuple(
            AccountBalance(code=code, name=account.name, balance=balances.get(code, Balance()))
            for code, account in sorted(CHART.items())
        )
    )
