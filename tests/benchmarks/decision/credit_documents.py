"""What other lenders, the credit bureau and this bank know of the owner."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any, Final

from tests.benchmarks.decision.some import (
    BANKS,
    Row,
    a_day,
    an_amount,
    code,
    each,
    first_of_month,
    month,
    number,
    one_of,
)

ACCOUNTS: Final = 20
LEAST_MONTHS: Final = 24
MOST_MONTHS: Final = 36
QUERIES: Final = 200
PRODUCTS: Final = {
    "card": 6,
    "biz_loan": 5,
    "mortgage": 1,
    "consumer_loan": 4,
    "farm_loan": 2,
    "guarantee": 1,
    "other_loan": 1,
}
TRADES: Final = ("extension", "early_repayment")
RECORDS: Final = ("admin_penalty", "tax_arrears")
LENDER_QUERIES: Final = 240


def bureau(random: Random, as_of: date) -> dict[str, Any]:
    """Twenty accounts with two to three years of payments, and two hundred queries."""
    accounts, payments = [], []
    for place in range(ACCOUNTS):
        product = list(PRODUCTS)[place] if place < len(PRODUCTS) else one_of(random, PRODUCTS)
        account = _account(random, as_of, place, product)
        accounts.append(account)
        payments += _payments(random, as_of, account["account_no"])
    queries = [
        {
            "queried_on": a_day(random, as_of, 3 * 365),
            "reason": one_of(random, {"loan": 4, "card": 3, "guarantee": 1, "post_loan": 6}),
            "org": f"{random.choice(BANKS)}{random.randrange(12)}支行",
            "org_kind": one_of(random, {"bank": 6, "micro": 1, "cons_fin": 2, "guarantee": 1}),
        }
        for _ in range(QUERIES)
    ]
    return {
        "accounts": accounts,
        "payments": payments,
        "queries": queries,
        "special_trades": [_trade(random, as_of, kind) for kind in TRADES],
        "public_records": [_record(random, as_of, kind) for kind in RECORDS],
        "snapshot": _summary(as_of),
    }


def _account(random: Random, as_of: date, place: int, product: str) -> Row:
    limit = an_amount(random, 20_000_000)
    closed = place >= len(PRODUCTS) and random.random() < 0.3
    overdue = not closed and random.random() < 0.1
    return {
        "account_no": f"A{number(random, 16)}{place:02d}",
        "product": product,
        "org": f"{random.choice(BANKS)}合肥分行",
        "org_kind": one_of(random, {"bank": 7, "cons_fin": 2, "micro": 1}),
        "opened_on": a_day(random, as_of - timedelta(days=1_100), 2_000),
        "closed_on": a_day(random, as_of, 700) if closed else None,
        "status": "closed" if closed else "overdue" if overdue else "normal",
        "five_class": "attention" if overdue else "normal",
        "limit_fen": limit,
        "balance_fen": 0 if closed else random.randrange(limit + 1),
        "monthly_due_fen": limit // 40,
        "overdue_fen": limit // 40 if overdue else 0,
        "overdue_periods": 1 if overdue else 0,
        "secured": product in ("mortgage", "guarantee"),
    }


def _payments(random: Random, as_of: date, account_no: str) -> list[Row]:
    rows = []
    for back in range(random.randint(LEAST_MONTHS, MOST_MONTHS), 0, -1):
        level = random.choices((0, 1, 2, 3), (95, 3, 1, 1))[0]
        owed = {"overdue_level": level, "overdue_fen": level * 80_000}
        rows.append({"account_no": account_no, "month": month(as_of, back), **owed})
    return rows


def _trade(random: Random, as_of: date, kind: str) -> Row:
    day = a_day(random, as_of, 900)
    return {"account_no": None, "kind": kind, "happened_on": day, "amount_fen": 500_000}


def _record(random: Random, as_of: date, kind: str) -> Row:
    days = {"recorded_on": a_day(random, as_of, 900), "closed_on": as_of - timedelta(days=3)}
    return {"kind": kind, **days, "amount_fen": 9_000}


def _summary(as_of: date) -> Row:
    return {
        "reported_on": as_of - timedelta(days=1),
        "first_loan_on": as_of - timedelta(days=3_300),
        "first_card_on": as_of - timedelta(days=3_900),
        "history_months": 128,
        "bad_debt_count": 0,
        "bad_debt_fen": 0,
        "compensation_count": 0,
        "compensation_fen": 0,
        "disposal_count": 0,
        "disposal_fen": 0,
        "housing_fund_months": 90,
    }


def multi_lender(random: Random, as_of: date) -> dict[str, Any]:
    """Two years of credit applications elsewhere, matched by identity or phone number."""
    rows = [
        {
            "key": random.choice(("id", "id", "cell")),
            "queried_on": a_day(random, as_of, 730 if random.random() < 0.8 else 25),
            "queried_hour": random.randrange(24),
            "org": code(random, "L", 60),
            "org_kind": one_of(random, {"bank": 5, "micro": 2, "cons_fin": 3, "other_nbank": 1}),
        }
        for _ in range(LENDER_QUERIES)
    ]
    return {"years": 2, "queries": rows}


def relationship(random: Random, as_of: date) -> dict[str, Any]:
    """Three years of deposits, repayments and activity at this bank."""
    balances = [
        {
            "month": month(as_of, back),
            "kind": kind,
            "average_fen": 6_000_000 + random.randrange(3_000_000),
            "minimum_fen": random.randrange(4_000_000),
            "end_fen": random.randrange(9_000_000),
        }
        for kind, back in each(("demand", "term", "wealth"), 36)
    ]
    activities = [
        {
            "month": month(as_of, back),
            "kind": kind,
            "count": random.randrange(80),
            "amount_fen": random.randrange(30_000_000),
        }
        for kind, back in each(("login", "transfer", "payroll", "qr_pos"), 36)
    ]
    utilisations = [
        {"month": month(as_of, back), "limit_fen": 50_000_000, "used_fen": 1_000_000 * back}
        for _, back in each(("",), 36)
    ]
    return {
        "balances": balances,
        "repayments": [_repayment(random, as_of, back) for back in range(36, 0, -1)],
        "utilisations": utilisations,
        "activities": activities,
        "snapshot": {
            "customer_since": as_of - timedelta(days=2_800),
            "product_count": 5,
            "has_mobile_bank": True,
            "has_payroll": True,
            "has_qr_pos": True,
            "has_card": True,
            "has_term": True,
            "has_wealth": False,
            "has_mortgage": False,
            "has_biz_loan": True,
        },
    }


def _repayment(random: Random, as_of: date, back: int) -> Row:
    late = random.choices((0, 3, 11), (92, 6, 2))[0]
    due = first_of_month(as_of, back) + timedelta(days=19)
    return {
        "loan_no": "L0001",
        "due_on": due,
        "paid_on": due + timedelta(days=late),
        "due_fen": 1_250_000,
        "paid_fen": 1_250_000,
        "days_past_due": late,
        "early": not late and random.random() < 0.1,
    }
