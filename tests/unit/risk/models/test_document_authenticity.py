"""Statements: what fits, what a forger forgets, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.domain.models import document_authenticity as model
from risk.domain.models.answer import ModelInputNotValid
from risk.domain.models.statement_patterns import (
    benford_mad_ppm,
    copied_rows,
    rest_day_rows,
)
from risk.domain.models.statement_rows import columns_of
from tests.support.rule_models import first_inputs, parameters_of, without
from tests.support.statements import a_row, statements

PARAMETERS = parameters_of(model)
GENUINE = first_inputs(model)
LEVELS = ("credible", "doubtful", "not_credible")
SOME = settings(max_examples=25)
"""Statements are long to draw."""


def suspicion(inputs: model.Inputs) -> tuple[int, int]:
    found = model.answer(inputs, PARAMETERS)
    return LEVELS.index(found.level), found.suspicion_ppm


def measures(inputs: model.Inputs, **changes: Any) -> dict[str, int]:
    found = model.answer(inputs, replace(PARAMETERS, **changes))
    return {one.code: one.measure_ppm for one in found.anomalies}


@SOME
@given(inputs=statements(), data=st.data())
def test_a_balance_or_counterparty_left_out_never_helps(inputs: model.Inputs, data: Any) -> None:
    place = data.draw(st.integers(0, len(inputs.rows) - 1))
    names = data.draw(st.sets(st.sampled_from(["balance_fen", "counterparty"]), min_size=1))
    rows = list(inputs.rows)
    rows[place] = without(rows[place], names)

    assert suspicion(replace(inputs, rows=tuple(rows))) >= suspicion(inputs)


@SOME
@given(inputs=statements(), names=st.sets(st.sampled_from(["opening_fen", "closing_fen"])))
def test_an_opening_closing_or_statement_left_out_never_helps(
    inputs: model.Inputs, names: set[str]
) -> None:
    poorer = replace(inputs, statements=(without(inputs.statements[0], names),))

    assert suspicion(poorer) >= suspicion(inputs)
    assert suspicion(replace(inputs, statements=())) >= suspicion(poorer)


@SOME
@given(inputs=statements(), seed=st.randoms())
def test_the_order_of_the_lines_does_not_matter(inputs: model.Inputs, seed: Any) -> None:
    mixed = list(inputs.rows)
    seed.shuffle(mixed)

    other = replace(inputs, rows=tuple(mixed))

    assert model.answer(other, PARAMETERS) == model.answer(inputs, PARAMETERS)


@SOME
@given(inputs=statements(), data=st.data())
def test_a_line_copied_is_always_found(inputs: model.Inputs, data: Any) -> None:
    row = data.draw(st.sampled_from(inputs.rows))

    found = measures(replace(inputs, rows=(*inputs.rows, row)))

    assert found["COPIED_ROWS"] > 0


@SOME
@given(shift=st.integers(1, 10**7), place=st.integers(0, len(GENUINE.rows) - 1))
def test_any_amount_changed_breaks_the_balance(shift: int, place: int) -> None:
    rows = list(GENUINE.rows)
    rows[place] = replace(rows[place], amount_fen=rows[place].amount_fen + shift)

    found = model.answer(replace(GENUINE, rows=tuple(rows)), PARAMETERS)

    assert "BALANCE_BREAKS" in {one.code for one in found.anomalies}
    assert found.level != "credible"


@SOME
@given(place=st.integers(0, len(GENUINE.rows) - 1))
def test_any_line_taken_out_breaks_the_balance(place: int) -> None:
    rows = GENUINE.rows[:place] + GENUINE.rows[place + 1 :]

    assert "BALANCE_BREAKS" in measures(replace(GENUINE, rows=rows))


def with_interest(fen: int, **changes: Any) -> dict[str, int]:
    """The genuine statement with another interest, all balances after it recomputed."""
    rows, moved = [], 0
    for one in GENUINE.rows:
        row = one
        if one.kind == "interest":
            moved = fen - one.amount_fen
            row = replace(one, amount_fen=fen, **changes)
        rows.append(replace(row, balance_fen=(row.balance_fen or 0) + moved))
    end = replace(GENUINE.statements[0], closing_fen=rows[-1].balance_fen)
    return measures(replace(GENUINE, rows=tuple(rows), statements=(end,)))


@pytest.mark.parametrize(
    ("fen", "fits"),
    # The days' balances sum to 5,576,338,826 fen: /360 at 0.05 % is 7,744.9, at 1.5 % 232,347.45.
    [(7_743, True), (7_742, False), (232_349, True), (232_350, False)],
)
def test_interest_lies_between_the_lowest_and_the_highest_rate(fen: int, fits: bool) -> None:
    assert ("INTEREST_MISFITS" not in with_interest(fen)) == fits


def test_interest_of_another_day_is_a_misfit_and_leaves_the_quarter_without() -> None:
    late = with_interest(30_979, booked_on=date(2026, 3, 22))

    assert late["INTEREST_MISFITS"] == 1_000_000


def test_the_settlement_day_itself_may_carry_the_interest() -> None:
    assert "INTEREST_MISFITS" not in with_interest(30_979, booked_on=date(2026, 3, 20))


def test_first_digits_by_benford_conform_and_uniform_ones_do_not() -> None:
    powers = [a_row(place, amount_fen=int(10 ** (4 + place % 997 / 997))) for place in range(997)]
    uniform = [a_row(place, amount_fen=(place % 9 + 1) * 10_000) for place in range(900)]

    by_law = benford_mad_ppm(columns_of(powers), 500)
    flat = benford_mad_ppm(columns_of(uniform), 500)

    assert by_law is not None
    assert by_law < 1_000
    # The mean of |1/9 − log10(1 + 1/d)| over d = 1 to 9.
    assert flat == 59_717


def test_first_digits_of_few_lines_are_not_tested() -> None:
    found = model.answer(GENUINE, PARAMETERS)

    assert found.not_tested == ("BENFORD",)


@SOME
@given(inputs=statements(), power=st.integers(0, 4))
def test_first_digits_do_not_depend_on_the_unit(inputs: model.Inputs, power: int) -> None:
    larger = [replace(one, amount_fen=one.amount_fen * 10**power) for one in inputs.rows]

    assert benford_mad_ppm(columns_of(larger), 1) == benford_mad_ppm(columns_of(inputs.rows), 1)


def test_rest_days_are_weekends_and_holidays_but_not_worked_weekends() -> None:
    days = [date(2026, 2, 13), date(2026, 2, 14), date(2026, 2, 16), date(2026, 3, 1)]
    columns = columns_of([a_row(place, booked_on=day) for place, day in enumerate(days)])

    found = rest_day_rows(columns, PARAMETERS.holidays, PARAMETERS.working_days)

    assert found == 2  # the Monday of the Spring Festival and a Sunday; the 14th was worked


def test_a_second_payment_of_the_same_amount_is_no_copy() -> None:
    first, second = a_row(1, balance_fen=100), a_row(2, balance_fen=1_234_667)

    assert "COPIED_ROWS" not in measures(model.Inputs(statements=(), rows=(first, second)))


@pytest.mark.parametrize(
    ("party", "balance", "copied"),
    [("甲公司", 100, 2), (None, 100, 2), ("甲公司", None, 2), ("乙公司", 100, 0), ("甲公司", 1, 0)],
)
def test_what_is_not_known_of_a_line_may_be_that_of_another(
    party: str | None, balance: int | None, copied: int
) -> None:
    lines = [a_row(1, balance_fen=100), a_row(2, balance_fen=balance, counterparty=party)]

    assert copied_rows(columns_of(lines)) == copied


def test_lines_that_hide_different_things_may_be_one() -> None:
    lines = [a_row(1, balance_fen=None), a_row(2, counterparty=None)]

    assert copied_rows(columns_of(lines)) == 2


def test_a_quarter_with_a_balance_not_known_has_no_plausible_interest() -> None:
    rows = list(GENUINE.rows)
    rows[5] = without(rows[5], ["balance_fen"])

    found = measures(replace(GENUINE, rows=tuple(rows)))

    assert found["INTEREST_MISFITS"] == 1_000_000


def test_ten_thousand_lines_are_read_whole() -> None:
    rows = tuple(
        a_row(
            place,
            booked_on=date(2025, 1, 1) + timedelta(days=place // 28),
            direction="in" if place % 2 else "out",
            amount_fen=10_007 * (place % 983 + 1),
            counterparty=None if place % 11 == 0 else f"P{place % 307}",
        )
        for place in range(10_000)
    )

    answered = model.answer(model.Inputs(statements=(), rows=rows), PARAMETERS)

    assert answered.level != "none"


def test_amounts_beyond_reason_overlaps_and_weights_off_the_whole_are_refused() -> None:
    overlapping = replace(GENUINE, statements=GENUINE.statements * 2)
    light = replace(PARAMETERS, benford=replace(PARAMETERS.benford, weight_ppm=0))

    with pytest.raises(ModelInputNotValid, match="amount_fen"):
        model.answer(replace(GENUINE, rows=(a_row(amount_fen=0),)), PARAMETERS)
    with pytest.raises(ModelInputNotValid, match="overlap"):
        model.answer(overlapping, PARAMETERS)
    with pytest.raises(ModelInputNotValid, match="weight_ppm"):
        model.answer(GENUINE, light)


@pytest.mark.full
@settings(max_examples=1_000)
@given(inputs=statements(), data=st.data())
def test_nothing_left_out_helps_many_statements(inputs: model.Inputs, data: Any) -> None:
    hidden = data.draw(st.sets(st.integers(0, len(inputs.rows) - 1), min_size=1))
    names = data.draw(st.sets(st.sampled_from(["balance_fen", "counterparty"]), min_size=1))
    rows = tuple(
        without(one, names) if place in hidden else one for place, one in enumerate(inputs.rows)
    )

    assert suspicion(replace(inputs, rows=rows)) >= suspicion(inputs)
