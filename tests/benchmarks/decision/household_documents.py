"""What is known of the owner as a person: social insurance, land, devices."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any, Final

from tests.benchmarks.decision.some import Row, a_day, code, each, month, number

MONTHS: Final = 36
EVENTS: Final = 400
FORMS: Final = ("fill_time", "edits", "paste", "idle", "retry")
CHECKS: Final = (
    "face",
    "liveness",
    "name_id",
    "three_factor",
    "bank_card",
    "id_document",
    "number_age",
    "number_status",
)


def social_security(random: Random, as_of: date) -> dict[str, Any]:
    """Three years of contributions and of the firm's headcounts."""
    contributions = [
        {
            "month": month(as_of, back),
            "kind": kind,
            "base_fen": 900_000 + 10_000 * (MONTHS - back),
            "paid_fen": 160_000,
            "state": random.choices(("paid", "late", "missed"), (90, 7, 3))[0],
            "employer": "合肥恒昌建材有限公司",
        }
        for kind, back in each(("social", "fund"), MONTHS)
    ]
    headcounts = [
        {
            "month": month(as_of, back),
            "kind": kind,
            "insured": 35 + random.randrange(6),
            "joined": random.randrange(1, 4),
            "left": random.randrange(1, 4),
        }
        for kind, back in each(("social", "fund"), MONTHS)
    ]
    snapshot = {
        "social_status": "active",
        "fund_status": "active",
        "fund_balance_fen": 8_600_000,
        "first_paid_on": date(2012, 9, 1),
    }
    return {"contributions": contributions, "headcounts": headcounts, "snapshot": snapshot}


def agriculture(random: Random, as_of: date) -> dict[str, Any]:
    """A household that farms beside its shop."""
    tenures = ("contracted", "contracted", "transferred_in", "transferred_out", "other")
    return {
        "years": 4,
        "plots": [
            {
                "plot_no": f"P{place:03d}",
                "tenure": tenure,
                "right": "forest_right" if tenure == "other" else "contract_right",
                "certified": place % 2 == 0,
                "area_mu": f"{random.randrange(100, 3_000) / 100:.2f}",
                "from_on": date(2018, 1, 1),
                "to_on": date(2048, 1, 1),
            }
            for place, tenure in enumerate(tenures * 2)
        ],
        "crops": [
            _crop(random, as_of.year - back, crop)
            for back in (3, 2, 1)
            for crop in ("grain", "oil", "tea", "vegetable", "fruit")
        ],
        "livestock": [
            {
                "kind": kind,
                "counted_on": as_of - timedelta(days=30 * back),
                "stock": random.randrange(400),
                "sold_l12m": random.randrange(900),
                "insured": random.randrange(300),
            }
            for kind, back in each(("pig", "poultry", "aquatic", "cattle_sheep"), 12)
        ],
        "payments": [
            {"kind": kind, "paid_on": a_day(random, as_of, 1_100), "amount_fen": 90_000}
            for kind in ("subsidy", "premium", "claim") * 6
        ],
        "vegetation": [
            {
                "observed_on": as_of - timedelta(days=1 + 8 * place),
                "ndvi": f"{random.randrange(3_000, 9_000) / 10_000:.4f}",
                "ndvi_normal": "0.6000",
            }
            for place in range(130)
        ],
        "snapshot": {
            "village_code": "340104101200",
            "village_grade": "B",
            "household_score": 88,
            "household_size": 5,
            "labour_count": 3,
            "cooperative_member": True,
            "cooperative_leader": False,
        },
    }


def _crop(random: Random, year: int, crop: str) -> Row:
    return {
        "year": year,
        "crop": crop,
        "area_mu": f"{random.randrange(100, 2_000) / 100:.2f}",
        "yield_kg": f"{random.randrange(90_000, 900_000) / 100:.2f}",
        "price_index": f"{random.randrange(9_000, 11_500) / 100:.2f}",
        "income_fen": random.randrange(900_000, 9_000_000),
    }


def device(random: Random, as_of: date) -> dict[str, Any]:
    """Devices, forms and identity checks of a hundred days around the application."""
    events = [
        {
            "happened_on": a_day(random, as_of, 100),
            "happened_hour": random.randrange(24),
            "kind": random.choices(("login", "apply", "register"), (8, 2, 1))[0],
            "device": code(random, "D", 25),
            "account": code(random, "U", 30),
            "ip": code(random, "I", 60),
            "grid": code(random, "G", 40),
            "staff": random.random() < 0.05,
        }
        for _ in range(EVENTS)
    ]
    forms = [
        {
            "measure": measure,
            "measured_on": as_of - timedelta(days=back),
            "value": random.randrange(10, 600),
            "median": random.randrange(50, 300),
        }
        for measure, back in each(FORMS, 3)
    ]
    checks = [
        {
            "kind": kind,
            "checked_on": as_of - timedelta(days=1),
            "result": "pass",
            "score": int(number(random, 2)) + 900,
            "months": 96 if kind == "number_age" else None,
        }
        for kind in CHECKS
    ]
    return {"years": 1, "events": events, "forms": forms, "checks": checks}
