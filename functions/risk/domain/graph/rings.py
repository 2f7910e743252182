"""A ring: the parties that hang together through keys that they share."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import rustworkx

from risk.domain.graph.columns import EDGE_KINDS, Ints
from risk.domain.graph.edges import EdgeKind
from risk.domain.graph.graph import PPM

RING_ID_CHARACTERS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """The members of a ring by name, and what holds them together."""

    members: tuple[str, ...]
    keys_by_kind: tuple[tuple[EdgeKind, int], ...]
    """How many keys of each kind at least two members use."""
    density_ppm: int
    """Uses of shared keys that exist, of all that could: members times shared keys."""

    @property
    def ring_id(self) -> str:
        """The same for the same members, whatever holds them together."""
        digest = hashlib.sha256("\n".join(self.members).encode()).hexdigest()
        return f"ring-{digest[:RING_ID_CHARACTERS]}"


def ring_of(names: Sequence[str], subject: int, party: Ints, key: Ints, kind: Ints) -> Ring | None:
    """The ring in which a party is; None when it shares no key.

    `party` and `key` are positions in `names`, each use once; `kind` is that of each use's key.
    """
    nodes = len(names)
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(nodes))
    graph.add_edges_from_no_data([*zip(party.tolist(), key.tolist(), strict=True)])
    inside = np.zeros(nodes, dtype=np.bool_)
    inside[list(rustworkx.node_connected_component(graph, subject))] = True
    users = np.bincount(key[inside[party]], minlength=nodes)
    shared = users > 1
    if not shared.any():
        return None
    member, kind_of_key = np.zeros(nodes, dtype=np.bool_), np.zeros(nodes, dtype=np.int64)
    member[party[shared[key]]] = True
    kind_of_key[key] = kind
    members, keys = np.flatnonzero(member).tolist(), int(shared.sum())
    kinds = np.bincount(kind_of_key[shared], minlength=len(EDGE_KINDS)).tolist()
    return Ring(
        members=tuple(names[place] for place in members),
        keys_by_kind=tuple(one for one in zip(EDGE_KINDS, kinds, strict=True) if one[1]),
        density_ppm=int(PPM * users[shared].sum() // (len(members) * keys)),
    )
