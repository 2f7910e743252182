"""A loan on the books: paid month by month as ability, will and the sector allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from sandbox.domain.economy.chance import MILLI, chance_ppm, clipped, happens, normal
from sandbox.domain.economy.documents import facts_of
from sandbox.domain.economy.member import Member
from sandbox.domain.economy.sectors import condition
from sandbox.domain.providers.books import Books, months_before
from sandbox.domain.providers.facts import Facts, Row

YOUNGEST, OLDEST = 6, 18
"""Full months on the books on the day of observation."""
PERFORMANCE_MONTHS: Final = 6
BAD_DAYS: Final = 60
FIRST_MISS: Final = -4_800
NEXT_MISS: Final = -700
"""Log-odds, in thousandths, that a usual member misses: one that is current, one that is behind."""
SETBACK_WEIGHT: Final = 1_300
CATCH_UP_PERCENT: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """What was due on a day, and when it was paid; None while it is open."""

    due_on: date
    paid_on: date | None

    def open_on(self, day: date) -> bool:
        """Was it unpaid on a day?"""
        return self.paid_on is None or self.paid_on >= day

    def days_past_due(self, day: date) -> int:
        """How late it was paid, or is on a day."""
        end = day if self.open_on(day) or self.paid_on is None else self.paid_on
        return max((end - self.due_on).days, 0)


Path = tuple[Instalment, ...]


def path_until_observed(member: Member) -> Path:
    """All instalments that fell due before the day of observation."""
    rng = member.rng("loan")
    on_book, due_day = rng.randint(YOUNGEST, OLDEST), rng.randrange(28)
    months = [months_before(member.observed_on, back) for back in range(on_book, 0, -1)]
    return walk(member, rng, (), [month + timedelta(days=due_day) for month in months])


def path_after(member: Member, path: Path, rng: Random) -> Path:
    """The instalments of the performance window, from draws that no document has seen."""
    due_day = path[-1].due_on.day - 1
    first = member.observed_on
    months = [months_before(first, -ahead) for ahead in range(PERFORMANCE_MONTHS)]
    return walk(member, rng, path, [month + timedelta(days=due_day) for month in months])


def walk(member: Member, rng: Random, path: Path, due_days: Sequence[date]) -> Path:
    """Let instalments fall due one after another; who pays pays the oldest first."""
    found = list(path)
    for due_on in due_days:
        behind = [place for place, one in enumerate(found) if one.paid_on is None]
        found.append(Instalment(due_on=due_on, paid_on=None))
        if happens(rng, chance_ppm(miss_logit(member, due_on, len(behind)))):
            continue
        paid_on = due_on + timedelta(days=late_days(member, rng))
        all_of_it = not behind or rng.randrange(100) < CATCH_UP_PERCENT
        for place in [*behind, len(found) - 1][: None if all_of_it else 1]:
            found[place] = replace(found[place], paid_on=paid_on)
    return tuple(found)


def miss_logit(member: Member, due_on: date, behind: int) -> int:
    """The log-odds, in thousandths, that an instalment is missed."""
    sector = condition(member.seed, member.section, due_on.replace(day=1))
    tight = member.ability * 60 + member.willingness * 70 + sector * 70
    hit = member.setback
    since = None if hit is None else months_before(member.observed_on, hit.months_ago)
    setback = SETBACK_WEIGHT if since is not None and due_on >= since else 0
    base = FIRST_MISS if behind == 0 else NEXT_MISS + 350 * (behind - 1)
    return base - tight // 100 + setback


def late_days(member: Member, rng: Random) -> int:
    """Days after the due day: most pay on it, the careless some days later."""
    careless = happens(rng, chance_ppm(-2_200 - member.willingness * 7 // 10))
    return rng.randint(1, 12) if careless else 0


def days_past_due(path: Sequence[Instalment], day: date) -> int:
    """How late the oldest open instalment is on a day."""
    return max((one.days_past_due(day) for one in path if one.open_on(day)), default=0)


def reaches(member: Member, path: Path, days: int) -> bool:
    """Is the loan so many days past due at the end of a month of the performance window?"""
    ends = [months_before(member.observed_on, -ahead - 1) for ahead in range(PERFORMANCE_MONTHS)]
    return any(days_past_due([i for i in path if i.due_on < end], end) >= days for end in ends)


def loan_relationship(member: Member, books: Books, path: Path) -> Facts:
    """What the bank itself knows: balances, the path of the loan, how much of the limit is used."""
    facts = facts_of(member, books, "relationship/1")
    first = facts.period_from
    amount = max(books.yearly_fen // 200, 500_00)
    seen = [one for one in path if one.due_on >= first]
    facts.tables["repayments"] = [_row(books, one, amount) for one in seen]
    facts.tables["utilisations"] = _utilisations(member, books, amount * 12)
    facts.snapshot["has_biz_loan"] = True
    return facts


def _row(books: Books, one: Instalment, amount: int) -> Row:
    is_open = one.open_on(books.as_of)
    return {
        "loan_no": f"JJ{books.number[-10:]}",
        "due_on": one.due_on,
        "paid_on": None if is_open else one.paid_on,
        "due_fen": amount,
        "paid_fen": 0 if is_open else amount,
        "days_past_due": one.days_past_due(books.as_of),
        "early": False,
    }


def _utilisations(member: Member, books: Books, limit: int) -> list[Row]:
    """The tight use more of their limit, and more from month to month."""
    rng = member.rng("utilisation")
    stress = member.stress("relationship/1")
    rows = []
    for month in books.months[-12:]:
        used = clipped(25 + stress * 6 // 10 + normal(rng) * 10 // MILLI, 0, 100)
        rows.append({"month": month.text, "limit_fen": limit, "used_fen": limit * used // 100})
    return rows
