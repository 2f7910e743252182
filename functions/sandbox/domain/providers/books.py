"""A firm's books behind all providers: what it really sold, bought and owes, month by month.

Every provider's facts are derived from here, so that one firm's tax, bank flow, power and staff
agree, unless its persona lies (see lies.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from sandbox.domain.applicant import Applicant
from sandbox.domain.providers.lies import HONEST, STORIES, Story

MONTHS = 24
"""How far providers look back."""
SALES_FOR_ONE_FEN = {"C": 350_000_00, "A": 300_000_00}
"""Yearly sales that occupy one person, by section."""
SALES_FOR_ONE_ELSE_FEN = 600_000_00
MAX_HEADCOUNT = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One month as it really was; amounts in 分."""

    first: date
    net_fen: int
    """Sales without tax."""
    gross_fen: int
    """Sales with tax."""
    bought_fen: int
    """Purchases with tax."""

    @property
    def text(self) -> str:
        """`2026-03`."""
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What there is to know of one firm."""

    applicant: Applicant
    seed: str
    as_of: date
    story: Story
    months: tuple[Month, ...]
    """Full months, oldest first; a young firm has fewer than 24."""
    stress: int
    headcount: int

    def rng(self, topic: str) -> Random:
        """Chance that belongs to this firm and topic: the same at every call."""
        key = f"{self.seed}|{self.applicant.party.uscc or self.applicant.applicant_id}|{topic}"
        return Random(key)  # noqa: S311  (simulation, not a secret)

    @property
    def period_to(self) -> date:
        """The last day that providers speak of."""
        return self.as_of - timedelta(days=1)

    @property
    def period_from(self) -> date:
        """The first day of the first month that providers look back to."""
        return months_before(self.as_of, MONTHS)

    @property
    def yearly_fen(self) -> int:
        """Real sales with tax of the last twelve months."""
        return sum(month.gross_fen for month in self.months[-12:])

    @property
    def number(self) -> str:
        """What tells this firm from another where an account or a case needs a number."""
        return self.applicant.party.payout_account


def open_books(applicant: Applicant, seed: str) -> Books:
    """The books of an applicant, as of the day after its invoices end."""
    as_of = date.fromisoformat(applicant.invoices["period_to"]) + timedelta(days=1)
    story = STORIES.get(applicant.persona, HONEST)
    months = _months(applicant, story, as_of)
    rng = Random(f"{seed}|{applicant.applicant_id}|books")  # noqa: S311  (simulation, not a secret)
    return Books(
        applicant=applicant,
        seed=seed,
        as_of=as_of,
        story=story,
        months=months,
        stress=rng.randint(*story.stress),
        headcount=_headcount(rng, applicant, story, months),
    )


def months_before(day: date, months: int) -> date:
    """The first day of the month so many months before a day's month."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _months(applicant: Applicant, story: Story, as_of: date) -> tuple[Month, ...]:
    """Months since the first invoice, at most 24; never negative, whatever was taken back."""
    sums = _sums(applicant.invoices["rows"])
    first_known = min(sums, default=f"{as_of:%Y-%m}")
    months: list[Month] = []
    for back in range(MONTHS, 0, -1):
        first = months_before(as_of, back)
        key = f"{first:%Y-%m}"
        if key < first_known:
            continue
        net, gross, bought = sums.get(key, (0, 0, 0))
        if gross <= 0 and story.trades_while_silent_percent and months:
            months.append(_silent(first, story, months[-6:]))
            continue
        share = story.real_percent
        months.append(
            Month(
                first=first,
                net_fen=max(net, 0) * share // 100,
                gross_fen=max(gross, 0) * share // 100,
                bought_fen=max(bought, 0) * share // 100,
            )
        )
    return tuple(months)


def _silent(first: date, story: Story, before: list[Month]) -> Month:
    """A month of trade without invoices: a share of what was usual."""
    usual = len(before) * 100
    share = story.trades_while_silent_percent
    return Month(
        first=first,
        net_fen=sum(m.net_fen for m in before) * share // usual,
        gross_fen=sum(m.gross_fen for m in before) * share // usual,
        bought_fen=sum(m.bought_fen for m in before) * share // usual,
    )


def _sums(rows: list[dict[str, Any]]) -> dict[str, tuple[int, int, int]]:
    """Net sales, gross sales and gross purchases of valid invoices by month."""
    sums: dict[str, list[int]] = {}
    for row in rows:
        if row["status"] != "valid":
            continue
        month = sums.setdefault(row["issued_on"][:7], [0, 0, 0])
        if row["direction"] == "out":
            month[0] += row["amount_fen"]
            month[1] += row["total_fen"]
        else:
            month[2] += row["total_fen"]
    return {key: (net, gross, bought) for key, (net, gross, bought) in sums.items()}


def _headcount(rng: Random, applicant: Applicant, story: Story, months: tuple[Month, ...]) -> int:
    """Staff follows sales and trade; who keeps staff has that of the better half of the time."""
    halves = (sum(m.net_fen for m in months[:12]), sum(m.net_fen for m in months[-12:]))
    sales = max(halves) if story.keeps_staff else halves[1]
    one = SALES_FOR_ONE_FEN.get(applicant.industry_section, SALES_FOR_ONE_ELSE_FEN)
    people = sales // one + rng.randint(1, 3)
    return int(min(people, MAX_HEADCOUNT))
