"""Reconciliation: an honest statement has no dispute; each kind of fault is exactly that one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extdata.domain.bill import MonthBill
from extdata.domain.dispute import export_rows, yuan_text
from extdata.domain.meter import MeterEvent
from extdata.domain.month_close import close
from extdata.domain.price import Package, Price
from extdata.domain.reconciliation import Reconciliation, reconcile
from tests.support.extdata_bills import (
    MONTH,
    OPENED_ON,
    PROVIDER,
    Change,
    Row,
    a_call,
    a_price_list,
    a_statement,
    calls,
    prices,
    rows_of,
    tiered,
)
from tests.support.extdata_records import BANK, a_price


def a_bill(price: Price | None = None, events: Sequence[MeterEvent] = ()) -> MonthBill:
    """Three hits, a free miss and one call of which nobody knows, when nothing else is said."""
    usual = [
        *(a_call(number) for number in range(3)),
        a_call(3, outcome="miss", charge="free"),
        a_call(4, outcome="provider.timeout", charge="uncertain"),
    ]
    return close(BANK, MONTH, [a_price_list(price or a_price())], events or usual)


def held_against(
    bill: MonthBill, rows: Sequence[Row], total: str | None = None, late: Sequence[str] = ()
) -> Reconciliation:
    return reconcile(
        bill,
        a_statement(rows, total),
        provider_id=PROVIDER,
        late=frozenset(late),
        opened_on=OPENED_ON,
    )


def set_cells(row: int, **cells: str) -> Change:
    places = {"charged": 4, "unit": 5, "amount": 6, "connector": 2}

    def change(rows: list[Row]) -> list[Row]:
        for name, text in cells.items():
            rows[row][places[name]] = text
        return rows

    return change


UNKNOWN = ["no-999", "2026-11-02", "sbx-tax-returns", "hit", "是", "0.80", "0.80"]
FAULTS: list[tuple[str, Change, str, int]] = [
    ("one 分 more", set_cells(0, unit="0.81", amount="0.81"), "price_differs", 1),
    ("one 分 less", set_cells(0, unit="0.79", amount="0.79"), "price_differs", -1),
    ("a line twice", lambda rows: [*rows, list(rows[0])], "duplicate", 80),
    ("an unknown number", lambda rows: [*rows, UNKNOWN], "they_only", 80),
    ("a missing line", lambda rows: rows[1:], "we_only", -80),
    ("a miss is charged", set_cells(3, charged="是", unit="0.80", amount="0.80"),
     "charged_but_free", 80),
    ("a lost call is charged", set_cells(4, charged="是", unit="0.80", amount="0.80"),
     "uncertain", 80),
    ("a hit is free", set_cells(0, charged="否", unit="0", amount="0"), "they_free", -80),
    ("another connector", set_cells(0, connector="sbx-other"), "connector_differs", 0),
]  # fmt: skip


@given(prices(), calls())
def test_our_own_bill_held_against_itself_is_clean(price: Price, events: list[MeterEvent]) -> None:
    bill = close(BANK, MONTH, [a_price_list(price)], events)

    found = held_against(bill, rows_of(bill))

    assert (found.disputes, found.gap_fen) == ((), 0)


@given(prices(), calls(), st.randoms(use_true_random=False))
def test_a_provider_that_orders_calls_otherwise_agrees_to_the_fen(
    price: Price, events: list[MeterEvent], random: Random
) -> None:
    bill = close(BANK, MONTH, [a_price_list(price)], events)
    rows = rows_of(bill)
    billable = {cost.request_no for cost in bill.costs if cost.line is not None}
    own = [row for row in rows if row[0] in billable]
    priced = [row[4:] for row in own]
    random.shuffle(priced)
    for row, cells in zip(own, priced, strict=True):
        row[4:] = cells

    found = held_against(bill, rows)

    assert (found.disputes, found.gap_fen) == ((), 0)


def test_two_calls_with_swapped_tiers_agree() -> None:
    bill = a_bill(tiered(up_to=2), [a_call(number) for number in range(4)])
    rows = rows_of(bill)
    rows[1][5:], rows[2][5:] = rows[2][5:], rows[1][5:]

    found = held_against(bill, rows)

    assert (found.clean, found.matched) == (True, 4)


def test_a_call_too_many_at_the_dearer_tier_is_disputed_by_the_difference() -> None:
    bill = a_bill(tiered(up_to=2), [a_call(number) for number in range(4)])
    rows = rows_of(bill)
    rows[3][5:] = ["0.80", "0.80"]

    found = held_against(bill, rows)

    only = found.disputes[0]
    assert (len(found.disputes), only.kind, only.amount_fen) == (1, "price_differs", 15)


def test_swapped_tiers_do_not_hide_a_wrong_price() -> None:
    bill = a_bill(tiered(up_to=2), [a_call(number) for number in range(4)])
    rows = rows_of(bill)
    rows[0][5:] = ["0.65", "0.65"]
    rows[2][5:] = ["0.90", "0.90"]

    found = held_against(bill, rows)

    assert [(one.kind, one.amount_fen) for one in found.disputes] == [("price_differs", 10)]
    assert found.gap_fen == 0


@pytest.mark.parametrize(
    ("change", "kind", "amount_fen"),
    [pytest.param(*fault[1:], id=fault[0]) for fault in FAULTS],
)
def test_each_fault_of_a_statement_is_exactly_that_dispute(
    change: Change, kind: str, amount_fen: int
) -> None:
    bill = a_bill()

    found = held_against(bill, change(rows_of(bill)))

    assert [(one.kind, one.amount_fen) for one in found.disputes] == [(kind, amount_fen)]


@pytest.mark.parametrize(
    ("change", "units"),
    [
        (set_cells(0, unit="0.81"), ("0.80", "0.81")),
        (lambda rows: [*rows, UNKNOWN], (None, "0.80")),
        (lambda rows: rows[1:], ("0.80", None)),
        (set_cells(3, charged="是", unit="0.80", amount="0.80"), (None, "0.80")),
        (set_cells(0, connector="sbx-other"), ("0.80", "0.80")),
    ],
    ids=["the unit alone differs", "they only", "we only", "a miss", "another connector"],
)
def test_a_dispute_knows_the_unit_price_of_both_sides(
    change: Change, units: tuple[str | None, str | None]
) -> None:
    bill = a_bill()

    (found,) = held_against(bill, change(rows_of(bill))).disputes

    assert (yuan_text(found.ours_unit_yuan), yuan_text(found.theirs_unit_yuan)) == units


def test_a_wrong_total_line_is_disputed_by_its_difference() -> None:
    bill = a_bill()

    found = held_against(bill, rows_of(bill), total="2.41")

    assert [(one.kind, one.amount_fen) for one in found.disputes] == [("total_line_wrong", 1)]


def test_what_the_provider_wants_is_owed_or_disputed() -> None:
    bill = a_bill()
    rows = [*rows_of(bill), UNKNOWN]

    found = held_against(bill, rows)

    disputed = sum(one.amount_fen for one in found.disputes)
    assert found.their_fen == found.acknowledged_fen + disputed


@pytest.mark.parametrize(("fee", "amount_fen"), [("12.00", 200), ("9.99", -1)])
def test_another_package_fee_is_disputed(fee: str, amount_fen: int) -> None:
    bill = a_bill(a_price(package=Package(calls=3, fee_yuan=Decimal(10))))
    rows = rows_of(bill)
    rows[-1][5:] = [fee, fee]

    found = held_against(bill, rows)

    assert [(one.kind, one.amount_fen) for one in found.disputes] == [("fee_differs", amount_fen)]


def test_a_call_that_we_logged_after_the_close_is_late_not_unknown() -> None:
    bill = a_bill()

    found = held_against(bill, [*rows_of(bill), UNKNOWN], late=["no-999"])

    assert [one.kind for one in found.disputes] == ["late"]


def test_a_statement_that_never_came_leaves_the_whole_bill_open() -> None:
    bill = a_bill()

    found = reconcile(bill, None, provider_id=PROVIDER, opened_on=OPENED_ON)

    assert ([one.kind for one in found.disputes], found.gap_fen) == (["statement_missing"], 240)


def test_the_dispute_list_runs_nothing_in_a_spreadsheet() -> None:
    bill = a_bill()
    rows = [*rows_of(bill), [*UNKNOWN[:2], "-cmd", *UNKNOWN[3:]]]
    found = held_against(bill, rows)

    exported = export_rows(found.disputes, OPENED_ON)

    assert [row[1] for row in exported[1:]] == ["'-cmd"]
