"""What a record tells a person: names beside codes, used indicators beside rules, masks on top."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from puhui.contracts.facts import FACT_PRODUCTS
from puhui.contracts.risk import VERDICT_NAMES
from risk.domain.explained_models import (
    HIDDEN,
    ExplainedModel,
    explained_models,
    hidden_fields,
    shown_entries,
)
from risk.domain.indicators.values import STATE_NAMES, IndicatorValue, State
from risk.domain.listing import Listed, Listing

HIGHEST_LEVEL: Final = 5
"""Levels of JR/T 0197: whoever sees this one sees everything."""
INPUT_KEYS: Final = frozenset({"input", "threshold_input", "indicator"})
"""Keys of a node that name what the node reads."""
SHOWN_KEYS: Final = frozenset({"code", "name", "stage", "effect", "op", "kind", "id", "fired"})
"""Keys that say what a node is, and nothing about the customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedIndicator:
    """An indicator that the evaluation read, as people read it."""

    name: str
    title: str
    value: str
    state: str
    unit: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One decision as its record tells it."""

    record: Mapping[str, Any]
    tree: Any
    indicators: tuple[UsedIndicator, ...]
    states: Mapping[str, int]
    """How many indicators of the library are in each state."""
    score: Mapping[str, Any] | None
    """None where the policy called no model."""
    models: tuple[ExplainedModel, ...]
    """What every model said, called by the policy or not."""
    shown_models: list[Mapping[str, Any]]
    """The same as the record has it, as far as the reader may see it."""
    whole: bool
    """Whether the reader may see every indicator of the library."""

    @property
    def shown_record(self) -> dict[str, Any]:
        """The record as far as the reader may see it; whole, it still has its hash."""
        record = {**self.record, "tree": self.tree, "score": self.score}
        record["models"] = self.shown_models
        if not self.whole:
            del record["indicators"]
        return record

    @property
    def verdict_name(self) -> str:
        """The verdict in Chinese."""
        return VERDICT_NAMES[self.record["verdict"]]

    @property
    def facts(self) -> list[dict[str, Any]]:
        """Each document with the names of its product and state."""
        return [
            {
                **fact,
                "product_name": FACT_PRODUCTS.get(fact["product"], fact["product"]),
                "state_name": STATE_NAMES[State(fact["state"])],
            }
            for fact in self.record["facts"]
        ]


def explain(record: Mapping[str, Any], listing: Listing, clear_level: int) -> Explanation:
    """Explain a record to somebody who may see data up to a level of sensitivity."""
    values = listing.values(record["indicators"])
    used = sorted(
        set(_names(record["tree"], listing)) | set(_names(record["score"], listing)),
        key=listing.names.index,
    )
    hidden = {name for name in used if listing.by_name[name].sensitivity > clear_level}
    masked = hidden | hidden_fields(clear_level)
    return Explanation(
        record=record,
        tree=_masked(record["tree"], masked),
        indicators=tuple(
            _used(listing.by_name[name], values[name], name in hidden) for name in used
        ),
        states=Counter(value.state.value for value in values.values()),
        score=_masked(record["score"], hidden),
        models=explained_models(record["models"], clear_level),
        shown_models=shown_entries(record["models"], clear_level),
        whole=all(one.sensitivity <= clear_level for one in listing.indicators),
    )


def display(listed: Listed, value: IndicatorValue) -> str:
    """A value with its decimals, or the name of its state."""
    if value.scaled is None:
        return STATE_NAMES[value.state]
    found = Decimal(value.scaled).scaleb(-listed.decimals)
    return f"{found:,f}"


def _used(listed: Listed, value: IndicatorValue, hidden: bool) -> UsedIndicator:
    return UsedIndicator(
        name=listed.id,
        title=listed.name_zh,
        value=HIDDEN if hidden else display(listed, value),
        state=value.state.value,
        unit=listed.unit,
        version=listed.version,
    )


def _names(node: Any, listing: Listing) -> Iterator[str]:
    """Every indicator that is named anywhere in a tree, as a text or as a key."""
    if isinstance(node, str):
        if node in listing.by_name:
            yield node
    elif isinstance(node, Mapping):
        for key, inner in node.items():
            yield from _names(key, listing)
            yield from _names(inner, listing)
    elif isinstance(node, Sequence):
        for inner in node:
            yield from _names(inner, listing)


def _masked(node: Any, hidden: set[str]) -> Any:
    """The tree without the values of what the reader may not see."""
    if not hidden or isinstance(node, str):
        return node
    if isinstance(node, Mapping):
        about = {node[key] for key in INPUT_KEYS if isinstance(node.get(key), str)}
        if about & hidden:
            kept = INPUT_KEYS | SHOWN_KEYS
            return {key: inner if key in kept else HIDDEN for key, inner in node.items()}
        return {
            key: HIDDEN if key in hidden else _masked(inner, hidden) for key, inner in node.items()
        }
    if isinstance(node, Sequence):
        return [_masked(inner, hidden) for inner in node]
    return node
