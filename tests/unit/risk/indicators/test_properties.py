"""What must hold whatever the documents say: no leakage, no order, no help from what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.definition import Definition, Unit
from risk.domain.indicators.library import DEFINITIONS
from risk.domain.indicators.values import State, Values
from tests.unit.risk.indicators.engine import engine_values
from tests.unit.risk.indicators.random_documents import Document, a_maker
from tests.unit.risk.indicators.strategies import AS_OF, MOMENTS, PRODUCT_CODES, subjects

LATER = timedelta(days=45)
SEEDS = st.integers(0, 2**48)
EXACT_SUMS = {"sum", "last", "field", "difference", "min", "max_m", "day_balance_min", "op_min"}
"""Rules whose amounts are not divided, so that no rounding hides a doubling."""
THRESHOLDS = {"days_below", "benford"}
"""Rules that compare amounts with fixed ones."""
Subject = dict[str, Document | str]


def sources(definition: Definition) -> set[str]:
    """The products behind an indicator."""
    operands = definition.calculation.operands
    if not operands:
        return {definition.source}
    return {source for name in operands for source in sources(DEFINITIONS[name])}


def differences(before: Values, after: Values) -> dict[str, Any]:
    return {
        name: (before[name], after[name]) for name in DEFINITIONS if before[name] != after[name]
    }


def documents_of(subject: Subject) -> Iterator[tuple[str, Document]]:
    yield from ((product, one) for product, one in subject.items() if isinstance(one, dict))


def without_later_rows(product: str, document: Document, as_of: date) -> Document:
    """The document as somebody could have written it on the day, but for its period."""
    found = dict(document)
    for name, table in PRODUCTS[product].tables.items():
        dated = _date_of(name, product)
        rows = document[name]
        if dated is not None:
            rows = [row for row in rows if _first_day(row[dated]) <= as_of.isoformat()]
        ends = [
            key
            for key, field in table.fields.items()
            if field.kind == "date" and field.nullable and key not in ("due_on", "to_on")
        ]
        found[name] = [
            row
            | {key: None for key in ends if row[key] is not None and row[key] > as_of.isoformat()}
            for row in rows
        ]
    found["row_count"] = sum(len(found[name]) for name in PRODUCTS[product].tables)
    return found


def _date_of(table: str, product: str) -> str | None:
    """The field that dates a table's rows; a statement exists from its first day."""
    if table == "statements":
        return "from_on"
    return next(
        (
            one.calculation.date
            for one in DEFINITIONS.values()
            if one.source == product and one.calculation.table == table
        ),
        None,
    )


def _first_day(value: Any) -> str:
    if isinstance(value, int):
        return f"{value}-12-31"
    return value if len(value) == 10 else f"{value}-01"


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, product=PRODUCT_CODES, as_of=MOMENTS)
def test_what_happens_after_the_day_never_matters(seed: int, product: str, as_of: date) -> None:
    later = a_maker(Random(seed), as_of + LATER).document(product)
    known = without_later_rows(product, later, as_of)

    assert (
        differences(engine_values({product: known}, as_of), engine_values({product: later}, as_of))
        == {}
    )


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, product=PRODUCT_CODES)
def test_a_document_of_a_later_period_tells_no_picture_of_the_day(seed: int, product: str) -> None:
    document = a_maker(Random(seed), AS_OF).document(product) | {"period_to": AS_OF.isoformat()}
    longer = document | {"period_to": (AS_OF + LATER).isoformat()}
    document = without_later_rows(product, document, AS_OF)
    longer = without_later_rows(product, longer, AS_OF)

    before = engine_values({product: document}, AS_OF)
    after = engine_values({product: longer}, AS_OF)

    pictures = {name for name, one in DEFINITIONS.items() if one.calculation.last_state}
    derived = {name for name, one in DEFINITIONS.items() if one.calculation.operands}
    assert differences(before, after).keys() <= pictures | derived
    assert {after[name].state for name in pictures} == {State.MISSING}


@settings(max_examples=40, deadline=None)
@given(subject=subjects(), seed=SEEDS)
def test_the_order_of_rows_never_matters(subject: Subject, seed: int) -> None:
    random, shuffled = Random(seed), dict(subject)
    for product, document in documents_of(subject):
        mixed = dict(document)
        for table in PRODUCTS[product].tables:
            mixed[table] = random.sample(document[table], len(document[table]))
        shuffled[product] = mixed

    assert differences(engine_values(subject, AS_OF), engine_values(shuffled, AS_OF)) == {}


@settings(max_examples=40, deadline=None)
@given(subject=subjects(), product=PRODUCT_CODES, state=st.sampled_from(list(State)))
def test_removing_a_source_changes_only_states_of_what_is_made_from_it(
    subject: Subject, product: str, state: State
) -> None:
    removed = {key: found for key, found in subject.items() if key != product}
    if state not in (State.OK, State.UNDEFINED):
        removed[product] = state.value

    before, after = engine_values(subject, AS_OF), engine_values(removed, AS_OF)

    made = {name for name, one in DEFINITIONS.items() if product in sources(one)}
    assert differences(before, after).keys() <= made
    assert [name for name in made if after[name].state is State.OK] == []


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, product=PRODUCT_CODES)
def test_what_is_missing_stays_missing_when_less_is_known(seed: int, product: str) -> None:
    random = Random(seed)
    document = a_maker(random, AS_OF).document(product)
    blanked = blank_one(random, product, document)

    before = engine_values({product: document}, AS_OF)
    after = engine_values({product: blanked}, AS_OF)

    missing = [name for name in DEFINITIONS if before[name].state is State.MISSING]
    assert [name for name in missing if after[name].state is not State.MISSING] == []


def blank_one(random: Random, product: str, document: Document) -> Document:
    """The document with one field null that may be."""
    nullable = [
        (table, key)
        for table, described in PRODUCTS[product].tables.items()
        for key, field in described.fields.items()
        if field.nullable and document[table]
    ]
    if not nullable:
        return document
    table, key = random.choice(nullable)
    rows = list(document[table])
    place = random.randrange(len(rows))
    rows[place] = rows[place] | {key: None}
    return document | {table: rows}


@settings(max_examples=40, deadline=None)
@given(subject=subjects())
def test_doubled_amounts_double_sums_and_change_no_share(subject: Subject) -> None:
    halves = {key: _times(key, found, half=True) for key, found in subject.items()}
    wholes = {key: _times(key, found, half=False) for key, found in halves.items()}

    once, twice = engine_values(halves, AS_OF), engine_values(wholes, AS_OF)

    for name, definition in DEFINITIONS.items():
        rule = definition.calculation.agg
        if definition.unit is Unit.YUAN and rule in EXACT_SUMS:
            value = once[name].decimal
            assert twice[name].decimal == (None if value is None else value * 2), name
        elif definition.unit is not Unit.YUAN and not _is_of_fixed_amounts(definition):
            assert twice[name] == once[name], name


def _is_of_fixed_amounts(definition: Definition) -> bool:
    """Compared with 1万元, by first digits, or against something that is not money."""
    return (
        definition.calculation.agg in THRESHOLDS
        or definition.measure in ("round", "sales_power")
        or any(_is_of_fixed_amounts(DEFINITIONS[one]) for one in definition.calculation.operands)
    )


def _times(product: str, found: Document | str, *, half: bool) -> Document | str:
    """The document with all amounts halved, downwards, or doubled."""
    if isinstance(found, str):
        return found
    fields = {name: table.fields for name, table in PRODUCTS[product].tables.items()}
    changed = dict(found)
    for table, described in fields.items():
        changed[table] = [_scaled(row, described, half=half) for row in found[table]]
    if "snapshot" in found:
        changed["snapshot"] = _scaled(found["snapshot"], PRODUCTS[product].snapshot, half=half)
    return changed


def _scaled(row: dict[str, Any], described: Any, *, half: bool) -> dict[str, Any]:
    return {
        key: (value // 2 if half else value * 2)
        if described[key].kind == "fen" and value is not None
        else value
        for key, value in row.items()
    }


@pytest.mark.parametrize("state", [state for state in State if state is not State.OK])
def test_without_a_document_every_indicator_has_the_documents_state(state: State) -> None:
    values = engine_values(dict.fromkeys(PRODUCTS, state.value), AS_OF)

    assert {value.state for value in values.values()} == {state}


def test_of_a_subject_that_nobody_asked_about_everything_is_missing() -> None:
    assert {value.state for value in engine_values({}, AS_OF).values()} == {State.MISSING}
