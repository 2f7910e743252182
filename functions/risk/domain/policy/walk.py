"""Walks a flow completely and answers with the verdict and the whole tree."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from risk.domain.evaluation import Evaluation, Parameters, TableEngine
from risk.domain.inputs import Input, Inputs, Word, number
from risk.domain.policy.endings import Ending, World, ended, ending_of
from risk.domain.policy.kinds import Branch, Node, Result, Split, SubFlow
from risk.domain.policy.model import MAIN, Policy
from risk.domain.policy.parts import SEVERITY
from risk.domain.policy.steps import Steps, arm_of
from risk.domain.reasons import reasons_of
from risk.domain.scorecard import Score

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
UNKNOWN_WORD: Final = Word(None)
Place = tuple[str, str | None]
"""A flow and the node to go on with."""


def evaluate(
    policy: Policy,
    inputs: Inputs,
    *,
    scores: Mapping[str, Score],
    parameters: Parameters,
    waived: Mapping[str, str] = NOTHING,
    engine: TableEngine | None = None,
) -> Evaluation:
    """Evaluate completely: every rule, also those that a fired one has made superfluous.

    `waived` names the exception for each rule code that does not count, where the rule is known
    to hold: one that fired for lack of data counts whatever was waived. `engine` evaluates tables
    that cannot be compiled.
    """
    steps = Steps(policy, scores, parameters, waived, engine)
    world = World({name: _known(policy, inputs, name) for name in reads_of(policy)})
    ending = _Walk(policy, steps).walk([(MAIN, policy.flows[MAIN].start)], world)
    return Evaluation(
        verdict=ending.verdict,
        reasons=reasons_of(ending.outcomes, ending.verdict, ending.score, policy.texts),
        outcomes=tuple(ending.outcomes),
        conditions=tuple(ending.conditions),
        grade=ending.grade,
        score=ending.score,
        limit=ending.limit,
        price=ending.price,
        proposed_fen=ending.limit_fen,
        proposed_bps=ending.rate_bps,
        tree=ending.tree,
    )


@cache
def reads_of(policy: Policy) -> tuple[str, ...]:
    """The inputs that a policy takes from outside, always in the same order."""
    return tuple(sorted(policy.inputs))


def _known(policy: Policy, inputs: Inputs, name: str) -> Input:
    """An input that nobody gives is missing, never an accident."""
    found = inputs.get(name)
    if found is not None:
        return found
    return UNKNOWN_WORD if policy.catalogue[name].is_text else number(None)


class _Walk:
    """One evaluation; where a condition is not known, both ways are walked."""

    def __init__(self, policy: Policy, steps: Steps) -> None:
        self.policy = policy
        self.steps = steps

    def walk(self, places: list[Place], world: World) -> Ending:
        """Go on until the result; `places` is where to go, the innermost flow last."""
        while True:
            flow_id, node_id = places.pop()
            if node_id is None:
                continue
            node = self.policy.flows[flow_id].nodes[node_id]
            if isinstance(node, Result):
                return ending_of(node, world, self.policy)
            if isinstance(node, Branch):
                holds = self.steps.branch(node, world)
                if holds is None:
                    return self._both(node, flow_id, places, world)
                places.append((flow_id, node.yes if holds else node.no))
                continue
            places.append((flow_id, node.next))
            self._enter(node, places, world)

    def _enter(self, node: Node, places: list[Place], world: World) -> None:
        if isinstance(node, SubFlow):
            world.tree.append({"id": node.id, "kind": node.kind, "flow": node.flow})
            places.append((node.flow, self.policy.flows[node.flow].start))
        elif isinstance(node, Split):
            arm, share = arm_of(node, world.values[node.key])
            entry = {"id": node.id, "kind": node.kind, "key": node.key, "share_bp": share}
            world.tree.append(entry | {"arm": arm.name, "flow": arm.flow})
            places.append((arm.flow, self.policy.flows[arm.flow].start))
        else:
            self.steps.step(node, world)

    def _both(self, node: Branch, flow_id: str, places: list[Place], world: World) -> Ending:
        """The worse answer of both ways: what is not known never helps, whatever follows."""
        endings = []
        for target in (node.yes, node.no):
            branch = world.copy()
            endings.append(self.walk([*places, (flow_id, target)], branch))
        worse = ended(endings, self.policy, SEVERITY)
        world.tree[-1]["both"] = {"yes": endings[0].tree, "no": endings[1].tree}
        worse.tree = world.tree
        return worse
