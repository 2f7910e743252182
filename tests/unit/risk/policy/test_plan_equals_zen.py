"""A compiled table answers as zen does, and zen does what our decision record says of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.adapters.zen_tables import ZenTables
from risk.domain.errors import PolicyNotProven
from risk.domain.indicators.values import IndicatorValue, State
from risk.domain.inputs import InputDefinition
from risk.domain.policy import Policy
from risk.domain.policy.cells import CellNotValid, parse_cell
from risk.domain.policy.contexts import context_of
from risk.domain.policy.document import read_policy
from risk.domain.policy.findings import Findings
from risk.domain.policy.kinds import TableNode
from risk.domain.policy.parts import Table
from risk.domain.policy.proof import CONTEXTS, prove_policy, prove_table
from risk.domain.policy.tables import TableReader, constant
from risk.usecases.prove_policy import ProvePolicy
from tests.support.risk import AS_OF, POLICIES
from tests.support.risk_policies import DRAFT
from tests.unit.risk.policy.builders import a_table
from tests.unit.risk.policy.builders import catalogue as small_catalogue

ZEN = ZenTables()
PUBLISHED = POLICIES.in_force(AS_OF)
POLICIES_PROVEN = {"published": PUBLISHED, "draft": read_policy(DRAFT.read_bytes())}
COLUMNS = {"m": "x.months", "s": "x.share", "c": "x.count", "w": "x.word"}


@pytest.mark.parametrize("policy", POLICIES_PROVEN.values(), ids=POLICIES_PROVEN.keys())
def test_every_table_answers_as_zen_does(policy: Policy) -> None:
    proofs = prove_policy(policy, ZEN, contexts=300)

    assert [proof.differences for proof in proofs] == [()] * len(proofs)
    assert all(proof.matched > 0 for proof in proofs)


@pytest.mark.full
@pytest.mark.parametrize("policy", POLICIES_PROVEN.values(), ids=POLICIES_PROVEN.keys())
def test_every_table_answers_as_zen_does_on_ten_thousand_contexts(policy: Policy) -> None:
    assert CONTEXTS >= 10_000
    assert all(not proof.differences for proof in ProvePolicy(ZEN)(policy))


@pytest.mark.parametrize("policy", POLICIES_PROVEN.values(), ids=POLICIES_PROVEN.keys())
def test_every_row_gives_in_zen_what_we_read_from_it(policy: Policy) -> None:
    """A row whose output zen cannot read is dropped without a word."""
    for node in policy.nodes:
        if isinstance(node, TableNode):
            content = {**node.table.content, "hitPolicy": "collect"}
            rules = [dict.fromkeys(row, "") | kept(row, content) for row in content["rules"]]
            (found,) = ZEN.outputs(content | {"rules": rules}, ["{}"])
            told = [{k: v for k, v in row.items() if k != "row_number"} for row in found]
            assert told == [dict(row.outputs) for row in node.table.rows], node.id


def kept(row: dict[str, str], content: dict[str, Any]) -> dict[str, str]:
    return {one["id"]: row[one["id"]] for one in content["outputs"] if row.get(one["id"])}


NUMBERS = st.sampled_from(["-1", "0", "1", "2", "0.5", "0.00005", "12", "0.12345"])
COMPARED = st.builds(
    lambda op, n: f"{op} {n}", st.sampled_from(["<", "<=", ">", ">=", "=="]), NUMBERS
)
INTERVALS = st.builds(
    lambda a, low, high, b: f"{a}{low}..{high}{b}",
    st.sampled_from("[("), st.sampled_from(["-1", "0", "0.5"]),
    st.sampled_from(["1", "2.5", "12"]), st.sampled_from("])"),
)  # fmt: skip
ONE = st.one_of(NUMBERS, COMPARED, INTERVALS)
NUMERIC = st.builds(
    lambda null, parts: ", ".join([*(["null"] if null else []), *parts]),
    st.booleans(), st.lists(ONE, max_size=3),
)  # fmt: skip
WORDS = st.builds(
    lambda null, words: ", ".join([*(["null"] if null else []), *(f'"{word}"' for word in words)]),
    st.booleans(), st.lists(st.sampled_from(["a", "b", "c,d"]), max_size=2),
)  # fmt: skip
AGAINST = st.sampled_from(["", "null, < x.count", ">= x.count", "null, == x.count"])
ROWS = st.lists(
    st.fixed_dictionaries(
        {"m": AGAINST | NUMERIC, "s": NUMERIC, "c": NUMERIC, "w": WORDS, "o": st.just("1")}
    ),
    min_size=1,
    max_size=5,
)


def counted(name: str) -> InputDefinition | None:
    """Months as a count, so that they can be compared with one."""
    found = small_catalogue(name)
    return replace(found, unit="count") if found is not None and name == "x.months" else found


def read_table(rows: list[dict[str, str]], hit: str) -> Table:
    body = a_table(COLUMNS, rows, ("o",), hit)
    body["inputs"][0]["unit"] = "count"
    return TableReader(counted, Findings()).read("random", body)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, hit=st.sampled_from(["first", "collect"]), seed=st.integers(0, 999))
def test_random_tables_answer_as_zen_does(rows: list[dict[str, str]], hit: str, seed: int) -> None:
    table = read_table(rows, hit)

    assert table.compiled
    assert prove_table(table, ZEN, contexts=60, seed=seed).differences == ()


def test_a_proof_notices_a_difference() -> None:
    class Wrong:
        def rows(self, content: Any, contexts: Any) -> list[tuple[int, ...]]:
            return [(999,) for _ in contexts]

    with pytest.raises(PolicyNotProven):
        ProvePolicy(Wrong())(PUBLISHED, contexts=10)


def zen_rows(cells: list[str], context: str, hit: str = "collect") -> tuple[int, ...]:
    table = a_table({"m": "x"}, [{"m": cell, "o": "1"} for cell in cells], ("o",), hit)
    (found,) = ZEN.rows(table, [context])
    return found


def test_in_zen_a_comparison_with_null_is_no_match_and_no_error() -> None:
    cells = ["< 5", ">= 5", "[0..9]", "null", "null, < 5", "< 5, null", ""]

    assert zen_rows(cells, '{"x": null}') == zen_rows(cells, "{}") == (3, 4, 6)


def test_in_zen_a_cell_that_cannot_be_read_is_no_match_either() -> None:
    assert zen_rows(["bad (", "-", "(..5)", "< 5"], '{"x": 1}') == (3,)
    assert zen_rows(["[5..1]", "(3..3)", "[3..3]"], '{"x": 3}') == (2,)


def test_in_zen_a_negation_takes_null_for_a_value() -> None:
    assert zen_rows(["!= 5", "not in [1]", "!= null"], '{"x": null}') == (0, 1)


def test_in_zen_a_first_table_without_a_match_gives_nothing() -> None:
    assert zen_rows(["< 5", "> 7"], '{"x": 6}', "first") == ()
    assert zen_rows(["< 5", "< 7", "< 9"], '{"x": 6}', "first") == (1,)


def test_in_zen_sums_of_decimals_are_exact() -> None:
    assert zen_rows(["== 0.1 + 0.2"], '{"x": 0.3}') == (0,)


def test_in_zen_an_escape_in_an_output_drops_the_row() -> None:
    rows = [{"m": "", "o": '"a \\"b\\""'}, {"m": "", "o": '"c"'}]
    table = a_table({"m": "x"}, rows, ("o",), "collect")

    assert [one["o"] for one in ZEN.outputs(table, ["{}"])[0]] == ["c"]
    with pytest.raises(ValueError, match="a"):
        constant('"a \\"b\\""')


@pytest.mark.parametrize(
    ("x", "matches"),
    [
        ("9007199254740992", False),
        ("9007199254740993", True),
        ("0.1", False),
        ("9007199254740992.00000001", True),
    ],
)
def test_in_zen_decimals_of_a_json_text_are_exact(x: str, matches: bool) -> None:
    assert bool(zen_rows(["> 9007199254740992"], f'{{"x": {x}}}')) is matches


def test_a_context_is_nested_json_with_exact_decimals() -> None:
    values = {
        "a.b.c": IndicatorValue(State.OK, 7_312, 4),
        "a.b.d": IndicatorValue(State.MISSING),
        "e": IndicatorValue(State.OK, 10**18, 0),
    }

    assert context_of(values, sorted(values)) == (
        '{"a":{"b":{"c":0.7312,"d":null}},"e":1000000000000000000}'
    )
    assert json.loads(context_of(values, sorted(values)))["a"]["b"]["c"] == 0.7312


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("< 0.7", [(None, 6_999)]),
        ("<= 0.7", [(None, 7_000)]),
        ("> 0.7", [(7_001, None)]),
        (">= 0.70005", [(7_001, None)]),
        ("> 0.70005", [(7_001, None)]),
        ("< 0.70005", [(None, 7_000)]),
        ("[0.1..0.2)", [(1_000, 1_999)]),
        ("0.5, 0.6", [(5_000, 5_000), (6_000, 6_000)]),
    ],
)
def test_a_cell_is_whole_numbers_at_the_inputs_decimals(text: str, spans: Any) -> None:
    cell = parse_cell(text)
    assert cell is not None

    found = [
        (None if low < -(10**17) else low, None if high > 10**17 else high)
        for low, high in cell.spans(4)
    ]

    assert found == spans


@pytest.mark.parametrize("text", ["1 2", "x", "not 1", "!= 5", "> 1 and < 5", "[1..x.y]", ",1"])
def test_what_is_not_understood_is_said_to_be_not_compiled(text: str) -> None:
    with pytest.raises(CellNotValid) as caught:
        parse_cell(text)

    assert caught.value.code == "CELL_NOT_COMPILED"
