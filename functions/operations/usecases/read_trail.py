"""Show an auditor who changed the organisation, the authority matrix or a product, and when."""

from __future__ import annotations

from dataclasses import dataclass

from operations.ports import TrailPage, Trails
from puhui.identity import Principal, Protected, authorise


@dataclass(frozen=True)
class ReadTrail:
    """Read the trail of the bank's own changes."""

    trails: Trails

    def __call__(self, principal: Principal, cursor: str | None, limit: int) -> TrailPage:
        """Return one page, oldest line first."""
        authorise(principal, "operations.read_trail", Protected(bank_id=principal.bank_id))
        return self.trails.page(principal.bank_id, cursor, limit)
