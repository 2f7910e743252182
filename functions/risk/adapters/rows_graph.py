"""Rows of the graph: one a node, below `BANK#{bank}#GRAPH#{node}`, with all its statements; one a
customer, below `BANK#{bank}#GRAPHCUSTOMER#{id}`, with the party that the customer is.

Everything about a node is one item, so that a hop of a hundred nodes is one BatchGetItem. Sets
grow by ADD, which needs no version: two writers, in any order and repeated, leave the same set.
Nodes are fingerprints: no phone, address or code is in a row.
"""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute, UnicodeSetAttribute

from puhui.dynamodb import BaseRow
from puhui.tenancy import BankId

NODE_SK: Final = "NODE"
CUSTOMER_SK: Final = "PARTY"


class GraphNodeRow(BaseRow):
    """What was stated about a node, and the marks on it."""

    statements = UnicodeSetAttribute(null=True)
    """`kind|direction|other node|day|holds|share` each."""
    marks = UnicodeSetAttribute(null=True)
    """`kind|since|until|risk` each."""
    full = BooleanAttribute(null=True)
    """More was stated than is kept: a hub for good."""


class GraphCustomerRow(BaseRow):
    """Which party a customer is."""

    node = UnicodeAttribute()


GRAPH_ROWS: Final[tuple[type[BaseRow], ...]] = (GraphNodeRow, GraphCustomerRow)


def node_pk(bank_id: BankId, node: str) -> str:
    """A node belongs to one bank; banks do not see each other's graph."""
    return f"BANK#{bank_id}#GRAPH#{node}"


def node_of(pk: str) -> str:
    """The node in a key."""
    return pk.rpartition("#")[2]


def customer_pk(bank_id: BankId, customer_id: str) -> str:
    """A customer belongs to one bank."""
    return f"BANK#{bank_id}#GRAPHCUSTOMER#{customer_id}"
