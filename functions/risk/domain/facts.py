"""What a decision knows of its facts: each document's state, hash and, if readable, columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from risk.domain.indicators.values import State

if TYPE_CHECKING:
    # Whoever only reads decisions does not load numpy.
    from puhui.columns import FactColumns


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fact:
    """One product's document as it was found."""

    product: str
    state: State
    reason: str | None = None
    """Why the state is not ok: absent, sha256, size, json, schema, rows, period …"""
    document_id: str | None = None
    sha256: str | None = None
    size_bytes: int | None = None
    columns: FactColumns | None = None
