"""Kinds of firms that a lender meets: each a set of habits that shows in its invoices."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Habits of a firm; shares are in percent, sales in yuan a month."""

    code: str
    name: str
    deck_share: int
    history_months: tuple[int, int] = (30, 36)
    monthly_sales_yuan: tuple[int, int] = (150_000, 900_000)
    yearly_growth_percent: tuple[int, int] = (2, 20)
    season_percent: int = 10
    noise_percent: int = 15
    invoices_a_month: tuple[int, int] = (10, 40)
    customers: tuple[int, int] = (15, 40)
    top_customer_percent: tuple[int, int] = (8, 25)
    suppliers: tuple[int, int] = (6, 20)
    purchases_percent: tuple[int, int] = (60, 82)
    void_percent: tuple[int, int] = (1, 4)
    red_percent: tuple[int, int] = (0, 2)
    circular_percent: int = 0
    silent_months: tuple[int, int] = (0, 0)


PERSONAS: tuple[Persona, ...] = (
    Persona(code="healthy", name="稳健经营", deck_share=8),
    Persona(code="seasonal", name="季节性经营", deck_share=2, season_percent=70),
    Persona(
        code="shrinking",
        name="持续萎缩",
        deck_share=2,
        yearly_growth_percent=(-65, -35),
        noise_percent=25,
    ),
    Persona(
        code="circular",
        name="循环开票",
        deck_share=1,
        circular_percent=75,
        purchases_percent=(94, 99),
        customers=(4, 8),
    ),
    Persona(
        code="thin",
        name="数据单薄",
        deck_share=2,
        history_months=(4, 8),
        monthly_sales_yuan=(20_000, 80_000),
        invoices_a_month=(1, 4),
        customers=(2, 5),
        suppliers=(1, 3),
    ),
    Persona(code="void_heavy", name="作废率高", deck_share=1, void_percent=(22, 40)),
    Persona(code="red_invoice_heavy", name="红冲率高", deck_share=1, red_percent=(14, 28)),
    Persona(
        code="few_customers",
        name="客户集中",
        deck_share=2,
        customers=(2, 3),
        top_customer_percent=(70, 92),
    ),
    Persona(code="interrupted", name="近期断票", deck_share=1, silent_months=(3, 5)),
)
"""Twenty cards in a deck: every twenty applicants hold every persona in these shares."""

DECK: tuple[Persona, ...] = tuple(p for p in PERSONAS for _ in range(p.deck_share))
