"""JSONata with bound variables: values, nulls, nothing, errors, many threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.jsonata_engine import UNDEFINED, JsonataEngine, QueryFailed

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=20),
    lambda inner: st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=4),
    max_leaves=8,
)
VARIABLES = {
    "states": {"input": {"amount_fen": 12, "name": 'he said "it\'s fine" ${x}'}},
    "nothing": None,
    "one": [1],
    "none": [],
    "rate": 4.0,
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("$states.input.amount_fen + 1", 13),
        ("$states.input.name", 'he said "it\'s fine" ${x}'),
        ("$nothing", None),
        ("$exists($nothing)", True),
        ("$exists($nobody)", False),
        ("$nobody", UNDEFINED),
        ("$states.input.nobody.more", UNDEFINED),
        ("$one", [1]),
        ("$none", []),
        ("$rate", 4),
        ("$count($none) > 0", False),
        ("{'kept': $nothing, 'dropped': $nobody}", {"kept": None}),
        ("$min([$states.input.amount_fen, 5])", 5),
        ("$nobody ? 1 : 2", 2),
        ("$string(3) & '-' & $rate", "3-4"),
    ],
)
def test_an_expression_has_a_value(expression: str, expected: Any) -> None:
    value = JsonataEngine().evaluate(expression, VARIABLES)

    assert value == expected
    assert not isinstance(value, float)


@pytest.mark.parametrize(
    "expression",
    ["$states.input.name + 1", "$unknownFunction(1)", "((", "$sum", "function($a){$a}"],
)
def test_an_expression_that_cannot_be_evaluated_fails(expression: str) -> None:
    with pytest.raises(QueryFailed):
        JsonataEngine().evaluate(expression, VARIABLES)


@given(JSON)
def test_a_bound_variable_comes_back_as_it_is(value: Any) -> None:
    returned = JsonataEngine().evaluate("$value", {"value": value})

    assert returned == value


def test_threads_do_not_see_each_other() -> None:
    engine = JsonataEngine()
    expression = "$sum($map([1..50], function($i){$i*$n}))"

    with ThreadPoolExecutor(8) as pool:
        values = list(pool.map(lambda n: engine.evaluate(expression, {"n": n}), range(200)))

    assert values == [1275 * n for n in range(200)]


def test_a_result_does_not_share_memory_with_its_input() -> None:
    given_value = {"list": [{"deep": 1}]}

    JsonataEngine().evaluate("$given", {"given": given_value})["list"][0]["deep"] = 2

    assert given_value == {"list": [{"deep": 1}]}
