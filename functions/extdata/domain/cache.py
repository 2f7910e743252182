"""Answers that may be given again (缓存): bound to subject, product and consent scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from extdata.domain.query import DocumentRef
from extdata.domain.route import RouteTable
from puhui.tenancy import BankId


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheKey:
    """The same subject, product and consent scope of the same bank."""

    bank_id: BankId
    subject_key: str
    product: str
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedAnswer:
    """A hit with its document, or the knowledge that there was nothing."""

    key: CacheKey
    status: Literal["hit", "miss"]
    query_id: str
    consent_id: str
    """Under which it was obtained; when that consent is withdrawn the answer is dead."""
    given_at: datetime
    given_on: date
    document: DocumentRef | None = None
    provider_id: str | None = None

    def usable(
        self, table: RouteTable, *, now: datetime, on: date, max_age_days: int | None
    ) -> bool:
        """A hit within its days, by accounting day; "nothing" within its seconds, by the clock."""
        if self.status == "miss":
            return now - self.given_at < timedelta(seconds=table.negative_cache_seconds)
        allowed = table.cache_days if max_age_days is None else min(table.cache_days, max_age_days)
        return allowed > 0 and 0 <= (on - self.given_on).days < allowed
