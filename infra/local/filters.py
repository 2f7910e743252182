"""Matches records against the filter patterns of an event source mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import eq, ge, gt, le, lt
from typing import Any

COMPARISONS = {"=": eq, ">": gt, ">=": ge, "<": lt, "<=": le}
_ABSENT = object()


def passes(record: Any, patterns: Iterable[Mapping[str, Any]]) -> bool:
    """True when no pattern is given, or at least one of them matches."""
    patterns = list(patterns)
    return not patterns or any(matches(record, pattern) for pattern in patterns)


def matches(value: Any, pattern: Mapping[str, Any]) -> bool:
    """Every key of the pattern must match; `$or` needs one of its patterns."""
    for key, wanted in pattern.items():
        if key == "$or":
            if not any(matches(value, one) for one in wanted):
                return False
            continue
        found = value.get(key, _ABSENT) if isinstance(value, Mapping) else _ABSENT
        if isinstance(wanted, Mapping):
            if not matches({} if found is _ABSENT else found, wanted):
                return False
        elif not _matches_any(found, wanted):
            return False
    return True


def _matches_any(found: Any, rules: Iterable[Any]) -> bool:
    values = found if isinstance(found, list) else [found]
    return any(_matches_rule(value, rule) for rule in rules for value in values)


def _matches_rule(value: Any, rule: Any) -> bool:
    if not isinstance(rule, Mapping):
        return value is not _ABSENT and value == rule and type(value) is type(rule)
    kind, argument = next(iter(rule.items()))
    if kind == "exists":
        return bool((value is not _ABSENT) == argument)
    if value is _ABSENT:
        return False
    if kind not in _RULES:
        raise ValueError(f"filter rule {kind!r} is not supported")
    return _RULES[kind](value, argument)


def _is_anything_but(value: Any, argument: Any) -> bool:
    if isinstance(argument, Mapping):
        return not _matches_rule(value, argument)
    return value not in (argument if isinstance(argument, list) else [argument])


def _is_in_range(value: Any, conditions: list[Any]) -> bool:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return False
    pairs = zip(conditions[::2], conditions[1::2], strict=True)
    return all(COMPARISONS[operator](number, float(limit)) for operator, limit in pairs)


def _text(compare: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    return lambda value, argument: isinstance(value, str) and compare(value, argument)


_RULES: Mapping[str, Callable[[Any, Any], bool]] = {
    "anything-but": _is_anything_but,
    "numeric": _is_in_range,
    "prefix": _text(str.startswith),
    "suffix": _text(str.endswith),
    "equals-ignore-case": _text(lambda value, wanted: value.lower() == wanted.lower()),
}
