"""M07 asked with the lines of the bank statements, as the columns that they already are."""

from __future__ import annotations

from typing import Any

import numpy as np

from puhui.columns import EPOCH_ORDINAL
from risk.domain.documents import Document
from risk.domain.model_inputs.known import BANK_FLOW, Answers, Known, NotAsked
from risk.domain.models.document_authenticity import Lines, Statement
from risk.domain.models.statement_rows import KINDS, UNKNOWN, Columns, Flags, Ints


def inputs(known: Known, answers: Answers) -> Lines | NotAsked:
    """All statements and lines up to the day; without a bank statement nobody is asked."""
    flow = known.document(BANK_FLOW)
    if flow is None:
        return NotAsked("no_bank_flow")
    return Lines(statements=_statements(flow), columns=columns_of(flow))


def _statements(flow: Document) -> tuple[Statement, ...]:
    """What is declared; a statement that goes on after the day has no closing balance yet."""
    found = []
    for account, first, last, opening, closing in zip(
        flow.values("statements", "account"),
        flow.dates("statements", "from_on"),
        flow.dates("statements", "to_on"),
        flow.values("statements", "opening_fen"),
        flow.values("statements", "closing_fen"),
        strict=True,
    ):
        if account is None or first is None or last is None or first > flow.day:
            continue
        found.append(
            Statement(
                account=flow.columns.text(account),
                from_on=first,
                to_on=min(last, flow.day),
                opening_fen=opening,
                closing_fen=closing if last <= flow.day else None,
            )
        )
    return tuple(found)


def columns_of(flow: Document) -> Columns:
    """The lines by account, day and sequence; equal places keep the order of the document."""
    rows: dict[str, Any] = flow.columns.tables["transactions"]
    nulls, legends = flow.columns.nulls["transactions"], flow.columns.legends["transactions"]
    kept = np.flatnonzero(rows["booked_on"] <= flow.day_number)
    names = {number: flow.columns.text(number) for number in set(rows["account"][kept].tolist())}
    accounts = tuple(sorted(names.values()))
    places = np.zeros(max(names, default=-1) + 1, np.int64)
    for number, name in names.items():
        places[number] = accounts.index(name)
    account, day = places[rows["account"][kept]], rows["booked_on"][kept]
    order = np.lexsort((rows["sequence"][kept], day, account))
    kept, account, day = kept[order], account[order], day[order]
    unbalanced = _nulls(nulls, "balance_fen", kept)
    incoming = rows["direction"][kept] == legends["direction"].index("in")
    amount = rows["amount_fen"][kept].astype(np.int64)
    return Columns(
        account=account,
        day=day.astype(np.int64) + EPOCH_ORDINAL,
        incoming=incoming,
        amount=amount,
        signed=np.where(incoming, amount, -amount),
        balance=np.where(unbalanced, 0, rows["balance_fen"][kept]),
        unbalanced=unbalanced,
        party=_parties(rows["counterparty"][kept], _nulls(nulls, "counterparty", kept)),
        kind=np.array([KINDS.index(one) for one in legends["kind"]], np.int64)[rows["kind"][kept]],
        accounts=accounts,
    )


def _nulls(nulls: Any, name: str, kept: Ints) -> Flags:
    found = nulls.get(name)
    empty: Flags = np.zeros(len(kept), np.bool_) if found is None else found[kept]
    return empty


def _parties(texts: Ints, unknown: Flags) -> Ints:
    """Counterparties by number; which is which does not matter, only which are the same."""
    numbers = np.zeros(int(texts.max(initial=0)) + 1, np.int64)
    numbers[texts[~unknown]] = 1
    numbers = np.cumsum(numbers) - 1
    party: Ints = np.where(unknown, UNKNOWN, numbers[np.where(unknown, 0, texts)])
    return party
