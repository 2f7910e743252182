"""What the state and the utilities know of the firm: taxes, register, courts, power."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any, Final

from tests.benchmarks.decision.some import (
    PLACES,
    Row,
    a_day,
    an_amount,
    each,
    firm,
    first_of_month,
    maybe,
    month,
    number,
    one_of,
)

MONTHS: Final = 36
CASES: Final = 32
ENFORCEMENTS: Final = 10
NOTICES: Final = 8
COURT_YEARS: Final = 6
RELATIONS: Final = ("investment", "branch", "affiliate", "legal_person_post")


def tax(random: Random, as_of: date) -> dict[str, Any]:
    """Three years of returns, and what went wrong with them."""
    returns = [_return(random, as_of, back) for _, back in each(("",), MONTHS)]
    arrears = {"incurred_on": a_day(random, as_of, 900), "cleared_on": as_of - timedelta(days=2)}
    penalty = {"decided_on": a_day(random, as_of, 600), "kind": "late_filing", "amount_fen": 20_000}
    inspection = {"opened_on": a_day(random, as_of, 700), "closed_on": None, "result": "open"}
    return {
        "returns": returns,
        "arrears": [{"tax": "vat", "amount_fen": 1_200_000, **arrears}],
        "penalties": [penalty],
        "inspections": [{**inspection, "amount_fen": 0}],
        "grades": [
            {"year": as_of.year - 3, "grade": "B"},
            {"year": as_of.year - 2, "grade": "A"},
            {"year": as_of.year - 1, "grade": "B"},
        ],
        "snapshot": {
            "credit_grade": "B",
            "taxpayer_type": "general",
            "status": "normal",
            "registered_on": date(2017, 3, 9),
            "headcount_declared": 42,
            "revenue_fen": 2_600_000_000,
            "cost_fen": 2_100_000_000,
            "profit_fen": 180_000_000,
            "assets_fen": 1_900_000_000,
            "liabilities_fen": 900_000_000,
            "industry": "批发业",
        },
    }


def _return(random: Random, as_of: date, back: int) -> Row:
    sales = an_amount(random, 200_000_000)
    due = first_of_month(as_of, back - 1) + timedelta(days=14)
    filed = due + timedelta(days=random.choice((-6, -4, -3, -1, 2)))
    return {
        "period": month(as_of, back),
        "sales_fen": sales,
        "vat_paid_fen": sales * 3 // 100,
        "cit_paid_fen": sales // 100 if back % 3 == 0 else 0,
        "tax_total_fen": sales * 45 // 1_000,
        "due_on": due,
        "filed_on": min(filed, as_of - timedelta(days=2)),
    }


def registration(random: Random, as_of: date) -> dict[str, Any]:
    """A company with shareholders, changes, related firms and past anomalies."""
    shares = (5_100, 3_000, 1_900)
    kinds = ("legal_person", "shareholder", "capital", "address", "scope", "executive")
    return {
        "shareholders": [
            {
                "name": f"股东{place}",
                "kind": "firm" if place == 1 else "person",
                "share_bps": share,
                "subscribed_fen": share * 100_000,
            }
            for place, share in enumerate(shares)
        ],
        "changes": [
            {"kind": random.choice(kinds), "changed_on": a_day(random, as_of, 1_000)}
            for _ in range(24)
        ],
        "network": [
            {
                "relation": one_of(
                    random, {"investment": 3, "affiliate": 4, "legal_person_post": 2}
                ),
                "name": firm(900 + place),
                "uscc": f"91340100MA{number(random, 8)}",
                "status": one_of(random, {"active": 8, "cancelled": 1, "revoked": 1}),
                "abnormal": random.random() < 0.1,
                "share_bps": maybe(random, 0.5, 2_000),
            }
            for place in range(18)
        ],
        "anomalies": [
            {
                "kind": kind,
                "listed_on": a_day(random, as_of, 1_000),
                "removed_on": maybe(random, 0.5, as_of - timedelta(days=2)),
                "amount_fen": 50_000,
            }
            for kind in ("abnormal_operation", "penalty", "pledge", "chattel_mortgage")
        ],
        "snapshot": _registered(as_of),
    }


def _registered(as_of: date) -> Row:
    return {
        "name": firm(7),
        "uscc": "91340100MA2N000000",
        "legal_person_name": "王某",
        "kind": "company",
        "status": "active",
        "established_on": date(2017, 2, 14),
        "approved_on": as_of - timedelta(days=300),
        "term_to": date(2047, 2, 13),
        "cancelled_on": None,
        "registered_capital_fen": 500_000_000,
        "paid_in_capital_fen": 350_000_000,
        "industry_code": "F5179",
        "region_code": "340104",
        "address": f"安徽省{PLACES[0]}市蜀山区长江西路 88 号",
        "business_scope": "建材、五金、机电产品的批发与零售；货物运输代理；仓储服务。" * 4,
        "insured_count": 38,
        "employee_count": 45,
        "last_report_year": as_of.year - 1,
        "micro_firm": True,
        "high_tech": False,
    }


def judicial(random: Random, as_of: date) -> dict[str, Any]:
    """Fifty rows of cases, enforcement and notices over six years."""
    days = 365 * COURT_YEARS - 300
    cases = [
        {
            "case_no": f"(2024)皖0104民初{number(random, 5)}号",
            "subject": random.choice(("ent", "ent", "own")),
            "role": one_of(random, {"defendant": 4, "plaintiff": 5, "third": 1}),
            "cause": one_of(random, {"loan": 3, "trade": 5, "labour": 2, "other": 2}),
            "criminal": False,
            "filed_on": a_day(random, as_of, days),
            "closed_on": maybe(random, 0.7, as_of - timedelta(days=2)),
            "amount_fen": an_amount(random, 8_000_000),
            "court": f"{PLACES[0]}市蜀山区人民法院",
        }
        for _ in range(CASES)
    ]
    enforcements = [
        {
            "case_no": f"(2025)皖0104执{number(random, 5)}号",
            "subject": random.choice(("ent", "own")),
            "kind": one_of(random, {"enforced": 5, "restricted": 2, "terminated": 2}),
            "listed_on": a_day(random, as_of, days),
            "removed_on": maybe(random, 0.8, as_of - timedelta(days=2)),
            "amount_fen": an_amount(random, 3_000_000),
            "court": f"{PLACES[0]}市蜀山区人民法院",
        }
        for _ in range(ENFORCEMENTS)
    ]
    notices = [
        {
            "kind": one_of(random, {"hearing": 5, "announcement": 3, "asset_freeze": 1}),
            "subject": "ent",
            "published_on": a_day(random, as_of, days),
            "amount_fen": None,
        }
        for _ in range(NOTICES)
    ]
    return {"years": COURT_YEARS, "cases": cases, "enforcements": enforcements, "notices": notices}


def utility(random: Random, as_of: date) -> dict[str, Any]:
    """Three years of power, water and gas bills."""
    bills = []
    for kind, back in each(("power", "water", "gas"), MONTHS):
        usage = random.randrange(2_000_000, 6_000_000)
        bills.append(
            {
                "month": month(as_of, back),
                "kind": kind,
                "meter": "3400112233",
                "usage": f"{usage / 100:.2f}",
                "peak_usage": f"{usage / 300:.2f}",
                "amount_fen": usage * 7 // 10,
                "arrears_fen": 0,
                "paid_on": maybe(random, 0.98, first_of_month(as_of, back - 1) + timedelta(days=5)),
            }
        )
    events = [
        {"kind": "power", "event": "stop", "happened_on": a_day(random, as_of, 300), "days": 2},
        {"kind": "water", "event": "stop", "happened_on": a_day(random, as_of, 300), "days": 1},
        {
            "kind": "power",
            "event": "load_change",
            "happened_on": a_day(random, as_of, 300),
            "load_kva": 315,
        },
    ]
    snapshot = {"opened_on": date(2017, 6, 1), "load_kva": 315, "place": "长江西路 88 号"}
    return {"bills": bills, "events": events, "snapshot": snapshot}
