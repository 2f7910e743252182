"""The graph in DynamoDB: both ends in one transaction, a hop in one batched read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import size
from pynamodb.transactions import TransactWrite

from puhui.dynamodb import connection, dynamo_errors
from puhui.errors import StaleVersion
from puhui.tenancy import BankId
from risk.adapters.graph_texts import mark_of, mark_text, statement_of, statement_text
from risk.adapters.rows_graph import (
    CUSTOMER_SK,
    NODE_SK,
    GraphCustomerRow,
    GraphNodeRow,
    customer_pk,
    node_of,
    node_pk,
)
from risk.domain.errors import CustomerNotKnown, GraphRefused
from risk.domain.graph.edges import Statement
from risk.domain.graph.graph import Caps, Graph, Mark
from risk.domain.graph.neighbourhood import NodeRecord, neighbourhood
from risk.graph_ports import CustomerParty

MAX_STATEMENTS: Final = 1_000
"""Kept of one node, about 100 KB; a node with more is a hub for good and keeps no further ones."""
MAX_MARKS: Final = 100
MAX_NODES_A_TRANSACTION: Final = 99
"""A transaction has a hundred rows; one place is the customer's."""
MAX_ATTEMPTS: Final = 5
"""Writes of one transaction: each further one follows the discovery of a full node, or another
writer at one of the nodes, who is done within milliseconds."""
COUNTED: Final = -1
"""Any version that is not 0: the update then counts the row's version up from what it is."""
_FAILED: Final = "ConditionalCheckFailed"
_CONFLICT: Final = "TransactionConflict"


@dataclass
class _Additions:
    statements: set[str] = field(default_factory=set)
    marks: set[str] = field(default_factory=set)


class DynamoEdges:
    """`risk.graph_ports.Edges` on the module's table."""

    def record(
        self,
        bank_id: BankId,
        statements: Sequence[Statement],
        marks: Sequence[Mark] = (),
        customer: CustomerParty | None = None,
    ) -> None:
        """At most a hundred rows a transaction; a full node is marked so in the same one.

        The customer's party is written with the last ones: whoever finds it finds all.
        """
        packs = [*_packed(statements, marks)] or [{}]
        for additions in packs[:-1]:
            self._write(bank_id, additions, None)
        self._write(bank_id, packs[-1], customer)

    def party_of(self, bank_id: BankId, customer_id: str) -> str:
        """One strongly consistent read."""
        with dynamo_errors(missing=CustomerNotKnown):
            row = GraphCustomerRow.get(
                customer_pk(bank_id, customer_id), CUSTOMER_SK, consistent_read=True
            )
        return str(row.node)

    def neighbourhood(
        self, bank_id: BankId, node: str, as_of: date, *, hops: int, caps: Caps
    ) -> Graph:
        """Two batched reads a hop, and one for the marks of the last parties."""

        def read(nodes: Iterable[str]) -> Mapping[str, NodeRecord]:
            keys = [(node_pk(bank_id, one), NODE_SK) for one in nodes]
            with dynamo_errors():
                rows = list(GraphNodeRow.batch_get(keys, consistent_read=True))
            return {record.node: record for record in map(_record, rows)}

        return neighbourhood(read, node, as_of, hops=hops, caps=caps)

    def _write(
        self,
        bank_id: BankId,
        additions: Mapping[str, _Additions],
        customer: CustomerParty | None,
    ) -> None:
        full: set[str] = set()
        nodes = sorted(additions)
        if not nodes and customer is None:
            return
        for _ in range(MAX_ATTEMPTS):
            try:
                with (
                    dynamo_errors(passing=TransactWriteError),
                    TransactWrite(connection=connection()) as write,
                ):
                    for node in nodes:
                        row = GraphNodeRow(node_pk(bank_id, node), NODE_SK).at_version(COUNTED)
                        _update(write, row, additions[node], full=node in full)
                    if customer is not None:
                        _known_as(write, bank_id, customer)
                return
            except TransactWriteError as error:
                full |= _refused(error, nodes, full)
        raise StaleVersion


def _packed(
    statements: Sequence[Statement], marks: Sequence[Mark]
) -> Iterator[dict[str, _Additions]]:
    """Statements and marks in transactions, both ends of a statement in the same one."""
    packed: dict[str, _Additions] = defaultdict(_Additions)
    for one in sorted({one.canonical for one in statements}, key=repr):
        if len({*packed, one.source, one.target}) > MAX_NODES_A_TRANSACTION:
            yield packed
            packed = defaultdict(_Additions)
        for end in (one.source, one.target):
            packed[end].statements.add(statement_text(one, end))
    for mark in sorted(set(marks), key=repr):
        if len({*packed, mark.node}) > MAX_NODES_A_TRANSACTION:
            yield packed
            packed = defaultdict(_Additions)
        packed[mark.node].marks.add(mark_text(mark))
    if packed:
        yield packed


def _update(write: Any, row: GraphNodeRow, additions: _Additions, *, full: bool) -> None:
    actions: list[Any] = []
    conditions: list[Any] = []
    if full:
        actions.append(GraphNodeRow.full.set(True))
    elif additions.statements:
        actions.append(GraphNodeRow.statements.add(additions.statements))
        conditions.append(_room(GraphNodeRow.statements, MAX_STATEMENTS))
    if additions.marks:
        actions.append(GraphNodeRow.marks.add(additions.marks))
        conditions.append(_room(GraphNodeRow.marks, MAX_MARKS))
    condition = conditions[0] if conditions else None
    for further in conditions[1:]:
        condition = condition & further
    write.update(row, actions, condition=condition, add_version_condition=False)


def _known_as(write: Any, bank_id: BankId, customer: CustomerParty) -> None:
    key = customer_pk(bank_id, customer.customer_id)
    row = GraphCustomerRow(key, CUSTOMER_SK).at_version(COUNTED)
    write.update(row, [GraphCustomerRow.node.set(customer.node)], add_version_condition=False)


def _room(attribute: Any, most: int) -> Any:
    return attribute.does_not_exist() | (size(attribute) < most)  # type: ignore[no-untyped-call]


def _refused(error: TransactWriteError, nodes: Sequence[str], full: set[str]) -> set[str]:
    """The nodes without room for statements; one without room for marks takes no more at all.

    None of them where another writer was at a node in the same moment.
    """
    codes = [None if reason is None else reason.code for reason in error.cancellation_reasons]
    found = {node for node, code in zip(nodes, codes, strict=False) if code == _FAILED}
    if not found and _CONFLICT not in codes:
        raise StaleVersion from error
    if found & full:
        raise GraphRefused("a party has too many marks", rule="graph.too_many_marks") from error
    return found


def _record(row: GraphNodeRow) -> NodeRecord:
    node = node_of(row.pk)
    return NodeRecord(
        node=node,
        statements=frozenset(statement_of(text, node) for text in row.statements or ()),
        marks=frozenset(mark_of(text, node) for text in row.marks or ()),
        full=bool(row.full),
    )
