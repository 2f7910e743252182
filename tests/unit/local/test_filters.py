"""Filter patterns of event source mappings match as on AWS."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.filters import passes

RECORD = {
    "eventName": "INSERT",
    "dynamodb": {
        "Keys": {"pk": {"S": "OUTBOX#1"}},
        "NewImage": {"amount": {"N": "12"}, "tags": ["a", "b"], "flag": True, "empty": None},
    },
}


def at(path: str, rules: list[Any]) -> dict[str, Any]:
    pattern: Any = rules
    for part in reversed(path.split(".")):
        pattern = {part: pattern}
    found: dict[str, Any] = pattern
    return found


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (at("eventName", ["INSERT", "MODIFY"]), True),
        (at("eventName", ["REMOVE"]), False),
        (at("dynamodb.Keys.pk.S", [{"prefix": "OUTBOX#"}]), True),
        (at("dynamodb.Keys.pk.S", [{"prefix": "LOAN#"}]), False),
        (at("dynamodb.Keys.pk.S", [{"suffix": "#1"}]), True),
        (at("dynamodb.Keys.pk.S", [{"anything-but": ["OUTBOX#1"]}]), False),
        (at("dynamodb.Keys.pk.S", [{"anything-but": {"prefix": "X"}}]), True),
        (at("dynamodb.Keys.pk.S", [{"equals-ignore-case": "outbox#1"}]), True),
        (at("dynamodb.NewImage.amount.N", [{"numeric": [">", 10, "<=", 12]}]), True),
        (at("dynamodb.NewImage.amount.N", [{"numeric": [">", 12]}]), False),
        (at("dynamodb.NewImage.tags", ["b"]), True),
        (at("dynamodb.NewImage.flag", [True]), True),
        (at("dynamodb.NewImage.flag", [1]), False),
        (at("dynamodb.NewImage.empty", [None]), True),
        (at("dynamodb.OldImage", [{"exists": False}]), True),
        (at("dynamodb.NewImage.amount.N", [{"exists": True}]), True),
        (at("dynamodb.nobody.S", ["x"]), False),
        ({"$or": [at("eventName", ["X"]), at("dynamodb.Keys.pk.S", ["OUTBOX#1"])]}, True),
    ],
)
def test_a_pattern_matches(pattern: dict[str, Any], expected: bool) -> None:
    assert passes(RECORD, [pattern]) is expected


def test_one_of_several_patterns_is_enough() -> None:
    assert passes(RECORD, [at("eventName", ["X"]), at("eventName", ["INSERT"])])


def test_without_patterns_everything_passes() -> None:
    assert passes(RECORD, [])


def test_a_rule_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="cidr"):
        passes(RECORD, [at("eventName", [{"cidr": "10.0.0.0/8"}])])
