"""Vouchers (记账凭证): immutable sets of entries whose debits equal their credits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from puhui.money import Money
from puhui.tenancy import BankId
from servicing.domain.accounts import AccountKey, Side
from servicing.domain.errors import UnbalancedVoucher

NOTHING = Money(0)


class Layer(StrEnum):
    """Whether an entry counts yet: pending money is promised, posted money has moved."""

    PENDING = "pending"
    POSTED = "posted"


class Step(StrEnum):
    """What a voucher does with its transfer."""

    RESERVE = "reserve"
    POST = "post"
    VOID = "void"
    BOOK = "book"
    SUSPENSE = "suspense"


STEP_NAMES: Mapping[Step, str] = {
    Step.RESERVE: "预留",
    Step.POST: "入账",
    Step.VOID: "冲销预留",
    Step.BOOK: "记账",
    Step.SUSPENSE: "挂账",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line (分录) of a voucher; amounts are positive, the side says which way."""

    account: AccountKey
    layer: Layer
    side: Side
    amount: Money

    def __post_init__(self) -> None:
        """Refuse an entry of nothing."""
        if not self.amount.is_positive:
            raise ValueError("an entry moves a positive amount")

    @property
    def debit_less_credit(self) -> Money:
        """The change of the account's balance, debits positive."""
        return self.amount if self.side is Side.DEBIT else -self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """What is written to the ledger in one transaction, and never changed afterwards."""

    bank_id: BankId
    transfer_id: str
    step: Step
    booked_on: date
    booked_at: datetime
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        """借贷必相等: within each layer debits equal credits."""
        if not self.entries:
            raise UnbalancedVoucher("a voucher has entries")
        for layer, difference in differences(self.entries).items():
            if not difference.is_zero:
                raise UnbalancedVoucher(f"{layer} entries differ by {difference}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What an account holds, debits positive: moved money, and money promised either way."""

    posted: Money = NOTHING
    pending: Money = NOTHING

    def plus(self, entry: Entry) -> Balance:
        """The balance after an entry."""
        change = entry.debit_less_credit
        if entry.layer is Layer.POSTED:
            return Balance(posted=self.posted + change, pending=self.pending)
        return Balance(posted=self.posted, pending=self.pending + change)

    def and_also(self, other: Balance) -> Balance:
        """Two balances as one."""
        return Balance(posted=self.posted + other.posted, pending=self.pending + other.pending)


def differences(entries: Iterable[Entry]) -> dict[Layer, Money]:
    """Debits less credits of each layer."""
    result = {layer: Money(0) for layer in Layer}
    for entry in entries:
        result[entry.layer] = result[entry.layer] + entry.debit_less_credit
    return result


def balances_after(vouchers: Iterable[Voucher]) -> dict[AccountKey, Balance]:
    """Fold entries into balances: the only truth that stored balances are compared with."""
    result: dict[AccountKey, Balance] = {}
    for voucher in vouchers:
        for entry in voucher.entries:
            result[entry.account] = result.get(entry.account, Balance()).plus(entry)
    return result


def by_code(balances: Mapping[AccountKey, Balance]) -> dict[str, Balance]:
    """Add sub-ledgers up to their accounts."""
    result: dict[str, Balance] = {}
    for key, balance in balances.items():
        result[key.code] = result.get(key.code, Balance()).and_also(balance)
    return result
