"""Invoices of a member: its true sales and purchases, cut into invoices month by month."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sandbox.domain.economy.chance import MILLI, clipped, normal
from sandbox.domain.economy.member import Member
from sandbox.domain.invoices import draw_habits, month_rows
from sandbox.domain.personas import PERSONAS
from sandbox.domain.providers.books import Books
from sandbox.domain.providers.facts import Facts, Row

FEWEST, MOST = 2, 9


def invoice_facts_of(member: Member, books: Books) -> Facts:
    """One month after another; who is tight voids and takes back more."""
    rng = member.rng("invoices")
    healthy = PERSONAS[0]
    habits = draw_habits(rng, healthy, small_taxpayer=member.segment == "S")
    tight = clipped((-member.ability + normal(rng)) * 4 // MILLI, 0, 20)
    void, red = habits.void_percent + tight, habits.red_percent + tight // 2
    habits = replace(habits, void_percent=void, red_percent=red)
    rows: list[Row] = []
    for month in books.months:
        count = rng.randint(FEWEST, MOST)
        rows += month_rows(rng, habits, month.first, "out", month.net_fen, count)
        rows += month_rows(rng, habits, month.first, "in", month.bought_fen, max(count // 2, 1))
    rows.sort(key=lambda row: (row["issued_on"], row["direction"]))
    for number, row in enumerate(rows):
        row["number"] = f"{10_000_000 + member.index % 900_000 * 100 + number:08d}"
    return Facts(
        period_from=books.months[0].first,
        period_to=books.as_of - timedelta(days=1),
        tables={"rows": rows},
    )
