"""Proves a compiled table equal to a reference engine on random contexts around every threshold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from risk.domain.evaluation import TableEngine
from risk.domain.indicators.values import IndicatorValue, State
from risk.domain.inputs import Input, Word
from risk.domain.policy.cells import HIGHEST, LOWEST
from risk.domain.policy.contexts import context_of
from risk.domain.policy.kinds import TableNode
from risk.domain.policy.model import Policy
from risk.domain.policy.parts import FIRST, Table
from risk.domain.policy.plan import UNKNOWN_WORD, Bits, Numbers, Plan, plan_of

CONTEXTS: Final = 10_000
"""What a publication asks for, for each table."""
NULL_SHARE: Final = 0.15
PAIR_SHARE: Final = 0.5
OTHER_WORD: Final = "no such word"
MAX_EXAMPLES: Final = 5
EXTREMES: Final = (0, -1, 1, 10**15, -(10**15))


@dataclass(frozen=True, slots=True, kw_only=True)
class TableProof:
    """How many contexts were compared, and the first in which the two disagree."""

    table: str
    contexts: int
    matched: int
    """Contexts in which at least one row matched: a proof of nothing proves nothing."""
    differences: tuple[str, ...]


def prove_policy(
    policy: Policy, engine: TableEngine, *, contexts: int = CONTEXTS, seed: int = 0
) -> tuple[TableProof, ...]:
    """Prove every compiled table of a policy."""
    return tuple(
        prove_table(table, engine, contexts=contexts, seed=seed)
        for table in compiled_tables(policy)
    )


def compiled_tables(policy: Policy) -> tuple[Table, ...]:
    """Each compiled table once, in the order of the flow's nodes."""
    tables = {
        node.table.id: node.table
        for node in policy.nodes
        if isinstance(node, TableNode) and node.table.compiled
    }
    return tuple(tables.values())


def prove_table(
    table: Table, engine: TableEngine, *, contexts: int = CONTEXTS, seed: int = 0
) -> TableProof:
    """Compare the rows that match, context by context."""
    plan = plan_of(table)
    values, known = random_vectors(plan, contexts, seed)
    texts = [
        context_of(inputs_at(plan, numbers, sure), plan.names)
        for numbers, sure in zip(values, known, strict=True)
    ]
    ours = matched_rows(table, plan.evaluate(values, known).rows)
    theirs = engine.rows(table.content, texts)
    different = [
        json.dumps({"context": text, "plan": one, "reference": other})
        for text, one, other in zip(texts, ours, theirs, strict=True)
        if one != other
    ]
    return TableProof(
        table=table.id,
        contexts=contexts,
        matched=sum(1 for rows in ours if rows),
        differences=tuple(different[:MAX_EXAMPLES]),
    )


def matched_rows(table: Table, rows: Bits) -> list[tuple[int, ...]]:
    """The rows that answer, as the table's hit policy has it."""
    found = (tuple(np.flatnonzero(one).tolist()) for one in rows)
    return [one[:1] if table.hit == FIRST else one for one in found]


def random_vectors(plan: Plan, count: int, seed: int) -> tuple[Numbers, Bits]:
    """Values at, just below and just above every threshold, some far away, some not known."""
    random = np.random.default_rng(seed)
    values = np.zeros((count, len(plan.names)), np.int64)
    for column in range(len(plan.names)):
        values[:, column] = random.choice(np.array(pool(plan, column), np.int64), count)
    for left, right in zip(plan.left, plan.right, strict=True):
        near = random.random(count) < PAIR_SHARE
        close = values[:, right] + random.integers(-1, 2, count)
        values[:, left] = np.where(near, close, values[:, left])
    return values, random.random(values.shape) >= NULL_SHARE


def pool(plan: Plan, column: int) -> list[int]:
    """The values of one input between which its cells distinguish."""
    words = plan.words[column]
    if words is not None:
        return [UNKNOWN_WORD, *words.values()]
    bounds = {*plan.low[plan.slot == column].tolist(), *plan.high[plan.slot == column].tolist()}
    near = {bound + step for bound in bounds - {LOWEST, HIGHEST} for step in (-1, 0, 1)}
    return sorted(near | set(EXTREMES))


def inputs_at(plan: Plan, numbers: Sequence[int] | Numbers, known: Any) -> dict[str, Input]:
    """A vector as named inputs."""
    return dict(_named(plan, numbers, known))


def _named(plan: Plan, numbers: Any, known: Any) -> Iterator[tuple[str, Input]]:
    for column, name in enumerate(plan.names):
        words = plan.words[column]
        if words is not None:
            by_place = {place: word for word, place in words.items()}
            word = by_place.get(int(numbers[column]), OTHER_WORD)
            yield name, Word(word if known[column] else None)
        elif known[column]:
            yield name, IndicatorValue(State.OK, int(numbers[column]), plan.decimals[column])
        else:
            yield name, IndicatorValue(State.MISSING)
