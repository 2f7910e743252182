"""What operators and auditors look at: circuits, quotas, audit chains."""

from __future__ import annotations

from extdata.flow_views import AuditView, BreakerList, LimitList, LimitView, OpenQueryList
from extdata.path_values import day_of
from extdata.wiring import wiring
from puhui.http import ApiRoutes, RequestContext


def include_flow(routes: ApiRoutes) -> None:
    """Declare these routes among others."""
    _include_gates(routes)
    _include_audit(routes)


def _include_gates(routes: ApiRoutes) -> None:
    @routes.get(
        "/breakers",
        action="extdata.list_breakers",
        returns=BreakerList,
        summary="熔断状态 How every circuit stands",
    )
    def list_breakers(context: RequestContext) -> BreakerList:
        """Closed, open or half open, for each connector."""
        return BreakerList.of(wiring().list_breakers(context.principal.bank_id))

    @routes.get(
        "/limits",
        action="extdata.list_limits",
        returns=LimitList,
        summary="配额使用 How much of every quota is used",
    )
    def list_limits(context: RequestContext) -> LimitList:
        """Today and this month; reading counts nothing."""
        found = wiring().list_limits(context.principal.bank_id)
        return LimitList(items=tuple(LimitView.of(one) for one in found))


def _include_audit(routes: ApiRoutes) -> None:
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
