"""VAT invoices that a firm with given habits would have issued and received."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from puhui.contracts.facts import INVOICE_SCHEMA
from sandbox.domain.personas import Persona

SOURCE = "sandbox.population"
FEN_PER_YUAN = 100
SMALL_TAXPAYER_PERMILLE = 30
GENERAL_TAX_PERMILLE: tuple[tuple[date, int], ...] = (
    (date(2019, 4, 1), 130),
    (date(2018, 5, 1), 160),
    (date.min, 170),
)
"""General VAT rates by the day they began (财税〔2018〕32号, 公告2019年第39号); for colour."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """One firm's own draw from its persona."""

    persona: Persona
    monthly_sales_fen: int
    growth_percent: int
    season_shift: int
    customers: tuple[str, ...]
    top_percent: int
    suppliers: tuple[str, ...]
    purchases_percent: int
    void_percent: int
    red_percent: int
    silent_months: int
    small_taxpayer: bool


def draw_habits(rng: Random, persona: Persona, *, small_taxpayer: bool) -> Habits:
    """Draw one firm from a persona."""
    low, high = persona.monthly_sales_yuan
    return Habits(
        persona=persona,
        monthly_sales_fen=rng.randrange(low, high) * FEN_PER_YUAN,
        growth_percent=rng.randint(*persona.yearly_growth_percent),
        season_shift=rng.randrange(12),
        customers=_partners(rng, "B", rng.randint(*persona.customers)),
        top_percent=rng.randint(*persona.top_customer_percent),
        suppliers=_partners(rng, "S", rng.randint(*persona.suppliers)),
        purchases_percent=rng.randint(*persona.purchases_percent),
        void_percent=rng.randint(*persona.void_percent),
        red_percent=rng.randint(*persona.red_percent),
        silent_months=rng.randint(*persona.silent_months),
        small_taxpayer=small_taxpayer,
    )


def invoice_document(rng: Random, habits: Habits, *, months: int, as_of: date) -> dict[str, Any]:
    """All invoices of the months before a day, as an invoice/1 document."""
    first = _months_before(as_of, months)
    rows: list[Row] = []
    number = rng.randrange(10_000_000, 80_000_000)
    for index in range(months):
        silent = index >= months - habits.silent_months
        if silent:
            continue
        month = _months_before(as_of, months - index)
        sales = _month_sales(rng, habits, index, months, month)
        purchases = sales * habits.purchases_percent // 100
        count = rng.randint(*habits.persona.invoices_a_month)
        rows += month_rows(rng, habits, month, "out", sales, count)
        rows += month_rows(rng, habits, month, "in", purchases, max(1, count * 2 // 3))
    rows.sort(key=lambda row: (row["issued_on"], row["direction"]))
    for offset, row in enumerate(rows):
        row["number"] = f"{number + offset:08d}"
    return {
        "schema": INVOICE_SCHEMA,
        "source": SOURCE,
        "period_from": first.isoformat(),
        "period_to": (as_of - timedelta(days=1)).isoformat(),
        "row_count": len(rows),
        "rows": rows,
    }


def yearly_sales_fen(document: dict[str, Any], as_of: date) -> int:
    """Valid sales with tax over the year before a day, red-letter invoices subtracted."""
    start = _months_before(as_of, 12).isoformat()
    return sum(
        row["total_fen"]
        for row in document["rows"]
        if row["direction"] == "out" and row["status"] == "valid" and row["issued_on"] >= start
    )


def _month_sales(rng: Random, habits: Habits, index: int, months: int, month: date) -> int:
    """Sales of a month: level, trend towards the end, season and noise, all in whole percent."""
    persona = habits.persona
    trend = 100 + habits.growth_percent * (index - months + 1) // 12
    in_season = (month.month + habits.season_shift) % 12 < 6
    season = 100 + (persona.season_percent if in_season else -persona.season_percent)
    noise = 100 + rng.randint(-persona.noise_percent, persona.noise_percent)
    factor = max(trend, 8) * season * noise
    return max(habits.monthly_sales_fen * factor // 1_000_000, FEN_PER_YUAN)


def month_rows(
    rng: Random, habits: Habits, month: date, direction: str, total: int, count: int
) -> list[Row]:
    """A month's total spread over its invoices, some void, some taken back by a red letter."""
    weights = [rng.randint(10, 100) for _ in range(count)]
    whole = sum(weights)
    rows: list[Row] = []
    for weight in weights:
        row = _row(rng, habits, month, direction, max(total * weight // whole, FEN_PER_YUAN))
        rows.append(row)
        if direction == "out" and rng.randrange(100) < habits.void_percent:
            row["status"] = "void"
        elif direction == "out" and rng.randrange(100) < habits.red_percent:
            rows.append(_red_letter(row))
    return rows


def _row(rng: Random, habits: Habits, month: date, direction: str, amount: int) -> Row:
    issued = month + timedelta(days=rng.randrange(28))
    tax = amount * _tax_permille(habits, direction, issued) // 1000
    return {
        "number": "",
        "direction": direction,
        "issued_on": issued.isoformat(),
        "counterparty": _counterparty(rng, habits, direction),
        "amount_fen": amount,
        "tax_fen": tax,
        "total_fen": amount + tax,
        "status": "valid",
    }


def _red_letter(row: Row) -> Row:
    taken_back = {key: -row[key] for key in ("amount_fen", "tax_fen", "total_fen")}
    return row | taken_back


def _counterparty(rng: Random, habits: Habits, direction: str) -> str:
    """Who is on the other side; a firm that moves money in a ring sells to who it buys from."""
    if rng.randrange(100) < habits.persona.circular_percent:
        return rng.choice(habits.customers[:4])
    if direction == "in":
        return rng.choice(habits.suppliers)
    if rng.randrange(100) < habits.top_percent:
        return habits.customers[0]
    return rng.choice(habits.customers)


def _tax_permille(habits: Habits, direction: str, issued: date) -> int:
    if habits.small_taxpayer and direction == "out":
        return SMALL_TAXPAYER_PERMILLE
    return next(rate for start, rate in GENERAL_TAX_PERMILLE if issued >= start)


def _partners(rng: Random, prefix: str, count: int) -> tuple[str, ...]:
    return tuple(f"{prefix}{number:05d}" for number in rng.sample(range(100_000), count))


def _months_before(day: date, months: int) -> date:
    """The first day of the month so many months before a day's month."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)
