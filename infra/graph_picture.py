"""Draws the largest component of a firms' network as a small SVG, the same bytes every time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import rustworkx

SIZE: Final = 480
MARGIN: Final = 36
RADIUS: Final = 6
SEED: Final = 7
STYLES: Final = {
    "alike": 'stroke="#7a869a" stroke-width="1.5"',
    "trade": 'stroke="#2f6fb2" stroke-width="1.5" stroke-dasharray="5 3"',
    "circle": 'stroke="#c0392b" stroke-width="2.5"',
}
LEGEND: Final = {
    "alike": "共同交易对手 shared counterparties",
    "trade": "双方入账的交易 trade booked by both",
    "circle": "互开发票 invoices both ways",
}


@dataclass(frozen=True, slots=True)
class Line:
    """Two firms and what joins them, a key of `STYLES`."""

    one: str
    other: str
    kind: str


def largest_component(lines: Collection[Line]) -> list[str]:
    """The most firms that hang together; of equals the first by name."""
    names, graph = _graph(lines)
    parts = [
        sorted(names[place] for place in part) for part in rustworkx.connected_components(graph)
    ]
    return min(parts, key=lambda part: (-len(part), part), default=[])


def picture(lines: Collection[Line]) -> str:
    """The largest component, its firms unnamed."""
    inside = set(largest_component(lines))
    kept = sorted({line for line in lines if line.one in inside}, key=_order)
    names, graph = _graph(kept)
    places = rustworkx.spring_layout(graph, seed=SEED, num_iter=300)
    spots = {name: _spot(places[place]) for place, name in enumerate(names)}
    shown = [kind for kind in STYLES if any(line.kind == kind for line in kept)]
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE}" height="{SIZE + 24 * len(shown)}"'
        ' font-family="sans-serif" font-size="13">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        *(_line(spots[line.one], spots[line.other], line.kind) for line in kept),
        *(f'<circle cx="{x}" cy="{y}" r="{RADIUS}" fill="#34495e"/>' for x, y in spots.values()),
        *_legend(shown),
        "</svg>",
    ]
    return "\n".join(body) + "\n"


def _graph(lines: Collection[Line]) -> tuple[list[str], rustworkx.PyGraph[str, None]]:
    names = sorted({name for line in lines for name in (line.one, line.other)})
    places = {name: place for place, name in enumerate(names)}
    graph: rustworkx.PyGraph[str, None] = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(names)
    pairs = sorted({tuple(sorted((places[line.one], places[line.other]))) for line in lines})
    graph.add_edges_from_no_data([(one, other) for one, other in pairs])
    return names, graph


def _order(line: Line) -> tuple[int, str, str]:
    return [*STYLES].index(line.kind), line.one, line.other


def _spot(place: Sequence[float]) -> tuple[int, int]:
    half = SIZE / 2 - MARGIN
    return round(SIZE / 2 + half * place[0]), round(SIZE / 2 + half * place[1])


def _line(one: tuple[int, int], other: tuple[int, int], kind: str) -> str:
    ends = f'x1="{one[0]}" y1="{one[1]}" x2="{other[0]}" y2="{other[1]}"'
    return f"<line {ends} {STYLES[kind]}/>"


def _legend(shown: Sequence[str]) -> list[str]:
    found = []
    for place, kind in enumerate(shown):
        y = SIZE + 24 * place + 8
        found.append(_line((MARGIN, y), (MARGIN + 40, y), kind))
        found.append(f'<text x="{MARGIN + 52}" y="{y + 4}">{LEGEND[kind]}</text>')
    return found
