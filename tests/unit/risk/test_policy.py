"""Policies: three-valued rules, the most severe effect, and a reader that refuses what is odd."""

from __future__ import annotations

import copy
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.adapters.packaged_policies import MODULE, PackagedPolicies
from risk.domain.errors import PolicyNotValid
from risk.domain.indicators.values import State
from risk.domain.inputs import DERIVED, Input, display
from risk.domain.policy import (
    SEVERITY,
    Comparison,
    Condition,
    Connective,
    Group,
    evaluate,
    verdict_of,
)
from risk.domain.policy_document import read_policy
from tests.support.risk import AS_OF, POLICIES

(FILE,) = sorted((MODULE / "policies").glob("*.json"))
DOCUMENT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
POLICY = POLICIES.in_force(AS_OF)
NAMES = ["score.points", "limit.fen", "firm.age_months"]
MISSING = Input(None, State.MISSING)


def changed(**changes: Any) -> bytes:
    return json.dumps(DOCUMENT | changes, ensure_ascii=False).encode()


def with_rule(**changes: Any) -> bytes:
    document = copy.deepcopy(DOCUMENT)
    document["rules"][0] |= changes
    return json.dumps(document, ensure_ascii=False).encode()


LEAVES = st.builds(
    Comparison,
    st.sampled_from(NAMES),
    st.sampled_from(["lt", "le", "gt", "ge"]),
    st.one_of(st.integers(-2, 2).map(Decimal), st.sampled_from(NAMES)),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        Group, st.sampled_from(Connective), st.lists(inner, min_size=1, max_size=3).map(tuple)
    ),
    max_leaves=6,
)
INPUTS = st.fixed_dictionaries({name: st.integers(-2, 2).map(Input.of_number) for name in NAMES})


@given(condition=CONDITIONS, inputs=INPUTS, missing=st.sets(st.sampled_from(NAMES)))
def test_taking_a_value_away_only_makes_conditions_uncertain(
    condition: Condition, inputs: dict[str, Input], missing: set[str]
) -> None:
    holed = {name: MISSING if name in missing else value for name, value in inputs.items()}

    before, after = condition.holds(inputs), condition.holds(holed)

    assert before is not None
    assert after in (before, None)


@given(condition=CONDITIONS)
def test_what_nobody_knows_is_uncertain(condition: Condition) -> None:
    assert condition.holds(dict.fromkeys(NAMES, MISSING)) is None


@pytest.mark.parametrize(
    ("op", "found"), [("lt", False), ("le", True), ("gt", False), ("ge", True)]
)
def test_a_value_at_the_threshold(op: str, found: bool) -> None:
    leaf = Comparison("score.points", op, Decimal(480))

    assert leaf.holds({"score.points": Input.of_number(480)}) is found


def test_a_rule_that_may_hold_fires() -> None:
    outcomes = evaluate(POLICY, dict.fromkeys(POLICY.inputs, MISSING))

    assert all(outcome.fired and outcome.holds is None for outcome in outcomes)
    assert verdict_of(outcomes) == "decline"


def test_without_a_fired_rule_the_verdict_is_approve() -> None:
    assert verdict_of(()) == "approve"


def test_the_published_policy_is_in_force_and_named_by_its_bytes() -> None:
    assert (POLICY.id, POLICY.sha256) == ("sme_invoice_loan", read_policy(FILE.read_bytes()).sha256)


def test_every_rule_speaks_to_staff_and_to_the_customer_and_names_its_source() -> None:
    for rule in POLICY.rules:
        assert rule.source
        assert rule.text != rule.customer_text
        assert not any(word in rule.customer_text for word in ("评分", "违约", "阈值", "%"))


def test_numbers_that_are_not_read_in_a_law_are_marked() -> None:
    assert {rule.confidence for rule in POLICY.rules} <= {"✎", "◐"}


def test_every_grade_has_a_price_curve_and_a_cap() -> None:
    from tests.support.risk import PARAMETERS

    parameters = PARAMETERS.on(AS_OF)
    for band in POLICY.grades:
        assert band.grade in parameters.pricing.curves
        assert band.grade in parameters.limit.grade_caps_fen


def test_a_better_score_is_never_a_worse_grade() -> None:
    order = [band.grade for band in POLICY.grades]
    grades = [order.index(POLICY.grade_of(points)) for points in range(1_001)]

    assert grades == sorted(grades, reverse=True)


def test_amounts_are_told_in_yuan_and_shares_in_percent() -> None:
    share = "ent.inv.out_party.all.l12m.top1"

    assert display("limit.fen", Input.of_number(123_456_78)) == "123,456.78元"
    assert display(share, Input(Decimal("0.7312"))) == "73.12%"
    assert display(share, MISSING) == "缺失"


def test_every_derived_input_has_a_chinese_name() -> None:
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in name) for name in DERIVED.values())


LEAF = {"input": "score.points", "op": "lt", "value": 1}
DEFECTS: dict[str, bytes] = {
    "no json": b"{",
    "another schema": changed(schema="policy/2"),
    "no rules": changed(rules=[]),
    "no grades": changed(grades=[]),
    "grades that do not reach zero": changed(grades=[{"grade": "A", "min_points": 100}]),
    "grades upside down": changed(
        grades=[{"grade": "B", "min_points": 0}, {"grade": "A", "min_points": 100}]
    ),
    "a rule code twice": changed(rules=[DOCUMENT["rules"][0], DOCUMENT["rules"][0]]),
    "a missing day": changed(valid_from="someday"),
    "an effect that approves": with_rule(effect="approve"),
    "an unknown effect": with_rule(effect="perhaps"),
    "no source": with_rule(source=""),
    "no confidence": with_rule(confidence="sure"),
    "no customer text": with_rule(customer_text=""),
    "a text without end": with_rule(text="长" * 161),
    "an unknown input": with_rule(when=LEAF | {"input": "ent.inv.unknown"}),
    "an unknown threshold input": with_rule(when=LEAF | {"value": {"input": "nothing"}}),
    "an unknown operator": with_rule(when=LEAF | {"op": "eq"}),
    "a float threshold": with_rule(when=LEAF | {"value": 0.7}),
    "a truth value as threshold": with_rule(when=LEAF | {"value": True}),
    "a threshold that is no number": with_rule(when=LEAF | {"value": "many"}),
    "an unknown key": with_rule(when=LEAF | {"unless": 1}),
    "an empty group": with_rule(when={"all": []}),
    "nesting without end": with_rule(when={"all": [{"any": [{"all": [{"any": [LEAF]}]}]}]}),
}


@pytest.mark.parametrize("body", DEFECTS.values(), ids=DEFECTS.keys())
def test_a_policy_with_a_defect_is_refused(body: bytes) -> None:
    with pytest.raises(PolicyNotValid):
        read_policy(body)


def test_the_newest_policy_in_force_decides(tmp_path: Any) -> None:
    for version, begins in (("1", "2016-01-01"), ("2", "2026-01-01")):
        (tmp_path / f"{version}.json").write_bytes(changed(version=version, valid_from=begins))
    policies = PackagedPolicies(tmp_path)

    assert policies.in_force(date(2025, 12, 31)).version == "1"
    assert policies.in_force(date(2026, 1, 1)).version == "2"


def test_a_day_without_a_policy_is_an_error(tmp_path: Any) -> None:
    with pytest.raises(PolicyNotValid):
        PackagedPolicies(tmp_path).in_force(AS_OF)


def test_severity_orders_the_verdicts() -> None:
    assert sorted(SEVERITY, key=SEVERITY.__getitem__) == ["approve", "refer", "decline"]
