"""Nodes of a flow: what each kind gives, and what the tree tells of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from risk.adapters.zen_tables import ZenTables
from risk.domain.canonical import canonical_json
from risk.domain.errors import ModelNotTrusted, PolicyNotValid
from risk.domain.indicators.values import IndicatorValue, State
from risk.domain.inputs import Word, number
from risk.domain.policy.trace import trace_of
from risk.domain.policy.walk import evaluate
from tests.support.risk import AS_OF, PARAMETERS
from tests.unit.risk.policy.builders import (
    CAP,
    CAPPED,
    NOTHING,
    REQUEST,
    RULE_NODE,
    RULES,
    SCORE,
    a_policy,
    a_rule,
    a_table,
    entry,
    evaluated,
    read,
    rules,
)

PLAIN = read(a_policy([RULE_NODE], {"rules": RULES}))


def share(text: str) -> IndicatorValue:
    return IndicatorValue(State.OK, int(text), 4)


def test_without_a_fired_rule_the_verdict_is_approve() -> None:
    found = evaluated(PLAIN)

    assert (found.verdict, found.limit_fen, found.grade) == ("approve", 50_000_000, "A")
    assert [reason.code for reason in found.reasons] == ["OK"]


def test_every_rule_is_evaluated_and_the_most_severe_decides() -> None:
    found = evaluated(PLAIN, x_months=number(3), x_share=share("9500"))

    assert found.verdict == "decline"
    assert [one.rule.code for one in found.outcomes] == ["YOUNG", "NARROW", "YOUNG_AND_NARROW"]
    assert [reason.code for reason in found.reasons] == ["NARROW", "YOUNG_AND_NARROW"]
    assert (found.limit_fen, found.rate_bps) == (0, 0)


def test_a_rule_that_may_hold_fires_and_one_that_cannot_does_not() -> None:
    found = evaluated(PLAIN, x_months=NOTHING)

    assert found.verdict == "refer"
    assert entry(found, "rules")["fired"] == entry(found, "rules")["uncertain"] == ["YOUNG"]


def test_the_bitmap_tells_of_every_cell_whether_it_holds_and_of_every_input_why() -> None:
    found = entry(evaluated(PLAIN, x_months=NOTHING, x_share=share("8000")), "rules")

    assert [(one.row, one.input, one.cell, one.holds) for one in trace_of(PLAIN, found)] == [
        ("r0", "x.months", "null, < 6", None),
        ("r1", "x.share", "null, > 0.9", False),
        ("r2", "x.months", "null, < 10", None),
        ("r2", "x.share", "null, > 0.7", True),
    ]
    assert found["inputs"]["x.months"] == {"state": "vendor_error", "value": None}
    assert found["inputs"]["x.share"] == {"state": "ok", "value": "0.8000"}
    assert found["because"]["YOUNG_AND_NARROW"] == ["x.months", "x.share"]


def test_a_trace_needs_the_policy_that_was_used() -> None:
    with pytest.raises(PolicyNotValid):
        trace_of(PLAIN, {"id": "elsewhere", "true": "", "unknown": ""})


def test_a_value_at_the_threshold_is_below_it_or_not() -> None:
    at = evaluated(PLAIN, x_share=share("9000"), x_months=number(6))
    above = evaluated(PLAIN, x_share=share("9001"), x_months=number(6))

    assert entry(at, "rules")["fired"] == ["YOUNG_AND_NARROW"]
    assert "NARROW" in entry(above, "rules")["fired"]


def test_the_reason_shows_the_value_behind_it() -> None:
    (reason,) = evaluated(PLAIN, x_months=number(3)).reasons

    assert (reason.text, reason.customer_text) == ("内部YOUNG（3）", "客户YOUNG")


def test_a_waived_rule_is_shown_and_does_not_count() -> None:
    found = evaluated(PLAIN, x_months=number(3), waived={"YOUNG": "exc-7"})

    assert found.verdict == "approve"
    assert entry(found, "rules")["waived"] == {"YOUNG": "exc-7"}
    assert entry(found, "rules")["fired"] == ["YOUNG"]


def test_the_tree_is_canonical_json() -> None:
    assert canonical_json(evaluated(PLAIN, x_months=NOTHING).tree)


MATRIX = {
    "id": "matrix", "kind": "matrix", "name": "交叉表", "gives": CAP, "next": "score",
    "rows": {"input": "x.months", "unit": "month", "bands": ["null, < 6", ">= 6"]},
    "columns": {"input": "x.share", "unit": "ratio", "bands": ["null, > 0.5", "<= 0.5"]},
    "cells": [[10_000_000, 20_000_000], [30_000_000, 40_000_000]],
}  # fmt: skip


@pytest.mark.parametrize(
    ("months", "part", "limit"),
    [
        (number(6), share("5000"), 40_000_000),
        (number(5), share("5000"), 20_000_000),
        (number(6), share("5001"), 30_000_000),
        (NOTHING, NOTHING, 10_000_000),
    ],
)
def test_a_cross_table_gives_the_crossing(months: Any, part: Any, limit: int) -> None:
    policy = read(a_policy([MATRIX], changes=CAPPED))

    assert evaluated(policy, x_months=months, x_share=part).limit_fen == limit


TREE = {
    "id": "tree", "kind": "decision_tree", "name": "树", "gives": CAP, "next": "score",
    "tree": {"input": "x.months", "unit": "month", "branches": [
        {"when": "null, < 6", "then": {"give": {"cap": 10_000_000}}},
        {"when": ">= 6", "then": {"input": "x.word", "unit": "text", "branches": [
            {"when": 'null, "c"', "then": {"give": {"cap": 20_000_000}}},
            {"when": '"a", "b"', "then": {"give": {"cap": 30_000_000}}}]}}]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("months", "word", "limit"),
    [(5, "a", 10_000_000), (6, "a", 30_000_000), (6, "c", 20_000_000), (6, None, 20_000_000)],
)
def test_a_tree_leads_to_its_leaf(months: int, word: str | None, limit: int) -> None:
    policy = read(a_policy([TREE], changes=CAPPED))

    assert evaluated(policy, x_months=number(months), x_word=Word(word)).limit_fen == limit


def test_what_no_row_gives_is_missing_and_nobody_is_approved_without_a_limit() -> None:
    found = evaluated(read(a_policy([TREE], changes=CAPPED)), x_word=Word("d"))

    assert (found.verdict, found.limit_fen) == ("refer", 0)
    assert [reason.code for reason in found.reasons] == ["INCOMPLETE"]


def test_a_scorecard_adds_the_points_of_its_bands() -> None:
    bands = [{"cell": "null, < 6", "points": 0}, {"cell": ">= 6", "points": 30}]
    scorecard = {
        "id": "card", "kind": "scorecard", "name": "分", "base": 100, "next": "rules",
        "gives": {"name": "card.points", "name_zh": "分", "unit": "point", "worse": "lower"},
        "characteristics": [
            {"input": "x.months", "unit": "month", "bands": bands},
            {"input": "x.count", "unit": "count", "bands": bands},
        ],
    }  # fmt: skip
    table = rules({"p": "card.points"}, a_rule("FEW", "refer", p="< 130"))
    table["inputs"][0]["unit"] = "point"
    policy = read(a_policy([scorecard, RULE_NODE], {"rules": table}))

    found = [evaluated(policy, x_months=number(m), x_count=NOTHING) for m in (6, 5)]

    assert [entry(one, "card")["gave"]["card.points"] for one in found] == ["130", "100"]
    assert [one.verdict for one in found] == ["approve", "refer"]


CONDITIONS = a_table(
    {"m": "x.months"},
    [
        {
            "m": "null, < 12", "code": '"SHORT_TERM"', "text": '"短期"', "customer_text": '"短期"',
            "limit_cap_fen": "5000000", "term_cap_months": "6", "source": '"tests"',
            "confidence": '"✎"',
        }
    ],
    ("code", "text", "customer_text", "limit_cap_fen", "term_cap_months", "source", "confidence"),
    "collect",
)  # fmt: skip


@pytest.mark.parametrize(
    ("months", "limit", "term", "codes"),
    [
        (number(12), 50_000_000, None, []),
        (number(11), 5_000_000, 6, ["SHORT_TERM"]),
        (NOTHING, 5_000_000, 6, ["SHORT_TERM"]),
    ],
)
def test_a_condition_of_an_approval_caps_limit_and_term(
    months: Any, limit: int, term: int | None, codes: list[str]
) -> None:
    node = {
        "id": "terms",
        "kind": "condition_set",
        "name": "附加",
        "table": "terms",
        "next": "score",
    }
    caps = {"limit": {"caps": ["terms.limit_cap_fen"]}}

    found = evaluated(read(a_policy([node], {"terms": CONDITIONS}, changes=caps)), x_months=months)

    assert (found.limit_fen, found.term_cap_months) == (limit, term)
    assert [one.code for one in found.conditions] == codes


def test_a_table_that_is_not_compiled_runs_on_the_engine() -> None:
    table = rules({"m": "x.months"}, a_rule("YOUNG", "refer", m="null, < 3 + 3"))
    policy = read(a_policy([RULE_NODE], {"rules": table}))

    found = [evaluated(policy, x_months=m, engine=ZenTables()) for m in (number(5), number(6))]

    assert [one.verdict for one in found] == ["refer", "approve"]
    assert entry(found[0], "rules")["engine"] == "zen"
    with pytest.raises(PolicyNotValid):
        evaluated(policy)


def test_a_score_of_another_version_is_not_trusted() -> None:
    other = replace(SCORE, version="9.9.9")

    with pytest.raises(ModelNotTrusted):
        evaluate(PLAIN, REQUEST, scores={"m": other}, parameters=PARAMETERS.on(AS_OF))


def test_a_model_that_was_refused_is_a_missing_score_and_approves_nobody() -> None:
    found = evaluate(PLAIN, REQUEST, scores={}, parameters=PARAMETERS.on(AS_OF))

    assert found.verdict != "approve"
    assert found.score is None
    assert found.price is None


def test_an_input_that_nobody_gives_is_missing() -> None:
    inputs = {name: value for name, value in REQUEST.items() if name != "x.months"}
    scores = {"m": evaluated(PLAIN).score}

    found = evaluate(PLAIN, inputs, scores=scores, parameters=PARAMETERS.on(AS_OF))  # type: ignore[arg-type]

    assert found.verdict == "refer"
