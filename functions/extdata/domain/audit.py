"""The audit chain (审计链): who asked what about whom, why, on which consent, at what cost.

Each link holds the hash of the one before it; one chain per bank, day and shard, so that
no item is hot. An edit, a gap, a reordering and a fork are each found by `verify`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from puhui.strict_json import dumps

SHARDS = 4
"""Chains of one bank and day; a record's shard comes from its id."""
GENESIS = "0" * 64
Head = tuple[int, str]
"""Sequence and hash of a chain's last link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainId:
    """Which chain: bank, day (ISO) and shard."""

    bank_id: str
    day: str
    shard: int

    @classmethod
    def of(cls, bank_id: str, day: str, record_id: str) -> ChainId:
        """The chain to which a record belongs."""
        digest = hashlib.sha256(record_id.encode()).digest()
        return cls(bank_id=bank_id, day=day, shard=digest[0] % SHARDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One record in its chain."""

    chain: ChainId
    sequence: int
    record_id: str
    record: Mapping[str, Any]
    previous: str
    hash: str


def link_hash(chain: ChainId, sequence: int, previous: str, record: Mapping[str, Any]) -> str:
    """SHA-256 over chain, position, previous hash and the record's canonical JSON."""
    text = dumps([chain.bank_id, chain.day, chain.shard, sequence, previous, dict(record)])
    return hashlib.sha256(text.encode()).hexdigest()


def append(chain: ChainId, last: Link | None, record_id: str, record: Mapping[str, Any]) -> Link:
    """Make the link that follows."""
    sequence = 1 if last is None else last.sequence + 1
    previous = GENESIS if last is None else last.hash
    return Link(
        chain=chain,
        sequence=sequence,
        record_id=record_id,
        record=record,
        previous=previous,
        hash=link_hash(chain, sequence, previous, record),
    )


def end_of(links: Sequence[Link]) -> Head | None:
    """Where the links end."""
    return (links[-1].sequence, links[-1].hash) if links else None


def head_when_read(links: Sequence[Link], before: Head | None, after: Head | None) -> Head | None:
    """The head of a chain that grows while it is read: heads were read before and after its links.

    Links beyond the head before are new ones only if the head moved past them meanwhile, and only
    if the head before is still one of the links.
    """
    end = end_of(links)
    if before == end or end is None or after is None:
        return before
    held = before is None or before in {(link.sequence, link.hash) for link in links}
    return end if held and end[0] <= after[0] else before


def faults(links: Sequence[Link], head: Head | None) -> list[str]:
    """Everything wrong with one chain, in the order of its links; empty when it verifies."""
    found: list[str] = []
    previous, expected = GENESIS, 1
    for link in links:
        where = f"{link.chain.day}/{link.chain.shard} #{link.sequence}"
        if link.sequence != expected:
            found.append(f"{where}: expected #{expected} (gap, order or fork)")
        if link.previous != previous:
            found.append(f"{where}: does not follow the link before it")
        if link.hash != link_hash(link.chain, link.sequence, link.previous, link.record):
            found.append(f"{where}: was changed")
        previous, expected = link.hash, link.sequence + 1
    end = end_of(links)
    if head is None and end is not None:
        found.append(f"the chain ends at #{end[0]} and has no head")
    elif head is not None and head[0] != (end[0] if end else 0):
        found.append(f"the head says #{head[0]}, the chain ends at #{end[0] if end else 0}")
    elif head != end:
        found.append(f"the head names another link #{head[0] if head else 0}")
    return found
