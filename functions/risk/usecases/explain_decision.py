"""Explain decision (解释决策)."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.strict_json import loads
from risk.domain.errors import RecordOfAnotherKind
from risk.domain.explanation import Explanation, explain
from risk.domain.record import RECORD_SCHEMA
from risk.record_ports import Listings


@dataclass(frozen=True)
class ExplainDecision:
    """Tell a record with the names that its library had when the decision was made."""

    listings: Listings

    def __call__(self, record: bytes, clear_level: int) -> Explanation:
        document = loads(record)
        if document.get("schema") != RECORD_SCHEMA:
            raise RecordOfAnotherKind(f"the record is {document.get('schema')}")
        listing = self.listings.listing(document["manifest"]["listing_sha256"])
        return explain(document, listing, clear_level)
