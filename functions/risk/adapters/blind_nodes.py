"""Names of the graph's nodes: fingerprints under the platform's secret, never the values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from puhui.blind_index import BlindIndex
from risk.adapters.sealed_subjects import FIELD_OF_KIND
from risk.domain.graph.nodes import NodeKind, node_id

FIELDS: Final[dict[NodeKind, str]] = {
    "firm": FIELD_OF_KIND["firm"],
    "person": FIELD_OF_KIND["person"],
    "phone": "graph_phone",
    "address": "graph_address",
    "device": "graph_device",
    "payee": "graph_payee",
}
"""Parties have the fingerprints that name lists know them by; a key has one of its own kind."""


@dataclass(frozen=True)
class BlindNodes:
    """`risk.graph_ports.NodeNames`."""

    index: BlindIndex

    def of(self, kind: NodeKind, value: str) -> str:
        """32 hex digits below the kind; equal values of two kinds share none."""
        return node_id(kind, self.index.index(FIELDS[kind], value))
