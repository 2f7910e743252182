"""Invoices, the grid of the first model: an older slow witness, and rules of their own."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puhui.columns import read_columns
from risk.domain.facts import Fact
from risk.domain.indicators.engine import USUAL_STALE_AFTER_DAYS, compute
from risk.domain.indicators.library import DEFINITIONS
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.values import State, Values
from tests.support.risk import AS_OF, Row, a_document, an_invoice
from tests.unit.risk.indicators.engine import invoice_values, plain
from tests.unit.risk.slow_indicators import slow_values
from tests.unit.risk.strategies import FIRST_DAY, MOMENTS, invoices

NAMES = [name for name, one in DEFINITIONS.items() if one.domain == "inv"]
PERIODS = st.sampled_from(
    [
        {},
        {"period_from": "2025-08-01"},
        {"period_from": "2026-05-02"},
        {"period_to": "2026-09-30"},
    ]
)


def computed(rows: list[Row], as_of: date = AS_OF, **changes: Any) -> Values:
    columns = read_columns("invoice/1", a_document(rows, **changes))
    fact = Fact(product="invoice/1", state=State.OK, columns=columns)
    return invoice_values(compute({"invoice/1": fact}, AsOf(as_of)))


@settings(max_examples=60, deadline=None)
@given(rows=invoices(), as_of=MOMENTS)
def test_the_engine_agrees_with_the_older_witness(rows: list[Row], as_of: date) -> None:
    document = json.loads(a_document(rows))

    assert plain(computed(rows, as_of)) == slow_values(document, as_of)


@settings(max_examples=30, deadline=None)
@given(rows=invoices(first=date(2026, 5, 2), last=date(2026, 7, 20)), period=PERIODS)
def test_the_engine_agrees_about_what_a_document_does_not_cover(
    rows: list[Row], period: dict[str, str]
) -> None:
    document = json.loads(a_document(rows, **period))

    assert plain(computed(rows, **period)) == slow_values(document, AS_OF)


@settings(max_examples=40, deadline=None)
@given(rows=invoices(), times=st.integers(2, 4))
def test_an_invoice_delivered_again_counts_once(rows: list[Row], times: int) -> None:
    assert computed(rows * times) == computed(rows)


@settings(max_examples=40, deadline=None)
@given(rows=invoices(), parties=st.permutations(["B1", "B2", "B3", "S1", "S2"]))
def test_what_counterparties_are_called_never_matters(rows: list[Row], parties: list[str]) -> None:
    names = dict(zip(["B1", "B2", "B3", "S1", "S2"], parties, strict=True))
    renamed = [row | {"counterparty": names[row["counterparty"]]} for row in rows]

    assert computed(renamed) == computed(rows)


@settings(max_examples=40, deadline=None)
@given(rows=invoices(), added=st.integers(0, 10**10))
def test_a_void_invoice_changes_only_what_is_about_void_invoices(
    rows: list[Row], added: int
) -> None:
    void = an_invoice(number="void", amount_fen=added, status="void", counterparty="nobody")

    before, after = computed(rows), computed([*rows, void])

    assert {name for name in NAMES if before[name] != after[name]} <= {
        name for name in NAMES if ".out_void." in name
    }


def test_a_red_letter_invoice_takes_back_a_sale() -> None:
    sale = an_invoice(number="1", amount_fen=500_000)
    red = an_invoice(number="2", amount_fen=-500_000)

    values = computed([sale, red])

    assert str(values["ent.inv.out_valid_amt.all.l1m.sum"].decimal) == "0.00"


def test_a_red_letter_invoice_is_no_sale_of_its_own() -> None:
    values = computed([an_invoice(number="1"), an_invoice(number="2", amount_fen=-1)])

    assert values["ent.inv.out_valid_cnt.all.l1m.sum"].decimal == 1


def test_a_month_before_the_document_begins_is_missing_and_not_zero() -> None:
    values = computed([an_invoice()], period_from="2026-02-01")

    assert values["ent.inv.out_valid_amt.all.l6m.sum"].state is State.OK
    assert values["ent.inv.out_valid_amt.all.l12m.sum"].state is State.MISSING


def test_a_month_without_invoices_inside_the_document_is_zero() -> None:
    values = computed([an_invoice(issued_on=FIRST_DAY)])

    assert str(values["ent.inv.out_valid_amt.all.l1m.sum"].decimal) == "0.00"


@pytest.mark.parametrize(("late", "state"), [(0, State.OK), (1, State.STALE)])
def test_a_document_that_ends_too_early_is_stale(late: int, state: State) -> None:
    ends = date.fromordinal(date(2026, 7, 31).toordinal() - USUAL_STALE_AFTER_DAYS - late)

    values = computed([an_invoice(issued_on=ends)], period_to=ends.isoformat())

    assert values["ent.inv.out_valid_amt.all.l12m.sum"].state is state


def test_monthly_windows_end_with_the_last_full_month() -> None:
    rows = [
        an_invoice(number="1", issued_on="2026-07-31"),
        an_invoice(number="2", issued_on="2026-08-10"),
    ]

    values = computed(rows, as_of=date(2026, 8, 15), period_to="2026-08-14")

    assert values["ent.inv.out_valid_cnt.all.l1m.sum"].decimal == 1
    assert values["ent.inv.out_valid.all.now.days_since_last"].decimal == 5
