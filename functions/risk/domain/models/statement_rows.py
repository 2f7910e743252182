"""Bank statements (对账单) as rows people wrote down, and as columns that are fast to check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from risk.domain.models.answer import require

Kind = Literal[
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
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
UNKNOWN: Final = -1
"""The number of a counterparty that nobody knows."""
MAX_FEN: Final = 10**15
"""No amount or balance is larger; so that sums of a quarter's days stay exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The period and the balances that a statement declares."""

    account: str
    from_on: date
    to_on: date
    opening_fen: int | None = None
    closing_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a statement; its order in the account is day, then sequence."""

    account: str
    sequence: int
    booked_on: date
    direction: Literal["in", "out"]
    amount_fen: int
    kind: Kind
    """As the platform classifies it; `other` when nothing fits."""
    balance_fen: int | None = None
    """After the line."""
    counterparty: str | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """The rows by account, day and sequence, whatever their order was."""

    account: Ints
    day: Ints
    """Ordinal days."""
    incoming: Flags
    amount: Ints
    signed: Ints
    balance: Ints
    unbalanced: Flags
    """The balance is not known."""
    party: Ints
    kind: Ints
    """The place in `KINDS`."""
    accounts: tuple[str, ...]

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.amount)

    def of_account(self, number: int) -> Columns:
        """The rows of one account, which lie together."""
        first, last = np.searchsorted(self.account, (number, number + 1))
        parts = {name: getattr(self, name)[first:last] for name in ROW_COLUMNS}
        return Columns(accounts=self.accounts, **parts)

    def of_kind(self, *kinds: Kind) -> Flags:
        """The rows of some kinds."""
        wanted = np.array([one in kinds for one in KINDS], np.bool_)
        found: Flags = wanted[self.kind]
        return found


ROW_COLUMNS: Final = tuple(one.name for one in fields(Columns) if one.name != "accounts")


def columns_of(rows: Sequence[Row]) -> Columns:
    """Check the rows and put them in order; equal places are told apart by their contents."""
    for one in rows:
        require(0 < one.amount_fen <= MAX_FEN, "amount_fen", "must be positive and below 10**15")
        known = one.balance_fen is None or abs(one.balance_fen) <= MAX_FEN
        require(known, "balance_fen", "must be within 10**15")
    ordered = sorted(rows, key=_place)
    accounts = tuple(sorted({one.account for one in ordered}))
    places = {name: number for number, name in enumerate(accounts)}
    names = sorted({one.counterparty for one in ordered if one.counterparty is not None})
    parties = {name: number for number, name in enumerate(names)}
    incoming = np.array([one.direction == "in" for one in ordered], np.bool_)
    amount = np.array([one.amount_fen for one in ordered], np.int64)
    return Columns(
        account=np.array([places[one.account] for one in ordered], np.int64),
        day=np.array([one.booked_on.toordinal() for one in ordered], np.int64),
        incoming=incoming,
        amount=amount,
        signed=np.where(incoming, amount, -amount),
        balance=np.array([one.balance_fen or 0 for one in ordered], np.int64),
        unbalanced=np.array([one.balance_fen is None for one in ordered], np.bool_),
        party=np.array(
            [UNKNOWN if one.counterparty is None else parties[one.counterparty] for one in ordered],
            np.int64,
        ),
        kind=np.array([KINDS.index(one.kind) for one in ordered], np.int64),
        accounts=accounts,
    )


def _place(row: Row) -> tuple[Any, ...]:
    place = (row.account, row.booked_on, row.sequence, row.direction, row.amount_fen)
    balance, party = row.balance_fen, row.counterparty
    return (*place, row.kind, balance is None, balance or 0, party is None, party or "")


def exact_sum(values: Ints) -> int:
    """The sum of numbers whose sum may not fit 64 bits."""
    return sum(values.tolist())
