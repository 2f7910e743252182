"""Facts of debts: the bureau's report, applications elsewhere, and this bank's own relationship."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from sandbox.domain.providers.books import Books, months_before
from sandbox.domain.providers.facts import Facts, Row, about
from sandbox.domain.providers.facts_bank import inflow_fen

OVERDUE = 70
"""From this stress on a firm pays its loans late."""
ORGANISATIONS = (("bank", "沙箱银行"), ("micro", "沙箱小贷"), ("cons_fin", "沙箱消金"))


def bureau_facts(books: Books) -> Facts:
    """Loans and queries grow with stress; who is tight is overdue on one account."""
    rng = books.rng("bureau")
    accounts = [_account(books, rng, index) for index in range(1 + books.stress // 22)]
    queries: list[Row] = [
        {
            "queried_on": books.as_of - timedelta(days=rng.randrange(1, 720)),
            "reason": rng.choice(("loan", "loan", "card", "post_loan")),
            "org": name,
            "org_kind": kind,
        }
        for kind, name in _lenders(rng, 1 + books.stress // 8)
    ]
    first_loan = min(row["opened_on"] for row in accounts)
    return Facts(
        period_from=books.period_from,
        period_to=books.period_to,
        tables={
            "accounts": accounts,
            "payments": [row for account in accounts for row in _payments(books, account)],
            "queries": queries,
            "special_trades": [],
            "public_records": _public_records(books),
        },
        snapshot={
            "reported_on": books.period_to,
            "first_loan_on": first_loan,
            "first_card_on": None,
            "history_months": (books.as_of - first_loan).days // 30,
            "bad_debt_count": 0,
            "bad_debt_fen": 0,
            "compensation_count": 0,
            "compensation_fen": 0,
            "disposal_count": 0,
            "disposal_fen": 0,
            "housing_fund_months": None,
        },
    )


def _account(books: Books, rng: Random, index: int) -> Row:
    limit = max(books.yearly_fen * rng.randint(4, 12) // 100 // 10_000_00, 3) * 10_000_00
    balance = limit * min(20 + books.stress, 98) // 100
    overdue = index == 0 and books.stress >= OVERDUE
    due = balance // 20
    kind, name = _lenders(rng, 1)[0] if index else ORGANISATIONS[0]
    return {
        "account_no": f"AC{books.number[-10:]}{index:02d}",
        "product": "biz_loan" if index == 0 else rng.choice(("card", "consumer_loan", "biz_loan")),
        "org": name,
        "org_kind": kind,
        "opened_on": books.as_of - timedelta(days=rng.randrange(200, 1_400)),
        "closed_on": None,
        "status": "overdue" if overdue else "normal",
        "five_class": "attention" if overdue else "normal",
        "limit_fen": limit,
        "balance_fen": balance,
        "monthly_due_fen": due,
        "overdue_fen": due if overdue else 0,
        "overdue_periods": 1 if overdue else 0,
        "secured": rng.randrange(2) == 0,
    }


def _payments(books: Books, account: Row) -> list[Row]:
    """The last 24 months of an account, from the month after it was opened."""
    rows: list[Row] = []
    for back in range(24, 0, -1):
        first = months_before(books.as_of, back)
        if first <= account["opened_on"]:
            continue
        last = back == 1 and account["status"] == "overdue"
        slipped = books.rng(f"{account['account_no']}|{back}").randrange(1_000) < books.stress
        level = 1 if last or (slipped and books.stress >= 50) else 0
        rows.append(
            {
                "account_no": account["account_no"],
                "month": f"{first:%Y-%m}",
                "overdue_level": level,
                "overdue_fen": account["monthly_due_fen"] if level else 0,
            }
        )
    return rows


def _public_records(books: Books) -> list[Row]:
    if books.stress < 85:
        return []
    day = books.as_of - timedelta(days=books.rng("public").randrange(20, 300))
    return [{"kind": "enforcement", "recorded_on": day, "closed_on": None, "amount_fen": None}]


def multi_lender_facts(books: Books) -> Facts:
    """Applications elsewhere in a year: few for the calm, dozens for the desperate."""
    rng = books.rng("multi")
    count = rng.randrange(0, 3) + books.stress * books.stress // 350
    kinds = ("bank", "micro", "cons_fin", "other_nbank")
    queries: list[Row] = [
        {
            "key": rng.choice(("id", "cell")),
            "queried_on": books.as_of - timedelta(days=rng.randrange(1, 360)),
            "queried_hour": rng.randrange(24),
            "org": f"机构{rng.randrange(40):02d}",
            "org_kind": rng.choice(kinds if books.stress >= 40 else kinds[:1]),
        }
        for _ in range(count)
    ]
    return Facts(
        period_from=months_before(books.as_of, 12),
        period_to=books.period_to,
        tables={"queries": queries},
    )


def relationship_facts(books: Books) -> Facts:
    """What the firm keeps at this bank follows what flows through its account."""
    rng = books.rng("relationship")
    balances: list[Row] = []
    activities: list[Row] = []
    for month in books.months[-12:]:
        flow = inflow_fen(books, month)
        average = about(books.rng(f"balance|{month.text}"), flow, 6, 16)
        balances.append(
            {
                "month": month.text,
                "kind": "demand",
                "average_fen": average,
                "minimum_fen": average * max(50 - books.stress // 2, 2) // 100,
                "end_fen": about(rng, average, 70, 130),
            }
        )
        transfers = 3 + flow // 10_000_000
        activities += [
            {"month": month.text, "kind": "transfer", "count": transfers, "amount_fen": flow},
            {"month": month.text, "kind": "login", "count": transfers * 2, "amount_fen": None},
        ]
    return Facts(
        period_from=months_before(books.as_of, 12),
        period_to=books.period_to,
        tables={
            "balances": balances,
            "repayments": _repayments(books, rng),
            "utilisations": [],
            "activities": activities,
        },
        snapshot=_products(books, rng),
    )


def _products(books: Books, rng: Random) -> Row:
    """What the firm uses of this bank; who is tight saves nothing."""
    return {
        "customer_since": _since(books, rng),
        "product_count": 2 + rng.randrange(3),
        "has_mobile_bank": True,
        "has_payroll": books.headcount > 5,
        "has_qr_pos": books.applicant.industry_section in "FH",
        "has_card": rng.randrange(2) == 0,
        "has_term": books.stress < 30,
        "has_wealth": books.stress < 15,
        "has_mortgage": False,
        "has_biz_loan": True,
    }


def _repayments(books: Books, rng: Random) -> list[Row]:
    """A small loan repaid month by month; who is tight pays days late."""
    amount = max(books.yearly_fen // 200, 500_00)
    rows: list[Row] = []
    for back in range(12, 0, -1):
        due = months_before(books.as_of, back) + timedelta(days=20)
        late = rng.randrange(1, 9) if books.stress >= 60 and rng.randrange(100) < 25 else 0
        paid = due + timedelta(days=late)
        open_still = paid > books.period_to
        rows.append(
            {
                "loan_no": f"JJ{books.number[-10:]}",
                "due_on": due,
                "paid_on": None if open_still else paid,
                "due_fen": amount,
                "paid_fen": 0 if open_still else amount,
                "days_past_due": max((books.period_to - due).days, 0) if open_still else late,
                "early": False,
            }
        )
    return rows


def _since(books: Books, rng: Random) -> date:
    return books.applicant.established_on + timedelta(days=rng.randrange(10, 60))


def _lenders(rng: Random, count: int) -> list[tuple[str, str]]:
    return [rng.choice(ORGANISATIONS) for _ in range(count)]
