"""Pages of disputes: together they are all of them, each small enough to answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extdata.domain.dispute import Dispute
from extdata.domain.dispute_page import page_of
from extdata.domain.errors import DisputesChanged
from extdata.domain.month_close import close
from extdata.domain.reconciliation import Reconciliation, reconcile
from extdata.finance_schemas import MAX_DISPUTES
from extdata.finance_views import ReconciliationView
from tests.support.extdata_bills import (
    MONTH,
    OPENED_ON,
    PROVIDER,
    a_call,
    a_price_list,
    a_statement,
    rows_of,
)
from tests.support.extdata_records import BANK

Change = Callable[[Reconciliation], Reconciliation]
MAX_ANSWER_BYTES = 1_200_000
"""Lambda answers 6 MB at most."""


def with_disputes(count: int, width: int = 0) -> Reconciliation:
    """A statement that lacks so many calls; their request numbers are so wide."""
    calls = [a_call(n, request_no=f"no-{n}".ljust(width, "x")) for n in range(count + 1)]
    bill = close(BANK, MONTH, [a_price_list()], calls)
    statement = a_statement(rows_of(bill)[:1])
    return reconcile(bill, statement, provider_id=PROVIDER, opened_on=OPENED_ON)


@given(st.integers(0, 12), st.integers(1, 5))
def test_the_pages_together_are_every_dispute_once(count: int, limit: int) -> None:
    found = with_disputes(count)

    page = page_of(found, None, limit)
    seen: list[Dispute] = list(page.disputes)
    while page.cursor is not None:
        assert page.left_out == count - len(seen)
        page = page_of(found, page.cursor, limit)
        seen += page.disputes

    assert (tuple(seen), page.left_out) == (found.disputes, 0)


@pytest.mark.parametrize(
    "change",
    [
        lambda found: replace(found, bill_sha256="0" * 64),
        lambda found: replace(found, statement_sha256="0" * 64),
    ],
    ids=["another bill", "another statement"],
)
def test_a_cursor_holds_for_one_bill_and_one_statement(change: Change) -> None:
    found = with_disputes(3)
    cursor = page_of(found, None, 2).cursor

    with pytest.raises(DisputesChanged, match="begin again"):
        page_of(change(found), cursor, 2)


def test_a_full_page_is_far_below_what_a_function_answers() -> None:
    found = with_disputes(MAX_DISPUTES + 1, width=36)

    view = ReconciliationView.of(found, page_of(found, None, MAX_DISPUTES), OPENED_ON)

    body = json.dumps(view.model_dump(mode="json"), ensure_ascii=False).encode()
    assert (len(view.disputes), view.left_out) == (MAX_DISPUTES, 1)
    assert len(body) < MAX_ANSWER_BYTES, len(body)
