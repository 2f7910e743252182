"""Ways through a flow: a condition, a sub-flow, a champion and its challenger."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from risk.domain.inputs import Word, number
from risk.domain.policy.kinds import Split
from risk.domain.policy.steps import arm_of
from tests.unit.risk.policy.builders import (
    CAP,
    CAPPED,
    NOTHING,
    RULE_NODE,
    RULES,
    a_policy,
    evaluated,
    read,
)

BRANCH = {
    "id": "old", "kind": "condition", "name": "经营满一年",
    "when": [{"input": "x.months", "unit": "month", "cell": ">= 12"}],
    "yes": "score", "no": "rules",
}  # fmt: skip
BRANCHED = read(a_policy([BRANCH, RULE_NODE], {"rules": RULES}))


@pytest.mark.parametrize(("months", "verdict"), [(number(12), "approve"), (number(5), "refer")])
def test_a_condition_chooses_the_way(months: Any, verdict: str) -> None:
    assert evaluated(BRANCHED, x_months=months).verdict == verdict


def test_a_condition_that_is_not_known_is_walked_both_ways_and_the_worse_stands() -> None:
    found = evaluated(BRANCHED, x_months=NOTHING)

    assert found.verdict == "refer"
    (condition,) = found.tree
    assert condition["holds"] is None
    assert condition["both"]["no"][0]["id"] == "rules"
    assert condition["both"]["yes"][0]["id"] == "score"


def flow_of(cap: int, version: str = "1") -> dict[str, Any]:
    tree = {"id": f"cap{cap}", "kind": "decision_tree", "name": "树", "gives": CAP, "next": None}
    body = {"input": "x.months", "unit": "month", "branches": [
        {"when": "null, < 99", "then": {"give": {"cap": cap}}},
        {"when": ">= 99", "then": {"give": {"cap": cap}}}]}  # fmt: skip
    return {"version": version, "start": tree["id"], "nodes": [tree | {"tree": body}]}


def test_a_sub_flow_is_walked_and_left_again() -> None:
    node = {
        "id": "sub",
        "kind": "subflow",
        "name": "子",
        "flow": "caps",
        "version": "1",
        "next": "score",
    }
    policy = read(a_policy([node], subflows={"caps": flow_of(20_000_000)}, changes=CAPPED))

    found = evaluated(policy)

    assert found.limit_fen == 20_000_000
    assert [one["id"] for one in found.tree][:3] == ["sub", "cap20000000", "score"]


SPLIT = {
    "id": "split", "kind": "split", "name": "冠军挑战者", "key": "request.application_id",
    "salt": "s", "next": "score", "arms": [
        {"name": "champion", "weight_bp": 7_000, "flow": "one", "version": "1"},
        {"name": "challenger", "weight_bp": 3_000, "flow": "two", "version": "1"}],
}  # fmt: skip
FLOWS = {"one": flow_of(20_000_000), "two": flow_of(30_000_000)}


def test_the_same_request_always_goes_the_same_way() -> None:
    policy = read(a_policy([SPLIT], subflows=FLOWS, changes=CAPPED))
    key = {"request_application_id": Word("app-77")}

    limits = {evaluated(policy, **key).limit_fen for _ in range(3)}

    assert len(limits) == 1


def test_requests_are_split_by_their_weights() -> None:
    policy = read(a_policy([SPLIT], subflows=FLOWS, changes=CAPPED))
    node = policy.flows["main"].nodes["split"]
    assert isinstance(node, Split)

    arms = Counter(arm_of(node, Word(f"app-{number}"))[0].name for number in range(4_000))

    assert 0.66 < arms["champion"] / 4_000 < 0.74
