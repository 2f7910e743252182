"""The engine against a slow, obvious implementation, and the properties that must always hold."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puhui.columns import read_columns
from risk.domain.facts import Fact
from risk.domain.indicators import engine
from risk.domain.indicators.engine import USUAL_STALE_AFTER_DAYS
from risk.domain.indicators.library import DEFINITIONS
from risk.domain.indicators.months import AsOf
from risk.domain.indicators.values import IndicatorValue, State, Values
from tests.support.risk import AS_OF, Row, a_document, an_invoice, numbered
from tests.unit.risk.slow_indicators import slow_values
from tests.unit.risk.strategies import FIRST_DAY, MOMENTS, invoices

INVOICE_NAMES = [name for name in DEFINITIONS if ".inv." in name]
SUMS = [name for name in INVOICE_NAMES if "valid_amt" in name and name.endswith(".sum")]
PERIODS = st.sampled_from(
    [
        {},
        {"period_from": "2025-08-01"},
        {"period_from": "2026-05-02"},
        {"period_to": "2026-09-30"},
    ]
)


def compute(rows: list[Row], as_of: Any = AS_OF, **changes: Any) -> Values:
    columns = read_columns("invoice/1", a_document(rows, **changes))
    fact = Fact(product="invoice/1", state=State.OK, columns=columns)
    return invoice_values(engine.compute({"invoice/1": fact}, AsOf(as_of)))


def invoice_values(values: Values) -> Values:
    """Those of the invoice grid, in a dict that compares."""
    return {name: value for name, value in values.items() if ".inv." in name}


def plain(values: Values) -> dict[str, tuple[str, Decimal | None]]:
    return {name: (value.state.value, value.decimal) for name, value in values.items()}


@settings(max_examples=120, deadline=None)
@given(rows=invoices(), as_of=MOMENTS)
def test_the_engine_agrees_with_the_obvious_implementation(rows: list[Row], as_of: date) -> None:
    document = json.loads(a_document(rows))

    assert plain(compute(rows, as_of)) == slow_values(document, as_of)


@settings(max_examples=40, deadline=None)
@given(rows=invoices(first=date(2026, 5, 2), last=date(2026, 7, 20)), period=PERIODS)
def test_the_engine_agrees_about_what_a_document_does_not_cover(
    rows: list[Row], period: dict[str, str]
) -> None:
    document = json.loads(a_document(rows, **period))

    assert plain(compute(rows, **period)) == slow_values(document, AS_OF)


@settings(max_examples=60, deadline=None)
@given(
    rows=invoices(),
    later=invoices(first=AS_OF + timedelta(days=1), last=AS_OF + timedelta(days=400)),
)
def test_what_happens_after_the_day_never_matters(rows: list[Row], later: list[Row]) -> None:
    until = {"period_to": (AS_OF + timedelta(days=400)).isoformat()}

    assert compute(numbered([*rows, *later]), **until) == compute(rows, **until)


@settings(max_examples=60, deadline=None)
@given(rows=invoices(), seed=st.integers(0, 2**32))
def test_the_order_of_the_rows_never_matters(rows: list[Row], seed: int) -> None:
    shuffled = list(rows)
    Random(seed).shuffle(shuffled)

    assert compute(shuffled) == compute(rows)


@settings(max_examples=60, deadline=None)
@given(rows=invoices(), times=st.integers(2, 4))
def test_an_invoice_delivered_again_counts_once(rows: list[Row], times: int) -> None:
    assert compute(rows * times) == compute(rows)


@settings(max_examples=60, deadline=None)
@given(rows=invoices())
def test_doubled_amounts_double_sums_and_change_no_share(rows: list[Row]) -> None:
    halved = [row | {"amount_fen": row["amount_fen"] // 2} for row in rows]
    doubled = [row | {"amount_fen": row["amount_fen"] * 2} for row in halved]

    once, twice = compute(halved), compute(doubled)

    for name in INVOICE_NAMES:
        factor = 2 if name in SUMS else 1
        if name in SUMS or DEFINITIONS[name].unit.value != "yuan":
            value = once[name].decimal
            assert twice[name].decimal == (None if value is None else value * factor), name


@settings(max_examples=40, deadline=None)
@given(rows=invoices(), parties=st.permutations(["B1", "B2", "B3", "S1", "S2"]))
def test_what_counterparties_are_called_never_matters(rows: list[Row], parties: list[str]) -> None:
    names = dict(zip(["B1", "B2", "B3", "S1", "S2"], parties, strict=True))
    renamed = [row | {"counterparty": names[row["counterparty"]]} for row in rows]

    assert compute(renamed) == compute(rows)


@settings(max_examples=40, deadline=None)
@given(rows=invoices(), added=st.integers(0, 10**10))
def test_a_void_invoice_changes_only_what_is_about_void_invoices(
    rows: list[Row], added: int
) -> None:
    void = an_invoice(number="void", amount_fen=added, status="void", counterparty="nobody")

    before, after = compute(rows), compute([*rows, void])

    assert {name for name in INVOICE_NAMES if before[name] != after[name]} <= {
        name for name in INVOICE_NAMES if ".out_void." in name
    }


def test_a_red_letter_invoice_takes_back_a_sale() -> None:
    sale = an_invoice(number="1", amount_fen=500_000)
    red = an_invoice(number="2", amount_fen=-500_000)

    values = compute([sale, red])

    assert values["ent.inv.out_valid_amt.all.l1m.sum"].decimal == Decimal("0.00")


def test_a_red_letter_invoice_is_no_sale_of_its_own() -> None:
    values = compute([an_invoice(number="1"), an_invoice(number="2", amount_fen=-1)])

    assert values["ent.inv.out_valid_cnt.all.l1m.sum"].decimal == Decimal(1)


@pytest.mark.parametrize("state", [state for state in State if state is not State.OK])
def test_without_a_document_every_indicator_has_the_documents_state(state: State) -> None:
    facts = {"invoice/1": Fact(product="invoice/1", state=state)}

    values = invoice_values(engine.compute(facts, AsOf(AS_OF)))

    assert set(values.values()) == {IndicatorValue(state)}


def test_a_month_before_the_document_begins_is_missing_and_not_zero() -> None:
    values = compute([an_invoice()], period_from="2026-02-01")

    assert values["ent.inv.out_valid_amt.all.l6m.sum"].state is State.OK
    assert values["ent.inv.out_valid_amt.all.l12m.sum"].state is State.MISSING


def test_a_month_without_invoices_inside_the_document_is_zero() -> None:
    values = compute([an_invoice(issued_on=FIRST_DAY)])

    assert values["ent.inv.out_valid_amt.all.l1m.sum"].decimal == Decimal("0.00")


@pytest.mark.parametrize(("late", "state"), [(0, State.OK), (1, State.STALE)])
def test_a_document_that_ends_too_early_is_stale(late: int, state: State) -> None:
    ends = date(2026, 7, 31) - timedelta(days=USUAL_STALE_AFTER_DAYS + late)

    values = compute([an_invoice(issued_on=ends)], period_to=ends.isoformat())

    assert values["ent.inv.out_valid_amt.all.l12m.sum"].state is state


def test_monthly_windows_end_with_the_last_full_month() -> None:
    rows = numbered([an_invoice(issued_on="2026-07-31"), an_invoice(issued_on="2026-08-10")])

    values = compute(rows, as_of=date(2026, 8, 15), period_to="2026-08-14")

    assert values["ent.inv.out_valid_cnt.all.l1m.sum"].decimal == Decimal(1)
    assert values["ent.inv.out_valid.all.now.days_since_last"].decimal == Decimal(5)
