"""All documents of a firm against which nothing speaks, as JSON by product."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

MONTHS: Final = tuple(f"{year}-{month:02}" for year in range(2020, 2025) for month in range(1, 13))
Documents = dict[str, dict[str, Any]]


OPENING_FEN: Final = 50_000_000
FEN_A_MONTH: Final = 58_000_000
INTEREST_PPM: Final = 2_000
"""0.2 % a year on demand deposits, settled on the 20th of a quarter's last month."""


def _bank_flow() -> dict[str, Any]:
    """Two years of sales, wages and purchases on one account, with interest that fits."""
    lines: list[tuple[date, str, int, str, str | None]] = []
    for month in range(26):
        year, number = 2023 + month // 12, month % 12 + 1
        first = FEN_A_MONTH * 55 // 100 + 7_919 * month
        lines += [
            (date(year, number, 5), "in", first, "business", f"买方{month % 7}"),
            (date(year, number, 12), "in", FEN_A_MONTH - first, "business", f"买方{month % 5}"),
            (date(year, number, 16), "out", 11_234_567 + 4_273 * month, "payroll", "职工"),
            (date(year, number, 25), "out", 41_876_533 + 5_417 * month, "business", f"供{month}"),
        ]
    rows: list[dict[str, Any]] = []
    balance, day, product = OPENING_FEN, date(2023, 1, 1), 0
    while day <= date(2025, 2, 28):
        today = [line[1:] for line in lines if line[0] == day]
        if day.month % 3 == 0 and day.day == 21:
            today.append(("in", product * INTEREST_PPM // (360 * 1_000_000), "interest", None))
            product = 0
        for direction, amount, kind, party in today:
            balance += amount if direction == "in" else -amount
            rows.append(
                {
                    "account": "6222",
                    "sequence": len(rows) + 1,
                    "booked_on": day.isoformat(),
                    "direction": direction,
                    "amount_fen": amount,
                    "balance_fen": balance,
                    "counterparty": party,
                    "kind": kind,
                    "related": False,
                    "own_account": False,
                }
            )
        product += max(balance, 0)
        day += timedelta(days=1)
    statement = {
        "account": "6222",
        "from_on": "2023-01-01",
        "to_on": "2025-02-28",
        "opening_fen": OPENING_FEN,
        "closing_fen": balance,
    }
    return {"statements": [statement], "transactions": rows}


def _invoices() -> dict[str, Any]:
    rows = [
        {
            "number": f"{place:08}",
            "direction": "out",
            "issued_on": f"{month}-10",
            "counterparty": f"B{place % 9}",
            "amount_fen": 60_000_000,
            "tax_fen": 0,
            "total_fen": 60_000_000,
            "status": "valid",
        }
        for place, month in enumerate((*MONTHS, "2025-01", "2025-02"))
    ]
    return {"rows": rows}


def _tax() -> dict[str, Any]:
    returns = [
        {
            "period": month,
            "sales_fen": 58_000_000,
            "vat_paid_fen": 100_000,
            "cit_paid_fen": 50_000,
            "tax_total_fen": 200_000,
            "due_on": f"{month}-15",
            "filed_on": f"{month}-10",
        }
        for month in (*MONTHS, "2025-01", "2025-02")
    ]
    snapshot = {
        "credit_grade": "B",
        "revenue_fen": 700_000_000,
        "cost_fen": 500_000_000,
        "profit_fen": 70_000_000,
    }
    return {
        "returns": returns, "arrears": [], "penalties": [], "inspections": [], "grades": [],
        "snapshot": snapshot,
    }  # fmt: skip


def _bureau() -> dict[str, Any]:
    accounts = [
        {
            "account_no": f"A{place}",
            "product": product,
            "org": org,
            "opened_on": "2022-05-01",
            "closed_on": None,
            "status": "normal",
            "balance_fen": balance,
            "monthly_due_fen": balance // 30,
        }
        for place, (product, org, balance) in enumerate(
            (
                ("biz_loan", "甲行", 9_000_000),
                ("card", "乙行", 300_000),
                ("mortgage", "甲行", 6_000_000),
            )
        )
    ]
    queries = [
        {"queried_on": "2025-01-10", "reason": "loan", "org": "甲行"},
        {"queried_on": "2025-02-10", "reason": "card", "org": "甲行"},
    ]
    payments = [
        {"account_no": "A0", "month": month, "overdue_level": 0, "overdue_fen": 0}
        for month in (*MONTHS[36:], "2025-01", "2025-02")
    ]
    snapshot = {"reported_on": "2025-02-27", "bad_debt_count": 0, "compensation_count": 0}
    return {
        "accounts": accounts, "payments": payments, "queries": queries, "special_trades": [],
        "public_records": [], "snapshot": snapshot,
    }  # fmt: skip


def _registration() -> dict[str, Any]:
    snapshot = {
        "status": "active",
        "established_on": "2015-06-01",
        "industry_code": "F5123",
        "region_code": "340100",
    }
    shareholders = [{"name": "甲", "kind": "person", "share_bps": 10_000, "subscribed_fen": 1}]
    return {
        "shareholders": shareholders, "changes": [], "network": [], "anomalies": [],
        "snapshot": snapshot,
    }  # fmt: skip


def _device() -> dict[str, Any]:
    events = [
        {
            "happened_on": "2025-02-28",
            "kind": "apply",
            "device": "D",
            "account": "A",
            "staff": False,
        }
    ]
    checks = [
        {"kind": kind, "checked_on": "2025-02-28", "result": "pass", "score": 930, "months": 60}
        for kind in ("face", "liveness", "three_factor", "id_document", "number_age")
    ]
    return {"events": events, "forms": [], "checks": checks}


def _agriculture() -> dict[str, Any]:
    crops = [{"year": 2024, "crop": "tea", "area_mu": "40", "income_fen": 90_000_000}]
    return {
        "plots": [], "crops": crops, "livestock": [], "payments": [], "vegetation": [],
        "snapshot": {"household_size": 4},
    }  # fmt: skip


WHOLE: Final[Documents] = {
    "bank_flow/1": _bank_flow(),
    "invoice/1": _invoices(),
    "tax/1": _tax(),
    "bureau/1": _bureau(),
    "registration/1": _registration(),
    "device/1": _device(),
    "agriculture/1": _agriculture(),
    "judicial/1": {"cases": [], "enforcements": [], "notices": []},
    "multi_lender/1": {
        "queries": [
            {"key": "id", "queried_on": "2025-02-01", "org": "丙", "org_kind": "bank"},
        ]
    },
    "utility/1": {
        "bills": [
            {"month": month, "kind": "power", "amount_fen": 900_000}
            for month in (*MONTHS, "2025-01", "2025-02")
        ],
        "events": [],
    },
    "relationship/1": {
        "balances": [], "repayments": [], "activities": [],
        "utilisations": [{"month": "2025-02", "limit_fen": 20_000_000, "used_fen": 5_000_000}],
        "snapshot": {"has_biz_loan": True, "has_mortgage": False, "has_card": False},
    },
}  # fmt: skip
"""Nothing of it speaks against the firm."""
