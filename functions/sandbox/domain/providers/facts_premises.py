"""Facts of the place of business: power, water, insured staff, land."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from sandbox.domain.providers.books import Books, Month, months_before
from sandbox.domain.providers.facts import Facts, Row, about

KWH_FOR_10K_YUAN = {"C": 420, "A": 160, "H": 260}
"""Kilowatt-hours behind ten thousand yuan of sales, by section."""
KWH_ELSE = 60
YUAN_10K_FEN = 10_000_00
KWH_PRICE_FEN = 72
WATER_PRICE_FEN = 430
SOCIAL_BASE_FEN = 4_227_00
"""About the lower bound of the contribution base in Anhui; for colour."""
SOCIAL_PERMILLE = 260
FARMERS_ELSE_PERCENT = 25
"""Owners outside farming whose household holds land all the same."""


def utility_facts(books: Books) -> Facts:
    """Power follows the real sales, manufacturing more than trade; who is tight owes a bill."""
    bills: list[Row] = []
    for month in books.months:
        bills += _bills(books, month, is_last=month is books.months[-1])
    rng = books.rng("utility")
    load = max(30, books.yearly_fen // YUAN_10K_FEN * _kwh(books) // 12 // 200)
    events: list[Row] = []
    if books.stress >= 80:
        day = books.as_of - timedelta(days=rng.randrange(20, 200))
        events.append({"kind": "power", "event": "stop", "happened_on": day, "days": 3})
    return Facts(
        period_from=books.period_from,
        period_to=books.period_to,
        tables={"bills": bills, "events": events},
        snapshot={
            "opened_on": books.applicant.established_on + timedelta(days=30),
            "load_kva": load,
            "place": books.applicant.party.address,
        },
    )


def _kwh(books: Books) -> int:
    return KWH_FOR_10K_YUAN.get(books.applicant.industry_section, KWH_ELSE)


def _bills(books: Books, month: Month, *, is_last: bool) -> list[Row]:
    rng = books.rng(f"utility|{month.text}")
    kwh = about(rng, month.net_fen // YUAN_10K_FEN * _kwh(books) + 150, 92, 108)
    water = books.headcount * rng.randint(15, 25) // 10 + 3
    paid = (month.first + timedelta(days=32)).replace(day=rng.randrange(5, 25))
    owes = is_last and books.stress >= 70
    rows: list[Row] = []
    for kind, usage, price in (("power", kwh, KWH_PRICE_FEN), ("water", water, WATER_PRICE_FEN)):
        amount = usage * price
        rows.append(
            {
                "month": month.text,
                "kind": kind,
                "meter": f"{'34' if kind == 'power' else '55'}{books.number[-10:]}",
                "usage": str(usage),
                "peak_usage": str(usage * 38 // 100) if kind == "power" else None,
                "amount_fen": amount,
                "arrears_fen": amount if owes else 0,
                "paid_on": None if owes or paid > books.period_to else paid,
            }
        )
    return rows


def social_security_facts(books: Books) -> Facts:
    """The owner's contributions and the firm's insured staff; who is tight misses months."""
    contributions: list[Row] = []
    headcounts: list[Row] = []
    months = [months_before(books.as_of, back) for back in range(24, 0, -1)]
    since = max(books.applicant.established_on, months[0]).replace(day=1)
    before = books.headcount
    for index, first in enumerate(m for m in months if m >= since):
        rng = books.rng(f"social|{first:%Y-%m}")
        missed = books.stress >= 75 and rng.randrange(100) < 15
        contributions.append(_contribution(books, first, missed=missed))
        insured = max(books.headcount + (rng.randint(-1, 1) if index else 0), 1)
        headcounts.append(
            {
                "month": f"{first:%Y-%m}",
                "kind": "social",
                "insured": insured,
                "joined": max(insured - before, 0) if index else 0,
                "left": max(before - insured, 0) if index else 0,
            }
        )
        before = insured
    return Facts(
        period_from=books.period_from,
        period_to=books.period_to,
        tables={"contributions": contributions, "headcounts": headcounts},
        snapshot={
            "social_status": "active",
            "fund_status": "none",
            "fund_balance_fen": None,
            "first_paid_on": since + timedelta(days=14),
        },
    )


def _contribution(books: Books, month: date, *, missed: bool) -> Row:
    return {
        "month": f"{month:%Y-%m}",
        "kind": "social",
        "base_fen": SOCIAL_BASE_FEN,
        "paid_fen": 0 if missed else SOCIAL_BASE_FEN * SOCIAL_PERMILLE // 1000,
        "state": "missed" if missed else "paid",
        "employer": books.applicant.party.name,
    }


def is_farmer(books: Books) -> bool:
    """Farming firms, and every fourth owner elsewhere, hold land."""
    farms = books.applicant.industry_section == "A"
    return farms or books.rng("farmer").randrange(100) < FARMERS_ELSE_PERCENT


def agriculture_facts(books: Books) -> Facts:
    """Land, crops and subsidies; income of the crops follows a farming firm's sales."""
    rng = books.rng("land")
    farms = books.applicant.industry_section == "A"
    own, rented = rng.randint(4, 15), rng.randint(60, 400) if farms else 0
    year = books.as_of.year - 1
    plots = [_plot(books, "contracted", own, date(2018, 1, 1))]
    if rented:
        plots.append(_plot(books, "transferred_in", rented, date(year, 1, 1)))
    area = own + rented
    income = about(rng, books.yearly_fen, 70, 90) if farms else area * 1_100_00
    crop = rng.choice(("grain", "oil", "tea", "vegetable", "fruit"))
    subsidy = {"kind": "subsidy", "amount_fen": area * 95_00}
    return Facts(
        period_from=books.period_from,
        period_to=books.period_to,
        tables={
            "plots": plots,
            "crops": [
                {
                    "year": year,
                    "crop": crop,
                    "area_mu": str(area),
                    "yield_kg": str(area * rng.randint(380, 520)),
                    "price_index": f"{rng.randint(940, 1080) / 10:.1f}",
                    "income_fen": income,
                }
            ],
            "livestock": [],
            "payments": [subsidy | {"paid_on": months_before(books.as_of, 6) + timedelta(days=9)}],
            "vegetation": _vegetation(books, rng),
        },
        snapshot=_household(books, rng, farms=farms),
    )


def _vegetation(books: Books, rng: Random) -> list[Row]:
    return [
        {
            "observed_on": months_before(books.as_of, back) + timedelta(days=14),
            "ndvi": f"0.{rng.randint(48, 71)}",
            "ndvi_normal": "0.62",
        }
        for back in (3, 2, 1)
    ]


def _household(books: Books, rng: Random, *, farms: bool) -> Row:
    return {
        "village_code": f"{books.applicant.region_code}{rng.randrange(10**6):06d}",
        "village_grade": rng.choice("ABBC"),
        "household_score": 900 - 4 * books.stress,
        "household_size": rng.randint(2, 6),
        "labour_count": rng.randint(1, 3),
        "cooperative_member": farms,
        "cooperative_leader": False,
    }


def _plot(books: Books, tenure: str, area: int, since: date) -> Row:
    return {
        "plot_no": f"{books.number[-9:]}{'1' if tenure == 'contracted' else '2'}",
        "tenure": tenure,
        "right": "contract_right" if tenure == "contracted" else "operation_right",
        "certified": tenure == "contracted",
        "area_mu": f"{area}.5",
        "from_on": since,
        "to_on": since.replace(year=since.year + 10),
    }
