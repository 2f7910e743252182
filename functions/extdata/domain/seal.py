"""A seal (封存): the head of an audit chain on a day, kept out of reach of who writes the chain.

A chain that is rewritten from its first link on, with a new head, verifies by itself; it does not
agree with its seal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from extdata.domain.audit import ChainId, Link


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainSeal:
    """Where a chain ended when it was sealed; what is appended later comes after it."""

    chain: ChainId
    sequence: int
    hash: str
    sealed_at: datetime


def broken_seals(links: Sequence[Link], seals: Sequence[ChainSeal]) -> list[str]:
    """Every seal of one chain whose link is gone or another one, in words."""
    hashes = {link.sequence: link.hash for link in links}
    return [
        f"{seal.chain.day}/{seal.chain.shard} #{seal.sequence}: "
        + ("is missing but sealed" if found is None else "is not what was sealed")
        for seal in seals
        if (found := hashes.get(seal.sequence)) != seal.hash
    ]


def sealed_records(seals: Sequence[ChainSeal]) -> int:
    """How many links of a day lie under a seal: in each chain those up to the last one."""
    last: dict[ChainId, int] = {}
    for seal in seals:
        last[seal.chain] = max(seal.sequence, last.get(seal.chain, 0))
    return sum(last.values())
