"""What a provider said: the bytes, what they mean, and the canonical document made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Meaning = Literal["hit", "miss", "pending"]
"""hit 查得 · miss 查无 · pending: accepted, the answer follows by callback or file."""
Charge = Literal["charged", "free", "uncertain"]
"""Whether the provider will bill the call; uncertain when no readable answer came."""


_WORSE: Mapping[Charge, int] = {"free": 0, "uncertain": 1, "charged": 2}


def worse(one: Charge, other: Charge) -> Charge:
    """Of two charges of one call the dearer one: what was charged once stays charged.

    >>> worse("charged", "free"), worse("free", "uncertain")
    ('charged', 'uncertain')
    """
    return max(one, other, key=_WORSE.__getitem__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """One response as it arrived (`wire`), and after signature check and decryption (`opened`)."""

    wire: bytes = field(repr=False)
    opened: bytes = field(repr=False)
    status: int
    content_type: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAnswer:
    """A call's outcome: one or more pages, mapped."""

    meaning: Meaning
    charge: Charge
    provider_code: str
    """The provider's own code, as it is written in the connector's code map."""
    pages: tuple[RawPage, ...]
    document: Mapping[str, Any] | None = field(default=None, repr=False)
    """The canonical document for a hit, None else."""
    job_id: str | None = None
    """What the provider calls a pending job."""
    request_sha256: str = ""
    """Fingerprint of the request as sent, before encryption."""
    provider_ms: int = 0
    """Time spent waiting for the provider, in milliseconds, all tries together."""
    tries: int = 1
