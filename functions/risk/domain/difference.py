"""Where two records of one decision first differ, and which part of the platform that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from risk.domain.listing import Listing, ListingNotReadable

Part = Literal["record", "fact", "library", "policy", "model", "parameters", "labels", "code"]
PART_NAMES: Final[Mapping[Part, str]] = {
    "record": "决策记录",
    "fact": "事实文档",
    "library": "指标库",
    "policy": "策略",
    "model": "模型",
    "parameters": "参数表",
    "labels": "监管标识规则",
    "code": "代码",
}
ORDER: Final = (
    "schema",
    "decision_id",
    "request",
    "given",
    "manifest",
    "facts",
    "indicators",
    "score",
    "limit",
    "price",
    "tree",
    "verdict",
    "reasons",
    "conditions",
    "limit_fen",
    "annual_rate_bps",
    "grade",
    "labels",
)
"""Causes before effects: the first difference is the one that explains the others."""
NOTHING: Final = "(absent)"
MAX_TEXT: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place where what is computed now is not what was recorded."""

    part: Part
    path: str
    recorded: Any
    recomputed: Any

    @property
    def document(self) -> dict[str, Any]:
        """As commands print it; long values are cut."""
        return {
            "part": self.part,
            "path": self.path,
            "recorded": _short(self.recorded),
            "recomputed": _short(self.recomputed),
        }


def first_difference(
    recorded: Mapping[str, Any], recomputed: Mapping[str, Any], listing: Listing
) -> Difference | None:
    """The first place in the order of causes; None when both say the same."""
    for key in (*ORDER, *sorted(set(recorded) - set(ORDER))):
        one, other = recorded.get(key, NOTHING), recomputed.get(key, NOTHING)
        if one == other:
            continue
        if key == "indicators":
            one, other = _named(one, listing), _named(other, listing)
        path, left, right = next(_differences(one, other, f"$.{key}"))
        part: Part = "fact" if key == "facts" else "code"
        return Difference(part=part, path=path, recorded=left, recomputed=right)
    return None


def _named(indicators: Any, listing: Listing) -> Any:
    """Indicators by name, so that the difference names one."""
    try:
        values = listing.values(indicators)
    except (ListingNotReadable, KeyError, TypeError):
        return indicators
    return {
        name: {"state": value.state.value, "scaled": value.scaled} for name, value in values.items()
    }


def _differences(one: Any, other: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in [*one, *(key for key in other if key not in one)]:
            left, right = one.get(key, NOTHING), other.get(key, NOTHING)
            if left != right:
                yield from _differences(left, right, f"{path}.{key}")
    elif _is_list(one) and _is_list(other):
        for at in range(max(len(one), len(other))):
            left = one[at] if at < len(one) else NOTHING
            right = other[at] if at < len(other) else NOTHING
            if left != right:
                yield from _differences(left, right, f"{path}[{at}]")
    else:
        yield path, one, other


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _short(value: Any) -> Any:
    if isinstance(value, str):
        return value[:MAX_TEXT]
    if isinstance(value, Mapping) or _is_list(value):
        return str(value)[:MAX_TEXT]
    return value
