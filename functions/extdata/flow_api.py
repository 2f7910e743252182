"""What operators look at: circuits and quotas."""

from __future__ import annotations

from extdata.flow_views import BreakerList, LimitList, LimitView
from extdata.wiring import wiring
from puhui.http import ApiRoutes, RequestContext


def include_flow(routes: ApiRoutes) -> None:
    """Declare these routes among others."""

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
