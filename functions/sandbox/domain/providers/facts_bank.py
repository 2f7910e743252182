"""Bank-flow facts: money in follows the real sales with tax, money out follows purchases."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from sandbox.domain.providers.books import Books, Month, months_before
from sandbox.domain.providers.facts import Facts, Row, about, spread

STATEMENT_MONTHS = 12
WAGE_FEN = 5_200_00
BANK = "沙箱农村商业银行"
CUSTOMER_ACCOUNTS = 12
SUPPLIER_ACCOUNTS = 6


def bank_flow_facts(books: Books) -> Facts:
    """One account over twelve months whose balances continue from line to line."""
    start = months_before(books.as_of, STATEMENT_MONTHS)
    months = [month for month in books.months if month.first >= start]
    moves = [move for month in months for move in _moves(books, month)]
    moves.sort(key=lambda row: (row["booked_on"], row["booked_hour"]))
    opening = _opening(moves, max((m.gross_fen for m in months), default=0) // 5)
    balance = opening
    account = books.applicant.party.payout_account
    for sequence, row in enumerate(moves, start=1):
        balance += row["amount_fen"] if row["direction"] == "in" else -row["amount_fen"]
        row |= {"account": account, "sequence": sequence, "balance_fen": balance}
    statement = {
        "account": account,
        "bank": BANK,
        "from_on": start,
        "to_on": books.period_to,
        "opening_fen": opening,
        "closing_fen": balance,
    }
    return Facts(
        period_from=start,
        period_to=books.period_to,
        tables={"statements": [statement], "transactions": moves},
    )


def inflow_fen(books: Books, month: Month) -> int:
    """What of a month's sales with tax arrives at the bank."""
    rng = books.rng(f"inflow|{month.text}")
    return about(rng, month.gross_fen * books.story.banked_percent // 100, 93, 99)


def _moves(books: Books, month: Month) -> list[Row]:
    """A month's transactions in no order."""
    rng = books.rng(f"bank|{month.text}")
    count = min(4 + month.gross_fen // 10_000_000, 18)
    rows = [
        _row(rng, month.first, "in", part, "business", _customer(rng))
        for part in spread(rng, inflow_fen(books, month), count)
        if part > 0
    ]
    paid = about(rng, month.bought_fen, 94, 99)
    rows += [
        _row(rng, month.first, "out", part, "business", f"供应商{rng.randrange(SUPPLIER_ACCOUNTS)}")
        for part in spread(rng, paid, max(count * 2 // 3, 1))
        if part > 0
    ]
    wages = min(books.headcount * WAGE_FEN, month.gross_fen * 18 // 100)
    tax = month.net_fen * 2 // 100
    loan = month.gross_fen * books.stress // 1500
    for kind, amount, name in (
        ("payroll", wages, None),
        ("tax", tax, "国家税务总局"),
        ("loan_repayment", loan, BANK),
    ):
        if amount > 0:
            rows.append(_row(rng, month.first, "out", amount, kind, name))
    if month.first.month % 3 == 0:
        rows.append(_row(rng, month.first, "in", max(month.gross_fen // 20_000, 1), "interest"))
    return rows


def _row(
    rng: Random, first: date, direction: str, amount: int, kind: str, name: str | None = None
) -> Row:
    return {
        "booked_on": first + timedelta(days=20 if kind == "interest" else rng.randrange(28)),
        "booked_hour": rng.randrange(8, 20),
        "direction": direction,
        "amount_fen": amount,
        "counterparty": name,
        "counterparty_account": None if name is None else f"6299{sum(map(ord, name)) % 10**8:08d}",
        "purpose": {"business": "货款", "payroll": "工资", "interest": "结息"}.get(kind),
        "kind": kind,
        "related": False,
        "own_account": False,
    }


def _customer(rng: Random) -> str:
    """Customers differ in weight: the first ones come more often."""
    return f"客户{min(rng.randrange(CUSTOMER_ACCOUNTS), rng.randrange(CUSTOMER_ACCOUNTS))}"


def _opening(moves: list[Row], least: int) -> int:
    """An opening balance under which the account never runs dry."""
    balance = lowest = 0
    for row in moves:
        balance += row["amount_fen"] if row["direction"] == "in" else -row["amount_fen"]
        lowest = min(lowest, balance)
    return least - lowest
