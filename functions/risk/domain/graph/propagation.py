"""How suspicion passes through shared keys, and distress along relations: bounded, monotone.

Both give the same answer for the same graph in any order: sums are sums of integers (billionths of
a nat, exact in a float below 2**53), the rest takes maxima. Both only grow when an edge is added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.domain.graph.columns import Flags, Ints
from risk.domain.graph.graph import PPM

NANO: float = 1e9
CERTAIN: float = 30 * NANO
"""-ln(1 - p) of what is as good as certain."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Uses:
    """Who uses which key, as positions of nodes, each use once."""

    party: Ints
    key: Ints
    kind: Ints
    """Of the key, as a position in `EDGE_KINDS`."""
    ceiling_ppm: Ints
    """Of each use: the most that can arrive through one key of this kind."""


def suspicion_ppm(uses: Uses, own_ppm: Ints, unread: Flags, subject: int, rounds: int) -> int:
    """The suspicion that arrives at one party from the others, in parts per million.

    Every other party is a witness as grave as `own_ppm`. A key passes on the chance that any
    witness behind it speaks true, times its kind's ceiling; a party passes on its own gravity and
    what its other keys bring, never back through the key it came by. The subject is only asked.
    A key that was not read to its end passes on its whole ceiling; such a party is certain.
    """
    party, key, nodes = uses.party, uses.key, len(own_ppm)
    ceiling = uses.ceiling_ppm / PPM
    own = _nats(np.where(unread, PPM, own_ppm) / PPM)[party]
    to_its_end, asked = ~unread[key], party == subject
    said = own.copy()
    for step in range(rounds):
        said[asked] = 0
        heard = np.bincount(key, said, minlength=nodes)[key] - said
        silent = np.exp(-heard / NANO) * to_its_end
        brought = _nats(ceiling * (1.0 - silent))
        if step + 1 < rounds:
            arrived = np.bincount(party, brought, minlength=nodes)
            said = np.minimum(own + arrived[party] - brought, CERTAIN)
    return _chance_ppm(float(brought[asked].sum()))


def _chance_ppm(nats: float) -> int:
    return int(np.rint(-np.expm1(-nats / NANO) * PPM))


def _nats(chance: Floats) -> Floats:
    """-ln(1 - p) in whole billionths, so that sums are exact whatever their order."""
    with np.errstate(divide="ignore"):
        return np.minimum(np.rint(-np.log1p(-chance) * NANO), CERTAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """Directed ways that distress can take, as positions, and what each lets through."""

    source: Ints
    target: Ints
    passes_ppm: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """The most that reaches the subject through one neighbour, and the way that it takes."""

    score_ppm: int
    path: tuple[int, ...]
    """Positions from where the distress is to the subject."""


def arrivals(
    channels: Channels, gravity: Ints, worst: Ints, subject: int, hops: int
) -> list[Arrival]:
    """What reaches the subject within some hops, one arrival a neighbour, strongest first.

    A way is worth the gravity where it begins times what every channel lets through, rounded down
    at each step; the subject itself is never on a way. `worst` is the gravity of a node wherever
    the way could have gone on: more than `gravity` where not everything was read.
    """
    apart = (channels.source != subject) & (channels.target != subject)
    source, target = channels.source[apart], channels.target[apart]
    passes = channels.passes_ppm[apart]
    levels = [gravity]
    for _ in range(hops - 1):
        level = worst.copy()
        np.maximum.at(level, target, passes * levels[-1][source] // PPM)
        levels.append(level)
    found: dict[int, int] = {}
    into = (channels.target == subject) & (channels.source != subject)
    for node, ppm in zip(channels.source[into], channels.passes_ppm[into], strict=True):
        found[int(node)] = max(found.get(int(node), 0), int(ppm * levels[-1][node] // PPM))
    ways = _Ways(source, target, passes, levels, worst)
    return [
        Arrival(score_ppm=ppm, path=(*ways.back(node), subject))
        for node, ppm in sorted(found.items(), key=lambda one: (-one[1], one[0]))
        if ppm
    ]


@dataclass(frozen=True, slots=True)
class _Ways:
    source: Ints
    target: Ints
    passes: Ints
    levels: list[Ints]
    worst: Ints

    def back(self, node: int) -> tuple[int, ...]:
        """From where the distress is to this node; of equals the first in order."""
        path = [node]
        for depth in range(len(self.levels) - 1, 0, -1):
            here = path[-1]
            if self.levels[depth][here] == self.worst[here]:
                break
            ways = np.flatnonzero(self.target == here)
            brought = self.passes[ways] * self.levels[depth - 1][self.source[ways]] // PPM
            path.append(int(self.source[ways][brought == self.levels[depth][here]].min()))
        return tuple(reversed(path))


def combined_ppm(parts: Sequence[int]) -> int:
    """The chance that at least one of independent parts is true, in parts per million.

    >>> combined_ppm([500_000, 500_000])
    750000
    """
    return _chance_ppm(float(_nats(np.array(parts, dtype=np.float64) / PPM).sum()))
