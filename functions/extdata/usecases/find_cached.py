"""Find a cached answer (查缓存): given before, young enough, and still under a live consent."""

from __future__ import annotations

from dataclasses import dataclass

from extdata.domain.cache import CachedAnswer, CacheKey
from extdata.domain.consent import LiveConsent
from extdata.domain.errors import ConsentMissing
from extdata.domain.query import Query
from extdata.domain.route import RouteTable
from extdata.ports import Cache, Consents


@dataclass(frozen=True)
class FindCached:
    """What an earlier query got may be given again, if everybody who allowed it still does."""

    cache: Cache
    consents: Consents

    def __call__(
        self, query: Query, table: RouteTable, consent: LiveConsent, max_age_days: int | None
    ) -> CachedAnswer | None:
        """An answer whose provider this consent allows and whose own consent lives, or None."""
        key = CacheKey(
            bank_id=query.bank_id,
            subject_key=query.subject_key,
            product=query.product,
            scope=query.consent_scope,
        )
        known = self.cache.find(key)
        if known is None or not known.usable(
            table, now=query.asked_at, on=query.asked_on, max_age_days=max_age_days
        ):
            return None
        if known.provider_id is not None and not consent.allows_provider(known.provider_id):
            return None
        return None if self.is_dead(query, known.consent_id) else known

    def is_dead(self, query: Query, consent_id: str) -> bool:
        """What was obtained under a consent that ended may not be used under another."""
        if consent_id == query.consent_id:
            return False
        try:
            return self.consents.get(query.bank_id, consent_id).withdrawn_at is not None
        except ConsentMissing:
            return True
