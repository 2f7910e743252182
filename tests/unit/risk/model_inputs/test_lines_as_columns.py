"""M07 answers the same of a document's columns as of the rows that somebody would write down."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from risk.domain.model_inputs import document_authenticity
from risk.domain.models import document_authenticity as model
from tests.support.asked_models import known_of, whole
from tests.support.risk_models import parameters_of

PARAMETERS = parameters_of("document_authenticity")
FIRST = date(2024, 11, 20)


def rows_of(documents: dict[str, Any]) -> model.Inputs:
    """The document as the model's own inputs, written down line by line."""
    flow = documents["bank_flow/1"]
    return model.Inputs(
        statements=tuple(
            model.Statement(
                account=one["account"],
                from_on=date.fromisoformat(one["from_on"]),
                to_on=date.fromisoformat(one["to_on"]),
                opening_fen=one["opening_fen"],
                closing_fen=one["closing_fen"],
            )
            for one in flow["statements"]
        ),
        rows=tuple(
            model.Row(
                account=one["account"],
                sequence=one["sequence"],
                booked_on=date.fromisoformat(one["booked_on"]),
                direction=one["direction"],
                amount_fen=one["amount_fen"],
                kind=one["kind"],
                balance_fen=one["balance_fen"],
                counterparty=one["counterparty"],
            )
            for one in flow["transactions"]
        ),
    )


def from_columns(documents: dict[str, Any]) -> model.Answer:
    lines = document_authenticity.inputs(known_of(documents), {})
    assert isinstance(lines, model.Lines)
    return model.judged(lines, PARAMETERS)


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    """Two accounts, few parties, days and amounts, in any order: everything happens."""
    rows: list[dict[str, Any]] = []
    balance = 30_000_000
    for sequence in range(draw(st.integers(1, 25))):
        incoming = draw(st.booleans())
        amount = draw(st.sampled_from([1, 1_000_000, 1_000_000, 1_040_000, 12_345_678]))
        balance += amount if incoming else -amount
        rows.append(
            {
                "account": draw(st.sampled_from(["B", "A"])),
                "sequence": sequence,
                "booked_on": (FIRST + timedelta(draw(st.integers(0, 95)))).isoformat(),
                "direction": "in" if incoming else "out",
                "amount_fen": amount,
                "kind": draw(st.sampled_from(["business", "cash", "interest", "transfer"])),
                "balance_fen": draw(st.sampled_from([balance, balance, None])),
                "counterparty": draw(st.sampled_from(["甲", "乙", None])),
            }
        )
    declared = [
        {
            "account": account,
            "from_on": FIRST.isoformat(),
            "to_on": "2025-02-28",
            "opening_fen": draw(st.sampled_from([30_000_000, None])),
            "closing_fen": balance,
        }
        for account in draw(st.sampled_from([("A", "B"), ("A",), ()]))
    ]
    return {"statements": declared, "transactions": draw(st.permutations(rows))}


@settings(max_examples=60, deadline=None)
@given(flow=statements())
def test_columns_and_rows_have_one_answer(flow: dict[str, Any]) -> None:
    documents = {"bank_flow/1": flow}

    assert from_columns(documents) == model.answer(rows_of(documents), PARAMETERS)


def test_a_long_statement_has_one_answer() -> None:
    documents = {"bank_flow/1": whole()["bank_flow/1"]}

    assert from_columns(documents) == model.answer(rows_of(documents), PARAMETERS)


def test_a_statement_without_a_line_is_not_credible() -> None:
    documents = whole()
    documents["bank_flow/1"]["transactions"] = []

    assert from_columns(documents).level == "not_credible"
