"""Which firms share counterparties: a projection in which a partner of everybody counts little.

A partner of `d` out of `n` firms weighs ln(n / d) / ln(n): one that only two share is telling, an
electricity company is not, and hubs are left out altogether. Two firms are as alike as the cosine
of their weighted sets of partners, in parts per million.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import rustworkx
from numpy.typing import NDArray

from risk.domain.graph.columns import Ints
from risk.domain.graph.graph import PPM

HUB_FIRMS: Final = 20
"""A partner of more firms than this is nobody's partner in particular."""
LINK_PPM: Final = 70_000
"""From here on one link in ten is chance, as measured on real invoices (docs/graphs.md)."""
MIN_SHARED: Final = 2
"""Two firms that share one partner may have met it by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Two firms that share partners."""

    firms: tuple[str, str]
    shared: int
    """Partners of both that are no hubs."""
    likeness_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """Firms linked by the partners that they share."""

    partners: int
    shared_partners: int
    """Partners of at least two firms."""
    hubs: int
    links: tuple[Alike, ...]
    """At least `MIN_SHARED` partners and `LINK_PPM`; the most alike first."""
    components: tuple[tuple[str, ...], ...]
    """Firms that hang together by links, the largest first."""
    widest: tuple[int, ...]
    """How many firms the ten most common partners have."""


def common_partners(firms: Sequence[str], firm: Ints, partner: Ints) -> Projection:
    """Project positions (firm, partner), each pair any number of times, onto firms."""
    width = int(partner.max()) + 1 if len(partner) else 1
    pairs = np.unique(firm * width + partner)
    who, whom = pairs // width, pairs % width
    degree = np.bincount(whom, minlength=width)
    counted = degree[whom] <= HUB_FIRMS
    shared, likeness = _likeness(len(firms), who[counted], whom[counted], degree)
    links = []
    for one, other in np.argwhere(np.triu(shared >= MIN_SHARED, 1) & (likeness >= LINK_PPM)):
        names = (firms[one], firms[other])
        found = int(shared[one, other]), int(likeness[one, other])
        links.append(Alike(firms=names, shared=found[0], likeness_ppm=found[1]))
    links.sort(key=lambda link: (-link.likeness_ppm, link.firms))
    return Projection(
        partners=int((degree > 0).sum()),
        shared_partners=int((degree > 1).sum()),
        hubs=int((degree > HUB_FIRMS).sum()),
        links=tuple(links),
        components=_components(links),
        widest=tuple(np.sort(degree)[::-1][:10].tolist()),
    )


def _likeness(count: int, who: Ints, whom: Ints, degree: Ints) -> tuple[Ints, NDArray[np.float64]]:
    """Shared partners of every two firms, and their cosine in parts per million."""
    weight = np.log(count / np.maximum(degree, 1)) / np.log(max(count, 2))
    length = np.sqrt(np.bincount(who, weight[whom] ** 2, minlength=count))
    telling = degree[whom] > 1
    columns, place = np.unique(whom[telling], return_inverse=True)
    incidence = np.zeros((count, len(columns)))
    incidence[who[telling], place] = 1
    shared = np.rint(incidence @ incidence.T).astype(np.int64)
    weighted = incidence * weight[columns]
    both = np.outer(length, length)
    cosine = np.divide(weighted @ weighted.T, both, out=np.zeros_like(both), where=both > 0)
    return shared, np.rint(np.minimum(cosine, 1) * PPM)


def _components(links: Sequence[Alike]) -> tuple[tuple[str, ...], ...]:
    names = sorted({name for link in links for name in link.firms})
    places = {name: place for place, name in enumerate(names)}
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(names)
    graph.add_edges_from_no_data([(places[a], places[b]) for a, b in (x.firms for x in links)])
    parts = rustworkx.connected_components(graph)
    found = [tuple(sorted(names[place] for place in part)) for part in parts]
    return tuple(sorted(found, key=lambda part: (-len(part), part)))
