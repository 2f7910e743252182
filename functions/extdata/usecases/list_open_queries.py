"""List open queries (列出未了查询): begun, perhaps asked of a provider, and never finished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from extdata.domain.query import Query
from extdata.ports import Queries
from puhui.clock import Clock
from puhui.tenancy import BankId

OPEN_AFTER: Final = timedelta(hours=1)
"""No run lasts so long: its function ended, and nobody asked again under the request id."""


@dataclass(frozen=True)
class ListOpenQueries:
    """Find what left no audit record because its run died between asking and writing down."""

    queries: Queries
    clock: Clock

    def __call__(self, bank_id: BankId, on: date) -> Sequence[Query]:
        """A query that waits for its provider's file or callback is none of them."""
        before = self.clock.now() - OPEN_AFTER
        return sorted(
            (
                query
                for query in self.queries.of_day(bank_id, on)
                if query.is_being_asked and query.asked_at < before
            ),
            key=lambda query: (query.asked_at, query.query_id),
        )
