"""`python -m tests.benchmarks.graph`: CPU time of both graph models on a loaded neighbourhood."""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from risk.domain.graph.columns import Columns
from risk.domain.graph.edges import Edge
from risk.domain.graph.graph import Graph
from risk.domain.graph.nodes import KEY_KINDS
from risk.domain.models import contagion, ring_fraud_graph
from tests.support.risk_graph import DAY, a_mark, an_edge
from tests.unit.risk.graph.cases import CONTAGION, RELATIONS, RING

PARTIES: Final = 300
KEYS_A_KIND: Final = 50
USES: Final = 1_300
TIES: Final = 700
MARKS: Final = 20
RUNS: Final = 400


def a_neighbourhood() -> Graph:
    """300 parties, 200 keys, 2,000 edges, 20 marks, one hub; the same every time."""
    dice = random.Random(1)
    parties = [f"firm:{number:032x}" for number in range(PARTIES)]
    keys = [f"{kind}:{number:032x}" for kind in KEY_KINDS for number in range(KEYS_A_KIND)]
    edges: set[Edge] = set()
    while len(edges) < USES:
        edges.add(an_edge(dice.choice(parties), dice.choice(keys)))
    while len(edges) < USES + TIES:
        one, other = dice.sample(parties, 2)
        kind: Any = dice.choice(RELATIONS)
        edges.add(an_edge(one, other, kind))
    marks = [a_mark(one, dice.choice(["fraud", "default"])) for one in dice.sample(parties, MARKS)]
    ordered = sorted(edges, key=lambda edge: (edge.source, edge.target, edge.kind))
    return Graph(edges=tuple(ordered), marks=tuple(marks), unexpanded=(keys[0],))


def cpu_ms(work: Callable[[], object]) -> dict[str, float]:
    """Median and fastest of many runs, in milliseconds of CPU."""
    taken = []
    for _ in range(RUNS):
        begun = time.process_time_ns()
        work()
        taken.append((time.process_time_ns() - begun) / 1e6)
    return {"p50_ms": round(statistics.median(taken), 3), "best_ms": round(min(taken), 3)}


def main() -> None:
    """Print the figures as JSON."""
    graph = a_neighbourhood()
    subject = graph.edges[0].source
    ring = ring_fraud_graph.Inputs(subject=subject, as_of=DAY, graph=graph)
    asked = contagion.Inputs(nodes=(subject,), as_of=DAY, graph=graph)
    figures = {
        "nodes": len(graph.columns.names),
        "edges": len(graph.edges),
        "columns_once_a_graph": cpu_ms(lambda: Columns.of(graph)),
        "ring_fraud_graph": cpu_ms(lambda: ring_fraud_graph.answer(ring, RING)),
        "contagion": cpu_ms(lambda: contagion.answer(asked, CONTAGION)),
        "reference_loop_of_10000": cpu_ms(lambda: sum(n * n for n in range(10_000))),
    }
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
