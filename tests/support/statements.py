"""Bank statements as tests make them: one line to be changed, and small statements to draw."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from risk.domain.models import document_authenticity as model

FIRST = date(2026, 1, 5)


def a_row(sequence: int = 1, **changes: Any) -> model.Row:
    fields: dict[str, Any] = {
        "account": "A1",
        "sequence": sequence,
        "booked_on": FIRST,
        "direction": "in",
        "amount_fen": 12_345_67,
        "kind": "business",
        "balance_fen": 50_000_000,
        "counterparty": "甲公司",
    }
    return model.Row(**fields | changes)


@st.composite
def statements(draw: st.DrawFn) -> model.Inputs:
    """Few parties, days and amounts, balances that mostly follow, so that everything happens."""
    rows, balance = [], 30_000_000
    for sequence in range(draw(st.integers(1, 14))):
        incoming, amount = draw(st.booleans()), draw(st.sampled_from([1, 99_999, 100_000, 104_000]))
        balance += amount if incoming else -amount
        rows.append(
            a_row(
                sequence,
                booked_on=FIRST + timedelta(days=draw(st.sampled_from([0, 1, 6, 74, 75, 76, 90]))),
                direction="in" if incoming else "out",
                amount_fen=amount,
                kind=draw(st.sampled_from(["business", "cash", "interest", "transfer"])),
                balance_fen=balance + draw(st.sampled_from([0, 0, 0, 1])),
                counterparty=draw(st.sampled_from(["甲公司", "乙公司"])),
            )
        )
    ends = model.Statement(
        account="A1",
        from_on=date(2025, 12, 21),
        to_on=date(2026, 4, 30),
        opening_fen=30_000_000,
        closing_fen=balance,
    )
    return model.Inputs(statements=(ends,), rows=tuple(rows))
