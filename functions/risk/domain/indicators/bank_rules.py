"""Rules of bank statements: daily balances, loops, first digits, and whether the file is true."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risk.domain.indicators.cells import Cells, TableCells
from risk.domain.indicators.moment import END
from risk.domain.indicators.plan import Entry
from risk.domain.indicators.result import Result
from risk.domain.indicators.row_rules import LARGEST_SUM, Missing, Rule, fill_with, scaled, total
from risk.domain.indicators.table import Table
from risk.domain.indicators.values import rounded

Ints = NDArray[np.int64]
MONTHS_OF_A_YEAR: Final = 12
SEQUENCES, DAYS, ACCOUNTS = 2**24, 2**17, 2**21
"""Bounds within which account, day and sequence fit one sorting key."""
NO_STATEMENT: Final = (0, None)
PPM: Final = 1_000_000
BENFORD_PPM: Final = (301_030, 176_091, 124_939, 96_910, 79_181, 66_947, 57_992, 51_153, 45_757)
"""log10(1 + 1/d) for d = 1 to 9, in parts per million; they add up to one."""
BalanceRule = Callable[["Statements", TableCells, Entry], int | None]


class Statements:
    """The accounts of a firm with their balances, made once an applicant."""

    def __init__(self, table: Table, months: int) -> None:
        """Order the transactions by account and time, for windows of at most so many months."""
        self.table = table
        self.first = int(table.moment.edge_days[months]) - 1
        """The first day whose end is looked at: the last one before the longest window."""
        account = table.field("account")[0]
        balance, no_balance = table.field("balance_fen")
        sequence = table.field("sequence")[0]
        day = table.days()
        known = balance if no_balance is None else np.where(no_balance, 0, balance)
        signed = table.field("signed_fen")[0]
        self.order = _in_order(account, day, sequence, known, signed)
        self.account = account[self.order]
        self.day = day[self.order]
        self.balance = known[self.order]
        self.null = None if no_balance is None else no_balance[self.order]
        self._openings = self._first_openings()

    def daily_totals(self, begin: int) -> NDArray[Any] | None:
        """All accounts together at the end of each day of so many months; None: no account."""
        first = int(self.table.moment.edge_days[begin])
        totals = self._totals_from(first)
        return None if totals is None else totals[first - self.first :]

    def month_ends(self, months: int) -> NDArray[Any] | None:
        """All accounts together at the end of each of so many months; None: no account."""
        days = self.table.moment.edge_days[:months].astype(np.int64) - 1
        totals = self._totals_from(int(days[-1]))
        return None if totals is None else totals[days - self.first]

    def _totals_from(self, day: int) -> NDArray[Any] | None:
        """The totals of all days, if they are known from a day on."""
        if self._totals is None:
            return None
        totals, known_from = self._totals
        if day < known_from:
            raise Missing
        return totals

    @cached_property
    def _totals(self) -> tuple[NDArray[Any], int] | None:
        """By day the balances of all accounts together, and from which day on all are known.

        What an account held before its first statement is not known, and not its opening.
        """
        after = int(self.table.moment.edge_days[0])
        before = self.day < after
        if self.null is not None and self.null[before].any():
            raise Missing
        # An account that is first seen after the window was there before, or nobody knows.
        seen = self.account[self.day <= self.table.moment.day]
        accounts = sorted({*self._openings, *np.flatnonzero(np.bincount(seen)).tolist()})
        if not accounts:
            return None
        days = np.arange(self.first, after)
        largest = int(np.abs(self.balance).max(initial=0))
        largest = max([largest, *(abs(one or 0) for _, one in self._openings.values())])
        totals = np.zeros(len(days), np.int64 if largest * len(accounts) < LARGEST_SUM else object)
        known_from = self.first
        starts = np.searchsorted(self.account, accounts, "left").tolist()
        ends = np.searchsorted(self.account, accounts, "right").tolist()
        for account, low, high in zip(accounts, starts, ends, strict=True):
            own = self.day[low:high]
            begins, opening = self._openings.get(account, NO_STATEMENT)
            moves = int(own[0]) if len(own) else after
            known_from = max(known_from, moves if opening is None else min(moves, begins))
            held = np.concatenate(([opening or 0], self.balance[low:high])).astype(totals.dtype)
            totals += held[np.searchsorted(own, days, "right")]
        return totals, known_from

    def _first_openings(self) -> dict[int, tuple[int, int | None]]:
        """Where each account's first statement begins, and its opening balance."""
        rows = self.table.columns.tables["statements"]
        nulls = self.table.columns.nulls["statements"].get("opening_fen")
        if nulls is None:
            nulls = np.zeros(len(rows["account"]), np.bool_)
        known = rows["from_on"] <= self.table.moment.day
        # Of two statements of the same days, the one that does not know its opening comes first.
        order = np.lexsort((rows["opening_fen"], ~nulls, rows["to_on"], rows["from_on"]))
        found: dict[int, tuple[int, int | None]] = {}
        for row in order.tolist():
            account = int(rows["account"][row])
            if known[row] and account not in found:
                opening = None if nulls[row] else int(rows["opening_fen"][row])
                found[account] = int(rows["from_on"][row]), opening
        return found


def _in_order(account: Any, day: Any, sequence: Any, known: Any, signed: Any) -> Ints:
    """The rows by account and time; only rows of one number on one day need more to be told
    apart, whatever the order of the document.
    """
    if len(day) and int(sequence.max()) < SEQUENCES and int(account.max()) < ACCOUNTS:
        since = (day - day.min()).astype(np.int64)
        key = (account.astype(np.int64) * DAYS + since) * SEQUENCES + sequence
        order = np.argsort(key, kind="stable")
        ranked = key[order]
        if int(since.max()) < DAYS and (ranked[1:] != ranked[:-1]).all():
            return order
    return np.lexsort((signed, known, sequence, day, account))


def fill_bank(singles: Mapping[str, tuple[Entry, ...]], cells: Cells, result: Result) -> None:
    """Make every indicator whose rule is about statements."""
    key = ("bank_flow/1", "transactions", "booked_on")
    found = cells.tables.get(key)
    if found is None:
        return
    months = max(one.definition.window.months for rule in BALANCE_RULES for one in singles[rule])
    statements = Statements(found.table, months)
    rules = {rule: partial(compute, statements) for rule, compute in BALANCE_RULES.items()}
    fill_with({**rules, **FLOW_RULES}, singles, cells, result)


def _average(statements: Statements, found: TableCells, entry: Entry) -> int | None:
    totals = statements.daily_totals(entry.begin)
    return None if totals is None else scaled(entry, total(totals), len(totals))


def _lowest(statements: Statements, found: TableCells, entry: Entry) -> int | None:
    totals = statements.daily_totals(entry.begin)
    return None if totals is None else scaled(entry, int(totals.min()))


def _month_ends(statements: Statements, found: TableCells, entry: Entry) -> int | None:
    ends = statements.month_ends(entry.begin)
    return None if ends is None else scaled(entry, total(ends), len(ends))


def _days_below(statements: Statements, found: TableCells, entry: Entry) -> int | None:
    totals = statements.daily_totals(entry.begin)
    if totals is None:
        return None
    return int(np.count_nonzero(totals < entry.definition.calculation.constant))


def _interest(statements: Statements, found: TableCells, entry: Entry) -> int | None:
    """The mean of so many months' ends, and so many months of interest as a year of it."""
    ends = statements.month_ends(entry.begin)
    if ends is None:
        return None
    top = _amount(found, entry, "interest") * MONTHS_OF_A_YEAR * len(ends)
    return rounded(
        top * int(10**entry.definition.decimals),
        max(total(ends), 0) * entry.definition.window.months,
    )


def _amount(found: TableCells, entry: Entry, kind: str) -> int:
    """What came in of one kind in the window."""
    table = found.table
    chosen = found.inside(entry.begin, entry.end)
    chosen &= table.field("kind")[0] == table.code("kind", kind)
    chosen &= table.field("direction")[0] == table.code("direction", "in")
    return total(table.field("amount_fen")[0][chosen])


def _breaks(statements: Statements, found: TableCells, entry: Entry) -> int | None:
    """Rows whose balance does not follow from the one before in their account."""
    edges = found.table.moment.edge_days
    signed = found.table.field("signed_fen")[0][statements.order]
    inside = (statements.day >= edges[entry.begin]) & (statements.day < edges[entry.end])
    follows = np.zeros(len(inside), np.bool_)
    follows[1:] = statements.account[1:] == statements.account[:-1]
    looked_at = np.flatnonzero(inside & follows)
    null = statements.null
    if null is not None and (null[looked_at] | null[looked_at - 1]).any():
        raise Missing
    step = statements.balance[looked_at] - statements.balance[looked_at - 1]
    return int((step != signed[looked_at]).sum())


BALANCE_RULES: Final[Mapping[str, BalanceRule]] = {
    "day_balance_avg": _average,
    "day_balance_min": _lowest,
    "month_end_avg": _month_ends,
    "days_below": _days_below,
    "interest_rate": _interest,
    "balance_breaks": _breaks,
}


def _in_and_out(found: TableCells, entry: Entry, keys: NDArray[Any]) -> tuple[Ints, Ints]:
    """What came in and what went out by key, over the slot's rows of the window."""
    table = found.table
    rows = found.rows_in(entry.slot, entry.begin, entry.end)
    incoming = table.field("direction")[0][rows] == table.code("direction", "in")
    amount = table.field("amount_fen")[0][rows]
    place = keys[rows] - keys[rows].min() if len(rows) else rows
    size = int(place.max(initial=-1)) + 1
    came, went = np.zeros(size, np.int64), np.zeros(size, np.int64)
    np.add.at(came, place[incoming], amount[incoming])
    np.add.at(went, place[~incoming], amount[~incoming])
    return came, went


def _lesser_share(entry: Entry, came: Ints, went: Ints) -> int | None:
    both = total(np.minimum(came, went))
    return rounded(both * int(10**entry.definition.decimals), total(came))


def _round_trip(found: TableCells, entry: Entry) -> int | None:
    return _lesser_share(entry, *_in_and_out(found, entry, found.table.field("counterparty")[0]))


def _pass_through(found: TableCells, entry: Entry) -> int | None:
    return _lesser_share(entry, *_in_and_out(found, entry, found.table.days()))


def _largest_day(found: TableCells, entry: Entry) -> int | None:
    came, went = _in_and_out(found, entry, found.table.days())
    sums = came + went
    largest = int(sums.max()) if len(sums) else 0
    return rounded(largest * int(10**entry.definition.decimals), total(sums))


def _benford(found: TableCells, entry: Entry) -> int | None:
    rows = found.rows_in(entry.slot, entry.begin, entry.end)
    amounts = found.table.field("amount_fen")[0][rows]
    amounts = amounts[amounts > 0]
    number = len(amounts)
    if number < entry.definition.calculation.constant:
        return None
    powers = np.array([10**power for power in range(19)], np.int64)
    digits = np.searchsorted(powers, amounts, "right") - 1
    seen = np.bincount(amounts // powers[digits], minlength=10)[1:10].tolist()
    off = sum(
        abs(count * PPM - number * share) for count, share in zip(seen, BENFORD_PPM, strict=True)
    )
    return rounded(off * int(10**entry.definition.decimals), len(BENFORD_PPM) * number * PPM)


def _uncovered(found: TableCells, entry: Entry) -> int | None:
    """Days of the window on which some account lies in none of its own statements."""
    edges = found.table.moment.edge_days
    first, after, today = (int(edges[one]) for one in (entry.begin, entry.end, END))
    rows = found.table.columns.tables["statements"]
    known = (rows["from_on"] < today) & (rows["from_on"] <= rows["to_on"])
    moved = found.table.field("account")[0][found.table.days() < today]
    accounts = np.union1d(rows["account"][known], moved)
    uncovered = np.full(after - first, len(accounts) == 0)
    for account in accounts.tolist():
        covered = np.zeros(after - first + 1, np.int64)
        own = known & (rows["account"] == account)
        for start, end in zip(
            rows["from_on"][own].tolist(), rows["to_on"][own].tolist(), strict=True
        ):
            if start < after and end >= first:
                covered[max(start, first) - first] += 1
                covered[min(end + 1, after) - first] -= 1
        uncovered |= np.cumsum(covered[:-1]) == 0
    return int(uncovered.sum())


FLOW_RULES: Final[Mapping[str, Rule]] = {
    "round_trip": _round_trip,
    "pass_through": _pass_through,
    "max_day_share": _largest_day,
    "benford": _benford,
    "uncovered_days": _uncovered,
}
