"""One page of a reconciliation's disputes: they are computed anew for each, never kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from extdata.domain.dispute import Dispute
from extdata.domain.errors import DisputesChanged
from extdata.domain.reconciliation import Reconciliation

MARK_CHARACTERS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputePage:
    """Some disputes, and what comes after them."""

    disputes: tuple[Dispute, ...]
    left_out: int
    """Disputes after this page."""
    cursor: str | None
    """Where the next page begins; None after the last."""


def page_of(found: Reconciliation, cursor: str | None, limit: int) -> DisputePage:
    """The next disputes; their order stays as long as the bill and the statement stay."""
    mark = _mark(found)
    start = 0
    if cursor is not None:
        of, _, place = cursor.partition(".")
        if of != mark:
            raise DisputesChanged(field="cursor", rule="cursor.changed")
        start = int(place)
    end = start + limit
    left_out = max(len(found.disputes) - end, 0)
    return DisputePage(
        disputes=found.disputes[start:end],
        left_out=left_out,
        cursor=f"{mark}.{end}" if left_out else None,
    )


def _mark(found: Reconciliation) -> str:
    """Which bill and which statement were compared: others have other disputes."""
    compared = f"{found.bill_sha256}/{found.statement_sha256}"
    return hashlib.sha256(compared.encode()).hexdigest()[:MARK_CHARACTERS]
