"""Classes of rows: every combination of conditions has one number, and filters know theirs."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from puhui.columns.layout import NO_CODE
from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.classes import Classes, classes_of
from risk.domain.indicators.definition import Condition

IN = Condition("direction", "in", ("in",))
BUSINESS = Condition("kind", "in", ("business", "pos"))
RELATED = Condition("related", "in", (True,))
LARGE = Condition("amount_fen", "ge", (100,))
FILTERS = ((), (IN,), (IN, BUSINESS), (RELATED, LARGE))
FIELDS = PRODUCTS["bank_flow/1"].tables["transactions"].fields


def class_of(found: Classes, codes: dict[str, int], large: bool) -> int:
    adds = sum(int(digit.adds[codes[digit.field]]) for digit in found.codes)
    return adds + sum(step for condition, step in found.others if condition == LARGE and large)


def test_a_filter_takes_exactly_the_classes_of_rows_for_which_all_its_conditions_hold() -> None:
    found = classes_of("bank_flow/1", "transactions", FILTERS)
    directions, kinds = tuple(FIELDS["direction"].codes), tuple(FIELDS["kind"].codes)

    for direction, kind, related, large in product(
        directions, kinds, (0, 1, NO_CODE), (False, True)
    ):
        codes = {"direction": directions.index(direction), "kind": kinds.index(kind)}
        number = class_of(found, codes | {"related": related}, large)
        business = kind in ("business", "pos")

        assert found.member[:, number].tolist() == [
            True,
            direction == "in",
            direction == "in" and business,
            related == 1 and large,
        ]


def test_codes_that_nobody_tells_apart_share_a_class() -> None:
    found = classes_of("bank_flow/1", "transactions", FILTERS)

    # Two directions, business or not, related or not (or null), large or not.
    assert (found.number, found.member.shape) == (2 * 2 * 2 * 2, (4, 16))


def test_without_conditions_all_rows_are_one_class() -> None:
    found = classes_of("tax/1", "arrears", ((),))

    assert np.array_equal(found.member, [[True]])


@pytest.mark.parametrize("field", ["purpose", "amount_fen"])
def test_only_codes_and_flags_are_told_apart_by_value(field: str) -> None:
    with pytest.raises(ValueError, match=field):
        classes_of("bank_flow/1", "transactions", ((Condition(field, "in", ("x",)),),))
