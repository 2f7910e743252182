"""Read the document of a query (读取查询结果文件), as long as its consent lives."""

from __future__ import annotations

from dataclasses import dataclass

from extdata.domain.errors import ConsentMissing, QueryNotFound
from extdata.domain.query import Query
from extdata.ports import Archive, Consents, Queries
from puhui.clock import BusinessCalendar
from puhui.tenancy import BankId


@dataclass(frozen=True)
class ReadDocument:
    """Give the document of an answered query; withdrawn consent ends its use at once."""

    queries: Queries
    consents: Consents
    archive: Archive
    calendar: BusinessCalendar

    def __call__(self, bank_id: BankId, query_id: str) -> tuple[Query, bytes]:
        """Answer the query and its bytes, or raise QueryNotFound or ConsentMissing."""
        query = self.queries.get(bank_id, query_id)
        if query.document is None:
            raise QueryNotFound("this query has no document", rule="query.no_document")
        consent = self.consents.get(bank_id, query.consent_id)
        if consent.withdrawn_at is not None:
            raise ConsentMissing(
                "the consent was withdrawn", field="consent_id", rule="consent.withdrawn"
            )
        return query, self.archive.document(query.document)
