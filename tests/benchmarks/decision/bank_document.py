"""The two large documents: account statements whose balances are true, and invoices."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any, Final

from tests.benchmarks.decision.some import (
    BANKS,
    DAYS_PER_YEAR,
    Row,
    a_day,
    a_firm,
    an_amount,
    days_before,
    first_of_month,
    maybe,
    number,
    one_of,
)

ACCOUNTS: Final = ("6217001234567890001", "6217001234567890002")
OPENING_FEN: Final = 80_000_000
KINDS: Final = {
    "in": {"business": 60, "pos": 28, "transfer": 6, "interest": 1, "wealth": 2, "other": 3},
    "out": {
        "business": 58,
        "payroll": 10,
        "tax": 5,
        "loan_repayment": 5,
        "fee": 8,
        "transfer": 8,
        "cash": 3,
        "wealth": 3,
    },
}
PURPOSES: Final = {
    "business": "货款",
    "pos": "收单结算",
    "transfer": "转账",
    "interest": "结息",
    "wealth": "理财产品",
    "other": "其他往来款",
    "payroll": "代发工资",
    "tax": "实时缴税",
    "loan_repayment": "归还贷款本息",
    "fee": "账户服务费",
    "cash": "现金支取",
}
COUNTERPARTIES: Final = 400
CUSTOMERS: Final = 300
SUPPLIERS: Final = 120
BANK_MONTHS: Final = 24
INVOICE_YEARS: Final = 3


def bank_flow(random: Random, as_of: date, count: int) -> dict[str, Any]:
    """Two accounts with unbroken statements of two years, and `count` transactions."""
    balances = dict.fromkeys(ACCOUNTS, OPENING_FEN)
    sequences = dict.fromkeys(ACCOUNTS, 0)
    transactions = []
    first = first_of_month(as_of, BANK_MONTHS)
    for day in days_before(random, as_of, (as_of - first).days, count):
        account = ACCOUNTS[random.random() < 0.25]
        row = _transaction(random, day, balances[account])
        sequences[account] += 1
        balances[account] = row["balance_fen"]
        transactions.append({"account": account, "sequence": sequences[account], **row})
    statements = [
        {
            "account": account,
            "bank": f"中国{BANKS[place]}合肥分行",
            "from_on": first,
            "to_on": date.fromordinal(as_of.toordinal() - 1),
            "opening_fen": OPENING_FEN,
            "closing_fen": balances[account],
        }
        for place, account in enumerate(ACCOUNTS)
    ]
    return {"years": 2, "statements": statements, "transactions": transactions}


def _transaction(random: Random, day: date, balance_fen: int) -> Row:
    # Money in is a little more often chosen where the account is low, so that it stays open.
    direction = "in" if random.random() < (0.5 if balance_fen > OPENING_FEN else 0.62) else "out"
    kind = one_of(random, KINDS[direction])
    amount = an_amount(random, 20_000 if kind in ("fee", "interest") else 1_500_000)
    named = kind in ("business", "transfer", "payroll", "other")
    signed = amount if direction == "in" else -amount
    return {
        "booked_on": day,
        "booked_hour": random.choice((8, 9, 10, 10, 11, 14, 15, 15, 16, 17, 20, 22, 23, 2)),
        "direction": direction,
        "amount_fen": amount,
        "balance_fen": balance_fen + signed,
        "counterparty": a_firm(random, COUNTERPARTIES) if named else None,
        "counterparty_account": number(random, 19) if named else None,
        "purpose": maybe(random, 0.9, PURPOSES[kind]),
        "kind": kind,
        "related": named and random.random() < 0.03,
        "own_account": kind == "transfer" and random.random() < 0.2,
    }


def invoices(random: Random, as_of: date, count: int) -> dict[str, Any]:
    """Three years of sales and purchases; a few red-letter and void ones."""
    rows = [_invoice(random, as_of, place) for place in range(count)]
    return {"years": INVOICE_YEARS, "rows": rows}


def _invoice(random: Random, as_of: date, place: int) -> Row:
    sale = random.random() < 0.65
    amount = an_amount(random, 3_000_000)
    if random.random() < 0.03:
        amount = -amount
    tax = amount * 13 // 100
    return {
        "number": f"{3400_0000 + place:020d}",
        "direction": "out" if sale else "in",
        "issued_on": a_day(random, as_of, INVOICE_YEARS * DAYS_PER_YEAR + 20),
        "counterparty": a_firm(random, CUSTOMERS) if sale else a_firm(random, SUPPLIERS, first=500),
        "amount_fen": amount,
        "tax_fen": tax,
        "total_fen": amount + tax,
        "status": "void" if random.random() < 0.04 else "valid",
    }
