"""JSONata of connectors: the document is data, only listed functions run, paths take a shortcut."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extdata.adapters.jsonata_pool import UNDEFINED, Expression, NotEvaluated, expression
from extdata.domain.errors import ConfigurationRefused

NAMES = st.sampled_from(["a", "b", "code", "data", "type", "keys", "length"])
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)
PAYLOADS = [
    "{{7*7}}",
    "$eval('1+1')",
    "${x}",
    "=cmd()",
    "#read('/etc/passwd')",
    "<img src=file:///etc/passwd>",
    "'; DROP TABLE x; --",
    "%s%n",
    "$$.secret",
    "\u202e\u0000\r\nX: y",
]


@settings(max_examples=400, deadline=None)
@given(
    document=st.dictionaries(NAMES, DOCUMENTS, max_size=4),
    path=st.lists(NAMES, min_size=1, max_size=4),
)
def test_a_bare_path_gives_what_the_library_gives(
    document: dict[str, Any], path: list[str]
) -> None:
    walked = Expression(".".join(path))

    assert walked.evaluate(document) == walked._by_library(document)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_stands_in_a_document_stays_text(payload: str) -> None:
    document = {"code": payload, "data": {payload: payload}}

    values = [
        expression("code").evaluate(document),
        expression('"" & code').evaluate(document),
        expression('{"a": code}').evaluate(document),
        expression("$string(code)").evaluate(document),
    ]

    assert values == [payload, payload, {"a": payload}, payload]


@pytest.mark.parametrize(
    "text",
    [
        "$eval(x)",
        "($f := $eval; $f(x))",
        "x ~> $eval",
        'x[$eval("1")]',
        'x{$eval("1"): 1}',
        'x^($eval("1"))',
        "function($x){$x}(1)",
        "(λ($x){$x})(1)",
        "$match(x, /(a+)+$/)",
        "x ~> /(a+)+$/",
        "[1..10000000]",
        '$pad("x", 100000000)',
        "$map(x, $string)",
        "$now()",
        "$random()",
        "$unknown",
        "($uppercase := $eval)",
        'x ~> |a|{"b": 1}|',
        "a.**",
        "a.%",
        "(",
        "",
    ],
)
def test_an_expression_beyond_the_list_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationRefused):
        Expression(text)


def test_an_expression_that_takes_too_long_is_stopped() -> None:
    step = "$count(x[a = 1])"
    slow = Expression(f"x.(x.({step} + {step}))")

    with pytest.raises(NotEvaluated):
        slow.evaluate({"x": [{"a": 1, "x": [{"a": 1}] * 300}] * 300})


def test_nothing_found_is_not_null() -> None:
    document = {"a": None}

    found = expression("a").evaluate(document), expression("b").evaluate(document)

    assert found == (None, UNDEFINED)


def test_one_expression_serves_many_threads() -> None:
    shared = expression('{"n": data.n, "s": $string(data.n)}')

    with ThreadPoolExecutor(8) as pool:
        values = list(pool.map(lambda n: shared.evaluate({"data": {"n": n}}), range(400)))

    assert values == [{"n": n, "s": json.dumps(n)} for n in range(400)]
