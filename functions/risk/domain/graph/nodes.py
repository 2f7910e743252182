"""What a node is: a party (firm, person) or a key that parties share (phone, address, …)."""

from __future__ import annotations

import re
from typing import Final, Literal, TypeGuard, get_args

from risk.domain.models.answer import require

PartyKind = Literal["firm", "person"]
KeyKind = Literal["phone", "address", "device", "payee"]
NodeKind = Literal["firm", "person", "phone", "address", "device", "payee"]
PARTY_KINDS: Final[tuple[PartyKind, ...]] = get_args(PartyKind)
KEY_KINDS: Final[tuple[KeyKind, ...]] = get_args(KeyKind)
NODE_NAMES: Final[dict[NodeKind, str]] = {
    "firm": "企业",
    "person": "个人",
    "phone": "电话",
    "address": "地址",
    "device": "设备",
    "payee": "收款账户",
}
_NODE: Final = re.compile(f"({'|'.join(NODE_NAMES)}):[0-9A-Za-z_.-]{{1,64}}")


def node_id(kind: NodeKind, key: str) -> str:
    """The name of a node; where it is kept, the key is a blind fingerprint, never the value.

    >>> node_id("phone", "00ff")
    'phone:00ff'
    """
    return checked_node(f"{kind}:{key}")


def checked_node(node: str) -> str:
    """The node's name, or a refusal: a kind, a colon and up to 64 plain characters."""
    require(_NODE.fullmatch(node) is not None, "node", "is kind:key in plain characters")
    return node


def kind_of(node: str) -> str:
    """The kind inside the name."""
    return node.partition(":")[0]


def is_party(node: str) -> bool:
    """Whether somebody acts under this name."""
    return kind_of(node) in PARTY_KINDS


def is_key_kind(kind: str) -> TypeGuard[KeyKind]:
    """Whether edges of this kind lead from a party to a key that others may share."""
    return kind in KEY_KINDS
