"""Agriculture facts of a household: its land, its village, and what the weather left of a crop."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from sandbox.domain.economy.chance import MILLI, clipped, normal
from sandbox.domain.economy.member import Member
from sandbox.domain.economy.sectors import harvest
from sandbox.domain.providers.books import Books, months_before
from sandbox.domain.providers.facts import Facts, Row
from sandbox.domain.providers.facts_premises import agriculture_facts

SMALL_FARM_PERCENT = 70
LIVESTOCK_PERCENT = 35
BAD_YEAR = -800
"""Weather below this, in thousandths of a standard deviation, is a claim for who is insured."""
GRADES = "ABCDE"


def farm_facts(member: Member, books: Books) -> Facts:
    """The provider's facts with land of a household's size, weather, a village's grade, stock."""
    facts = agriculture_facts(books)
    rng = member.rng("farm")
    if rng.randrange(100) < SMALL_FARM_PERCENT:
        facts.tables["plots"] = [_small(rng, row) for row in facts.tables["plots"]]
    area = sum(int(row["area_mu"].split(".")[0]) for row in facts.tables["plots"])
    year = books.as_of.year - 1
    weather = harvest(member.seed, member.county, year)
    facts.tables["crops"] = [_crop(row, area, weather) for row in facts.tables["crops"]]
    facts.tables["vegetation"] = [
        row | {"ndvi": _ndvi(rng, harvest(member.seed, member.county, row["observed_on"].year))}
        for row in facts.tables["vegetation"]
    ]
    facts.tables["payments"] += _insurance(member, books, rng, weather, area)
    facts.tables["livestock"] = _livestock(member, books, rng)
    facts.snapshot.update(_household(member, books, rng))
    return facts


def _small(rng: Random, row: Row) -> Row:
    rented = row["tenure"] == "transferred_in"
    return row | {"area_mu": f"{rng.randint(2, 40)}.0"} if rented else row


def _crop(row: Row, area: int, weather: int) -> Row:
    yielded = max(area * (450 + weather * 60 // MILLI), 0)
    income = row["income_fen"] * clipped(MILLI + weather // 6, 400, 1_400) // MILLI
    return row | {"area_mu": str(area), "yield_kg": str(yielded), "income_fen": income}


def _ndvi(rng: Random, weather: int) -> str:
    return f"0.{clipped(60 + weather * 6 // MILLI + rng.randint(-5, 5), 30, 85)}"


def _insurance(member: Member, books: Books, rng: Random, weather: int, area: int) -> list[Row]:
    """The careful insure their crop; after a bad year the insurer pays."""
    if normal(rng) > member.ability // 2 + member.willingness // 2 + 400:
        return []
    paid_on = months_before(books.as_of, 10) + timedelta(days=11)
    rows = [{"kind": "premium", "paid_on": paid_on, "amount_fen": area * 18_00}]
    if weather < BAD_YEAR:
        claimed_on = months_before(books.as_of, 4) + timedelta(days=8)
        rows.append({"kind": "claim", "paid_on": claimed_on, "amount_fen": area * 160_00})
    return rows


def _livestock(member: Member, books: Books, rng: Random) -> list[Row]:
    if rng.randrange(100) >= LIVESTOCK_PERCENT:
        return []
    stock = clipped(30 + member.ability * 12 // MILLI + rng.randint(-10, 40), 2, 200)
    insured = stock if rng.randrange(100) < clipped(50 + member.willingness // 50, 10, 90) else 0
    return [
        {
            "kind": rng.choice(("pig", "poultry", "aquatic", "cattle_sheep")),
            "counted_on": books.as_of - timedelta(days=rng.randrange(20, 80)),
            "stock": stock,
            "sold_l12m": stock * rng.randint(80, 160) // 100,
            "insured": insured,
        }
    ]


def _household(member: Member, books: Books, rng: Random) -> Row:
    """A village's grade follows what its people have in common; its talk knows who pays."""
    village = clipped((2_200 - member.village_quality + normal(rng) // 2) // 1_100, 0, 4)
    size = rng.randint(2, 6)
    labour = clipped(size // 2 + (normal(rng) + member.ability // 2) // 1_200, 1, size)
    code = f"{member.county}{member.rng('village').randrange(10**6):06d}"
    return {
        "village_code": code,
        "village_grade": GRADES[village],
        "household_score": 900 - 4 * member.stress("agriculture/1"),
        "household_size": size,
        "labour_count": labour,
        "cooperative_member": normal(rng) < member.ability // 2 - 200,
    }
