"""What auditors look at: chains of audit records, and queries that never finished."""

from __future__ import annotations

from extdata.audit_views import AuditView, OpenQueryList
from extdata.path_values import day_of
from extdata.wiring import wiring
from puhui.http import ApiRoutes, RequestContext


def include_audit(routes: ApiRoutes) -> None:
    """Declare these routes among others."""

    @routes.get(
        "/audit/{day}",
        action="extdata.verify_audit",
        returns=AuditView,
        summary="核验审计链 Verify the audit chains of an accounting day",
    )
    def verify_audit(context: RequestContext, day: str) -> AuditView:
        """Nothing changed, missing, moved or forked; a record waits for seconds at most."""
        return AuditView.of(
            wiring().verify_audit(context.principal.bank_id, day_of(day).isoformat())
        )

    @routes.get(
        "/audit/{day}/open",
        action="extdata.verify_audit",
        returns=OpenQueryList,
        summary="未了查询 Queries that were begun on a day and never finished",
    )
    def list_open(context: RequestContext, day: str) -> OpenQueryList:
        """Begun more than an hour ago; their caller's same request id finishes them."""
        found = wiring().list_open_queries(context.principal.bank_id, day_of(day))
        return OpenQueryList.of(found)
