"""What the graph of relations needs from outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from puhui.tenancy import BankId
from risk.domain.graph.edges import Statement
from risk.domain.graph.graph import Caps, Graph, Mark
from risk.domain.graph.nodes import NodeKind


class Edges(Protocol):
    """What was stated about the parties of a bank."""

    def record(
        self, bank_id: BankId, statements: Sequence[Statement], marks: Sequence[Mark] = ()
    ) -> None:
        """Keep each on both of its ends, or on neither; the same again changes nothing."""
        ...

    def neighbourhood(
        self, bank_id: BankId, node: str, as_of: date, *, hops: int, caps: Caps
    ) -> Graph:
        """What was known on a day about a party and everybody within some hops."""
        ...


class NodeNames(Protocol):
    """Names under which nodes are kept: a phone, an address or a code is never kept in clear."""

    def of(self, kind: NodeKind, value: str) -> str:
        """The same node for every spelling of the value."""
        ...
