"""What the end of day of one loan costs in a year: units of AWS, times prices as parameters."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from puhui.clock import FixedClock
from servicing.adapters.book_rows import account_row
from servicing.adapters.envelopes import change_envelopes
from servicing.adapters.ledger_rows import holder_changes, voucher_row
from tests.support.loan_accounts import a_book, closed, on
from tests.support.servicing import NOON

DAYS: Final = 365
BYTES_PER_WRITE: Final = 1_024
BYTES_PER_READ: Final = 4_096
TRANSACTIONAL: Final = 2
"""A write in a transaction costs two units for each KB."""
INDEXES: Final = 2
"""`by_partition` and `by_customer` hold the whole account; an index is written once."""
WALKS: Final = 4
"""Close, debits, classify, watch: each reads the index once, eventually consistent."""
TRANSITIONS_A_PARTITION: Final = 16
PARTITIONS: Final = 64
LOANS_OF_A_BANK: Final = 100_000
MEMORY_GB: Final = 1.0
WAIT_MS: Final = 12.0
"""For each transaction of a loan, the function waits for DynamoDB: assumed, not measured here."""
MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A list price in USD, with where it stands and how sure it is."""

    usd: float
    source: str


WRITES: Final = Price(usd=0.625, source="a million write units on demand, since Nov 2024")
READS: Final = Price(usd=0.125, source="a million read units on demand, since Nov 2024")
LAMBDA: Final = Price(usd=0.0000133334, source="a GB-second on arm64")
STATES: Final = Price(usd=0.025, source="1,000 transitions, Standard")
CONFIDENCE: Final = "list prices of us-east-1; a bank puts in its own region's"


def cost_lines(milliseconds_a_loan: float) -> Iterator[str]:
    """The model, with this process' measured time of our own code for one loan."""
    book = closed(a_book(), on(44))
    change = book.close_day(on(45), NOON)
    assert change is not None
    assert change.voucher is not None
    account = _size(account_row(change.after))
    told = [len(one.to_json()) for one in change_envelopes(change, FixedClock(NOON))]
    outbox = sum(_writes(one) for one in told)
    parts = {
        "account": _writes(account) * TRANSACTIONAL,
        "its indexes": _writes(account) * INDEXES,
        "voucher": _writes(_size(voucher_row(change.voucher))) * TRANSACTIONAL,
        "bank's book": TRANSACTIONAL,
        "loan's balances": len(holder_changes(change.voucher)) * TRANSACTIONAL,
        "outbox": outbox * TRANSACTIONAL,
        "its index": outbox * 2,  # into the list of what waits, and out of it
        "its mark": outbox * TRANSACTIONAL,
    }
    writes = sum(parts.values())
    reads = WALKS * account / BYTES_PER_READ / 2
    seconds = (milliseconds_a_loan + WAIT_MS) / 1_000
    transitions = PARTITIONS * TRANSITIONS_A_PARTITION / LOANS_OF_A_BANK
    costs = {
        "writes": writes * WRITES.usd / MILLION,
        "reads": reads * READS.usd / MILLION,
        "lambda": seconds * MEMORY_GB * LAMBDA.usd,
        "states": transitions * STATES.usd / 1_000,
    }
    yield f"cost model, one late loan, account row {account:,} bytes, {CONFIDENCE}"
    yield "  write units      " + ", ".join(f"{name} {units}" for name, units in parts.items())
    amounts = {
        "writes": (writes, WRITES),
        "reads": (reads, READS),
        "lambda": (seconds, LAMBDA),
        "states": (transitions, STATES),
    }
    for name, (amount, price) in amounts.items():
        yearly = costs[name] * DAYS
        yield f"  {name:<8} {amount:8.3f} a night {yearly:8.4f} USD a year  ({price.source})"
    yield f"  one loan {sum(costs.values()) * DAYS:25.4f} USD a year"


def _size(row: Any) -> int:
    """An item's bytes, nearly: its values as JSON."""
    return len(json.dumps(row.to_dynamodb_dict(), ensure_ascii=False).encode())


def _writes(size: int) -> int:
    return math.ceil(size / BYTES_PER_WRITE)
