"""Where a persona's papers do not agree with each other; everybody else tells one story.

| Persona | What its sources say |
|---|---|
| circular 循环开票 | 30 % of its invoiced sales happened: tax, bank and power know only those |
| void_heavy 作废率高 | voids after payment: a fifth of its sales never arrives at the bank |
| red_invoice_heavy 红冲率高 | takes goods back late: a sixth of its sales never arrives |
| interrupted 近期断票 | goes on trading without invoices: bank and power do not stop |
| shrinking 持续萎缩 | keeps its staff insured and borrows while sales and power fall |

Stress (0 calm, 100 desperate) drives queries, loans elsewhere, arrears and lawsuits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """How much of the invoices is true, and how tight money is; shares in percent."""

    real_percent: int = 100
    banked_percent: int = 100
    trades_while_silent_percent: int = 0
    """Sales of a month without invoices, of the months before it."""
    keeps_staff: bool = False
    stress: tuple[int, int] = (5, 35)


STORIES: Mapping[str, Story] = MappingProxyType(
    {
        "healthy": Story(stress=(0, 25)),
        "seasonal": Story(stress=(10, 40)),
        "shrinking": Story(stress=(55, 90), keeps_staff=True),
        "circular": Story(real_percent=30, stress=(60, 95)),
        "thin": Story(stress=(20, 55)),
        "void_heavy": Story(banked_percent=80, stress=(40, 75)),
        "red_invoice_heavy": Story(banked_percent=84, stress=(40, 75)),
        "few_customers": Story(stress=(20, 50)),
        "interrupted": Story(trades_while_silent_percent=60, stress=(45, 80)),
    }
)
HONEST = Story()
"""Firms with real invoices tell one story: nothing about them is invented but its details."""
