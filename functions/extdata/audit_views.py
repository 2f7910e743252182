"""How audit chains and open queries are shown."""

from __future__ import annotations

from collections.abc import Iterable

from extdata.domain.query import Query
from extdata.usecases.verify_audit import AuditVerdict
from puhui.clock import utc_text
from puhui.contracts.common import Contract as Schema


class AuditView(Schema):
    """What a walk through a day's audit chains found."""

    day: str
    verified: bool
    records: int
    sealed: int
    waiting: int
    faults: tuple[str, ...]

    @classmethod
    def of(cls, verdict: AuditVerdict) -> AuditView:
        """Show a verdict."""
        return cls(
            day=verdict.day,
            verified=verdict.verified,
            records=verdict.records,
            sealed=verdict.sealed,
            waiting=verdict.waiting,
            faults=verdict.faults,
        )


class OpenQueryView(Schema):
    """A query that was begun and never finished."""

    query_id: str
    request_id: str
    caller: str
    product: str
    asked_at: str


class OpenQueryList(Schema):
    """Every one of a day."""

    items: tuple[OpenQueryView, ...]

    @classmethod
    def of(cls, queries: Iterable[Query]) -> OpenQueryList:
        """Show them, the oldest first."""
        return cls(
            items=tuple(
                OpenQueryView(
                    query_id=one.query_id,
                    request_id=one.request_id,
                    caller=one.caller,
                    product=one.product,
                    asked_at=utc_text(one.asked_at),
                )
                for one in queries
            )
        )
