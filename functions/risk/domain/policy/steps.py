"""What each kind of node does, and the entry that it writes into the tree."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np

from puhui.contracts.common import MAX_AMOUNT_FEN
from risk.domain.errors import ModelNotTrusted, PolicyNotValid
from risk.domain.evaluation import Parameters, RuleOutcome, TableEngine
from risk.domain.indicators.values import State
from risk.domain.inputs import Input, InputDefinition, Word, number, plain
from risk.domain.policy.contexts import context_of
from risk.domain.policy.endings import World
from risk.domain.policy.formulas import limit_values, price_values
from risk.domain.policy.graph import BPS
from risk.domain.policy.kinds import (
    Arm,
    Branch,
    ConditionSet,
    LimitNode,
    Lookup,
    ModelCall,
    Node,
    PriceNode,
    RuleSet,
    Scorecard,
    Split,
)
from risk.domain.policy.model import Policy
from risk.domain.policy.parts import FIRST, Constant, Row, Table
from risk.domain.policy.plan import Bits, Matches, Plan, plan_of
from risk.domain.scorecard import Score

LONGEST_MONTHS: Final = 360
Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Found:
    """A table, evaluated: the rows that match, which of them for sure, and the tree's entry."""

    rows: list[int]
    plan: Plan | None
    matches: Matches | None
    entry: Entry

    def is_sure(self, row: int) -> bool:
        """Whether every cell of a matching row is known."""
        if self.plan is None or self.matches is None:
            return True
        return self.plan.is_sure(row, self.matches.known)


@dataclass(frozen=True, slots=True)
class Steps:
    """Everything that the nodes of one evaluation need."""

    policy: Policy
    scores: Mapping[str, Score]
    parameters: Parameters
    waived: Mapping[str, str]
    engine: TableEngine | None

    def step(self, node: Node, world: World) -> None:
        """Do what the node does."""
        if isinstance(node, RuleSet):
            self._rules(node, world)
        elif isinstance(node, ConditionSet):
            self._conditions(node, world)
        elif isinstance(node, Lookup):
            self._lookup(node, world)
        elif isinstance(node, Scorecard):
            self._scorecard(node, world)
        elif isinstance(node, ModelCall):
            self._model(node, world)
        elif isinstance(node, LimitNode):
            self._formula(node, world, limit_values(node, world, self.parameters))
        elif isinstance(node, PriceNode):
            grades = self.policy.grades
            self._formula(node, world, price_values(node, world, self.parameters, grades))
        else:
            raise PolicyNotValid(f"node {node.id} is of a kind that is not walked")

    def branch(self, node: Branch, world: World) -> bool | None:
        """True, false, or None when it is not known."""
        found = self._table(node.id, node.kind, node.table, world)
        holds: bool | None = bool(found.rows)
        if found.matches is not None:
            known, true = found.matches.known, found.matches.true
            if known is not None and not holds:
                holds = False if (known & ~true).any() else None
        elif any(plain(world.values[name]) is None for name in node.table.inputs):
            holds = None
        found.entry["holds"] = holds
        return holds

    def _rules(self, node: RuleSet, world: World) -> None:
        found = self._table(node.id, node.kind, node.table, world)
        uncertain, waived = [], {}
        for place in found.rows:
            rule = node.rules[place]
            sure = found.is_sure(place)
            if not sure:
                uncertain.append(rule.code)
            values = tuple(world.values[one.name] for one in rule.reads)
            compared = (world.values[one.name] for one in rule.compared)
            known = sure and all(one.state is State.OK for one in (*values, *compared))
            by = self.waived.get(rule.code) if known else None
            if by is not None:
                waived[rule.code] = by
            world.outcomes.append(RuleOutcome(rule, sure, values, by))
        fired = [node.rules[place] for place in found.rows]
        found.entry["fired"] = [rule.code for rule in fired]
        found.entry["because"] = {rule.code: [one.name for one in rule.reads] for rule in fired}
        found.entry["uncertain"] = uncertain
        found.entry["waived"] = waived

    def _conditions(self, node: ConditionSet, world: World) -> None:
        found = self._table(node.id, node.kind, node.table, world)
        applied = [node.conditions[place] for place in found.rows]
        world.conditions.extend(applied)
        limits = [one.limit_cap_fen for one in applied if one.limit_cap_fen is not None]
        terms = [one.term_cap_months for one in applied if one.term_cap_months is not None]
        found.entry["applied"] = [one.code for one in applied]
        self._give(
            world,
            found.entry,
            {
                f"{node.id}.limit_cap_fen": number(min(limits, default=MAX_AMOUNT_FEN)),
                f"{node.id}.term_cap_months": number(min(terms, default=LONGEST_MONTHS)),
            },
        )

    def _lookup(self, node: Lookup, world: World) -> None:
        found = self._table(node.id, node.kind, node.table, world)
        rows = [node.table.rows[place] for place in found.rows]
        self._give(
            world,
            found.entry,
            {
                definition.name: _chosen(rows, name, definition)
                for name, definition in node.given.items()
            },
        )

    def _scorecard(self, node: Scorecard, world: World) -> None:
        found = self._table(node.id, node.kind, node.table, world)
        points = [node.table.rows[place].outputs["points"] for place in found.rows]
        total = node.base + sum(one for one in points if isinstance(one, int))
        self._give(world, found.entry, {node.points.name: number(total)})

    def _model(self, node: ModelCall, world: World) -> None:
        """A model that was refused has no score: its outputs are not known, which never helps."""
        score = self.scores.get(node.model)
        if score is not None:
            if score.version != node.version:
                raise ModelNotTrusted(f"{node.model} {node.version} was not scored")
            world.scores[node.model] = score
        entry: Entry = {
            "id": node.id,
            "kind": node.kind,
            "model": node.model,
            "version": node.version,
            "sha256": None if score is None else score.sha256,
        }
        world.tree.append(entry)
        self._give(
            world,
            entry,
            {
                f"{node.prefix}.points": number(None if score is None else score.points),
                f"{node.prefix}.pd_ppm": number(None if score is None else score.pd_ppm),
            },
        )

    def _formula(self, node: LimitNode | PriceNode, world: World, given: dict[str, Input]) -> None:
        entry = self._entry(node.id, node.kind, sorted(node.reads), world)
        self._give(world, entry, given)

    def _table(self, node_id: str, kind: str, table: Table, world: World) -> _Found:
        if not table.compiled:
            return self._on_engine(node_id, kind, table, world)
        plan = plan_of(table)
        entry = self._entry(node_id, kind, plan.names, world)
        matches = plan.evaluate(*plan.vector(world.values))
        entry["true"] = bits = _hex(matches.true)
        known = matches.known
        entry["unknown"] = "0" * len(bits) if known is None else _hex(~known)
        rows = matches.rows.nonzero()[0].tolist()
        if table.hit == FIRST:
            rows = rows[:1]
        entry["rows"] = [table.rows[place].id for place in rows]
        return _Found(rows, plan, matches, entry)

    def _on_engine(self, node_id: str, kind: str, table: Table, world: World) -> _Found:
        if self.engine is None:
            raise PolicyNotValid(f"table {table.id} is not compiled and there is no engine")
        entry = self._entry(node_id, kind, sorted(table.inputs), world)
        context = context_of(world.values, table.inputs)
        rows = list(self.engine.rows(table.content, [context])[0])
        entry["rows"] = [table.rows[place].id for place in rows]
        entry["engine"] = "zen"
        return _Found(rows, None, None, entry)

    def _entry(self, node_id: str, kind: str, names: Any, world: World) -> Entry:
        entry: Entry = {
            "id": node_id,
            "kind": kind,
            "inputs": {name: world.shown(name) for name in names},
        }
        world.tree.append(entry)
        return entry

    def _give(self, world: World, entry: Entry, given: dict[str, Input]) -> None:
        entry["gave"] = world.give(given)


def _hex(bits: Bits) -> str:
    return np.packbits(bits).tobytes().hex()


def arm_of(node: Split, key: Input) -> tuple[Arm, int]:
    """The arm of a request, by a hash that gives the same request the same arm for ever."""
    text = key.text if isinstance(key, Word) else None
    digest = hashlib.sha256(f"{node.salt}|{text or ''}".encode()).digest()
    share = int.from_bytes(digest[:8]) % BPS
    left = share
    for arm in node.arms:
        left -= arm.weight_bp
        if left < 0:
            return arm, share
    return node.arms[-1], share


def _chosen(rows: list[Row], name: str, definition: InputDefinition) -> Input:
    """The first row's value; of several that match, the worst."""
    values = [row.outputs.get(name) for row in rows]
    if not values or None in values:
        return Word(None) if definition.is_text else number(None)
    worst = max(values, key=lambda value: rank(value, definition))
    if isinstance(worst, str):
        return Word(worst)
    assert worst is not None  # noqa: S101  # narrowed above
    return number(int(Decimal(worst).scaleb(definition.decimals)), definition.decimals)


def rank(value: Constant, definition: InputDefinition) -> Decimal:
    """How bad a value is, by the order that its definition declares."""
    if isinstance(value, str):
        return Decimal((definition.words or (value,)).index(value))
    if value is None:
        return Decimal("Infinity")
    return Decimal(value) if definition.worse != "lower" else -Decimal(value)
