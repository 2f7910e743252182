"""What stewards and auditors look at: the measured quality of every connector's data."""

from __future__ import annotations

from extdata.path_values import day_of
from extdata.quality_views import QualityList
from extdata.wiring import wiring
from puhui.http import ApiRoutes, RequestContext


def include_quality(routes: ApiRoutes) -> None:
    """Declare these routes among others."""

    @routes.get(
        "/quality/{day}",
        action="extdata.read_quality",
        returns=QualityList,
        summary="数据质量 What was measured of a day",
    )
    def read_quality(context: RequestContext, day: str) -> QualityList:
        """By connector; empty before the night's measurement."""
        on = day_of(day)
        return QualityList.of(on, wiring().get_quality(context.principal.bank_id, on))

    @routes.post(
        "/quality/{day}",
        action="extdata.measure_quality",
        body=None,
        returns=QualityList,
        summary="度量数据质量 Measure a day now; measuring again gives the same",
    )
    def measure_quality(context: RequestContext, day: str) -> QualityList:
        """Availability, latency, hit rate, nulls and drift."""
        on = day_of(day)
        return QualityList.of(on, wiring().measure_quality(context.principal.bank_id, on))
