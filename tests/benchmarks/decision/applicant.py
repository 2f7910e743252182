"""One applicant with raw documents of all twelve products, the same for the same seed.

    documents = an_applicant(seed=1)            # {"bank_flow/1": b"...", ...}, about 1.5 MB
    documents = an_applicant(events=100_000)    # as many bank transactions and invoices together

A firm of some years with a thousand counterparties, two accounts, a normal credit history and a
farm: nothing that an indicator needs is absent, so that every one of them is worked out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from tests.benchmarks.decision import (
    bank_document,
    credit_documents,
    firm_documents,
    household_documents,
)

AS_OF: Final = date(2026, 8, 12)
USUAL_EVENTS: Final = 5_000
TRANSACTION_SHARE: Final = 0.6
"""Of the events so many are bank transactions and the rest invoices: 3,000 and 2,000 usually."""

Document = dict[str, Any]


def an_applicant(
    *, seed: int = 1, events: int = USUAL_EVENTS, as_of: date = AS_OF
) -> dict[str, bytes]:
    """Raw documents by product; `events` bank transactions and invoices together."""
    transactions = round(events * TRANSACTION_SHARE)
    made: Mapping[str, Callable[[Random, date], Document]] = {
        "bureau/1": credit_documents.bureau,
        "tax/1": firm_documents.tax,
        "invoice/1": lambda random, day: bank_document.invoices(random, day, events - transactions),
        "registration/1": firm_documents.registration,
        "judicial/1": firm_documents.judicial,
        "bank_flow/1": lambda random, day: bank_document.bank_flow(random, day, transactions),
        "multi_lender/1": credit_documents.multi_lender,
        "social_security/1": household_documents.social_security,
        "utility/1": firm_documents.utility,
        "agriculture/1": household_documents.agriculture,
        "device/1": household_documents.device,
        "relationship/1": credit_documents.relationship,
    }
    return {
        product: _body(product, make(Random(f"{seed} {product}"), as_of), as_of)
        for product, make in made.items()
    }


def _body(product: str, document: Document, as_of: date) -> bytes:
    """The bytes of a document; its row count is that of all its lists together."""
    years = document.pop("years", 3)
    rows = sum(len(table) for table in document.values() if isinstance(table, list))
    declared = {
        "schema": product,
        "source": "benchmark",
        "period_from": as_of.replace(year=as_of.year - years, day=1) - timedelta(days=31),
        "period_to": as_of - timedelta(days=1),
        "row_count": rows,
    }
    return json.dumps(
        declared | document,
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        default=date.isoformat,
    ).encode()
