"""The invoice indicators once more, slow and obvious: the definition of what is right.

Nothing here is shared with the engine: no columns, no tables, no windows by arithmetic. Each
indicator walks over the rows of the document, month by month, with exact fractions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

Row = dict[str, Any]
Number = Fraction | None
UNDEFINED = None


def slow_values(document: dict[str, Any], as_of: date) -> dict[str, tuple[str, Decimal | None]]:
    """Every indicator of the grid by name, as (state, value)."""
    firm = _Firm(document, as_of)
    found: dict[str, tuple[str, Decimal | None]] = {}
    for direction in ("out", "in"):
        for window in ("l1m", "l3m", "l6m", "l12m", "l24m"):
            months = int(window[1:-1])
            for measure, decimals in (("valid_amt", 2), ("valid_cnt", 0)):
                name = f"ent.inv.{direction}_{measure}.all.{window}"
                levels = [firm.level(direction, measure, month) for month in firm.months(months)]
                found[f"{name}.sum"] = firm.state(months, decimals, sum(levels, Fraction(0)))
                average = sum(levels, Fraction(0)) / months
                digits = 2 if measure == "valid_amt" else 4
                found[f"{name}.avg_m"] = firm.state(months, digits, average)
                found[f"{name}.max_m"] = firm.state(months, decimals, max(levels))
                found[f"{name}.cv"] = firm.state(months, 4, _variation(levels))
        for window in ("l6m", "l12m"):
            months = int(window[1:-1])
            name = f"ent.inv.{direction}_party.all.{window}"
            for agg, compute in PARTIES.items():
                reach = 2 * months if agg == "new_share" else months
                decimals = 0 if agg == "distinct" else 4
                value = compute(firm, direction, months)
                found[f"{name}.{agg}"] = firm.state(reach, decimals, value)
        for agg, months in (("mom", 1), ("qoq", 3), ("hoh", 6), ("yoy", 12)):
            name = f"ent.inv.{direction}_valid_amt.all.l{months}m.{agg}"
            found[name] = firm.state(2 * months, 4, _growth(firm, direction, months))
        gaps = f"ent.inv.{direction}_valid.all"
        found[f"{gaps}.l12m.max_gap_day"] = firm.state(12, 0, _longest_gap(firm, direction))
        found[f"{gaps}.l12m.zero_month"] = firm.state(12, 0, _months_without(firm, direction, 12))
        active = 24 - _months_without(firm, direction, 24)
        found[f"{gaps}.l24m.active_month"] = firm.state(24, 0, active)
        found[f"{gaps}.now.days_since_last"] = firm.state(0, 0, _days_since(firm, direction))
        found[f"{gaps}.now.history_month"] = firm.state(0, 0, _history(firm, direction))
    for window in ("l3m", "l6m", "l12m"):
        months = int(window[1:-1])
        for measure in ("red", "void"):
            for agg in ("cnt_rate", "amt_rate"):
                name = f"ent.inv.out_{measure}.all.{window}.{agg}"
                found[name] = firm.state(months, 4, _reversals(firm, measure, agg, months))
    return found


class _Firm:
    """The rows that are known at a day, each once, with dates."""

    def __init__(self, document: dict[str, Any], as_of: date) -> None:
        self.as_of = as_of
        self.period_from = date.fromisoformat(document["period_from"])
        self.period_to = date.fromisoformat(document["period_to"])
        unique = {tuple(sorted(row.items())) for row in document["rows"]}
        rows = [dict(items) for items in unique]
        for row in rows:
            row["day"] = date.fromisoformat(row["issued_on"])
        self.rows = [row for row in rows if row["day"] <= as_of]

    def months(self, count: int) -> list[tuple[int, int]]:
        """The last `count` full months as (year, month), newest first."""
        found = []
        day = self.as_of.replace(day=1)
        for _ in range(count):
            day = (day - timedelta(days=1)).replace(day=1)
            found.append((day.year, day.month))
        return found

    def blue(self, direction: str) -> list[Row]:
        """Valid invoices that take nothing back."""
        return [row for row in self._valid(direction) if row["amount_fen"] >= 0]

    def of_months(self, rows: list[Row], months: list[tuple[int, int]]) -> list[Row]:
        """The rows of some months."""
        return [row for row in rows if (row["day"].year, row["day"].month) in months]

    def level(self, direction: str, measure: str, month: tuple[int, int]) -> Fraction:
        """Net yuan or number of invoices of one month."""
        if measure == "valid_cnt":
            return Fraction(len(self.of_months(self.blue(direction), [month])))
        rows = self.of_months(self._valid(direction), [month])
        return Fraction(sum(row["amount_fen"] for row in rows), 100)

    def net_by_party(self, direction: str, months: int) -> dict[str, Fraction]:
        """Net amounts by counterparty, where they are positive."""
        net: dict[str, Fraction] = defaultdict(Fraction)
        for row in self.of_months(self._valid(direction), self.months(months)):
            net[row["counterparty"]] += row["amount_fen"]
        return {party: amount for party, amount in net.items() if amount > 0}

    def state(self, months: int, decimals: int, value: Any) -> tuple[str, Decimal | None]:
        """The value with its state: the document must be recent and reach back far enough."""
        last_day = self.as_of.replace(day=1) - timedelta(days=1)
        if self.period_to < last_day - timedelta(days=15):
            return "stale", None
        needed = date(*self.months(months)[-1], 1) if months else self.as_of.replace(day=1)
        if self.period_from > needed:
            return "missing", None
        if value is UNDEFINED:
            return "undefined", None
        return "ok", _rounded(Fraction(value), decimals)

    def _valid(self, direction: str) -> list[Row]:
        return [
            row for row in self.rows if row["direction"] == direction and row["status"] == "valid"
        ]


def _rounded(value: Fraction, decimals: int) -> Decimal:
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _variation(levels: list[Fraction]) -> Number:
    mean = sum(levels, Fraction(0)) / len(levels)
    if len(levels) < 2 or mean <= 0:
        return UNDEFINED
    variance = sum(((level - mean) ** 2 for level in levels), Fraction(0)) / len(levels)
    square = variance / mean**2
    with localcontext() as context:
        context.prec = 60
        root = (Decimal(square.numerator) / Decimal(square.denominator)).sqrt()
        return Fraction(root)


def _share(part: Fraction, whole: Fraction) -> Number:
    return UNDEFINED if whole == 0 else Fraction(part) / Fraction(whole)


def _distinct(firm: _Firm, direction: str, months: int) -> Number:
    rows = firm.of_months(firm.blue(direction), firm.months(months))
    return Fraction(len({row["counterparty"] for row in rows}))


def _top(count: int) -> Callable[[_Firm, str, int], Number]:
    def share(firm: _Firm, direction: str, months: int) -> Number:
        amounts = sorted(firm.net_by_party(direction, months).values(), reverse=True)
        return _share(sum(amounts[:count], Fraction(0)), sum(amounts, Fraction(0)))

    return share


def _concentration(firm: _Firm, direction: str, months: int) -> Number:
    amounts = list(firm.net_by_party(direction, months).values())
    whole = sum(amounts, Fraction(0))
    if whole == 0:
        return UNDEFINED
    return sum(((amount / whole) ** 2 for amount in amounts), Fraction(0))


def _new_share(firm: _Firm, direction: str, months: int) -> Number:
    start = date(*firm.months(months)[-1], 1)
    before = {row["counterparty"] for row in firm.blue(direction) if row["day"] < start}
    net = firm.net_by_party(direction, months)
    new = sum((amount for party, amount in net.items() if party not in before), Fraction(0))
    return _share(new, sum(net.values(), Fraction(0)))


PARTIES: dict[str, Callable[[_Firm, str, int], Number]] = {
    "distinct": _distinct,
    "top1": _top(1),
    "top5": _top(5),
    "hhi": _concentration,
    "new_share": _new_share,
}


def _growth(firm: _Firm, direction: str, months: int) -> Number:
    both = firm.months(2 * months)
    now = sum((firm.level(direction, "valid_amt", month) for month in both[:months]), Fraction(0))
    before = sum(
        (firm.level(direction, "valid_amt", month) for month in both[months:]), Fraction(0)
    )
    return UNDEFINED if before <= 0 else now / before - 1


def _longest_gap(firm: _Firm, direction: str) -> Number:
    day = date(*firm.months(12)[-1], 1)
    last = firm.as_of.replace(day=1) - timedelta(days=1)
    days = {row["day"] for row in firm.blue(direction)}
    longest = run = 0
    while day <= last:
        run = 0 if day in days else run + 1
        longest = max(longest, run)
        day += timedelta(days=1)
    return Fraction(longest)


def _months_without(firm: _Firm, direction: str, months: int) -> int:
    return sum(
        1 for month in firm.months(months) if not firm.of_months(firm.blue(direction), [month])
    )


def _days_since(firm: _Firm, direction: str) -> Number:
    days = [row["day"] for row in firm.blue(direction)]
    return Fraction((firm.as_of - max(days)).days) if days else UNDEFINED


def _history(firm: _Firm, direction: str) -> Number:
    days = [row["day"] for row in firm.blue(direction)]
    if not days:
        return Fraction(0)
    first = min(days)
    return Fraction((firm.as_of.year - first.year) * 12 + firm.as_of.month - first.month)


def _reversals(firm: _Firm, measure: str, agg: str, months: int) -> Number:
    rows = firm.of_months(
        [row for row in firm.rows if row["direction"] == "out"], firm.months(months)
    )
    void = [row for row in rows if row["status"] == "void"]
    red = [row for row in rows if row["status"] == "valid" and row["amount_fen"] < 0]
    blue = [row for row in rows if row["status"] == "valid" and row["amount_fen"] >= 0]
    if agg == "cnt_rate":
        part, whole = (red, red + blue) if measure == "red" else (void, rows)
        return _share(Fraction(len(part)), Fraction(len(whole)))
    amounts = {
        "red": (_gross(red), _gross(blue)),
        "void": (_gross(void), _gross(rows)),
    }
    return _share(*amounts[measure])


def _gross(rows: list[Row]) -> Fraction:
    return Fraction(sum(abs(row["amount_fen"]) for row in rows))
