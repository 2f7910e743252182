"""Related parties (关联方) of a customer."""

from __future__ import annotations

from puhui.http import ApiRoutes, RequestContext
from puhui.observability import logger
from risk.asking_wiring import asking
from risk.related_schemas import RelatedPartiesView, RelatedQuery


def include_related(routes: ApiRoutes) -> None:
    """Declare this route among others."""

    @routes.get(
        "/related-parties",
        action="risk.read_relations",
        query=RelatedQuery,
        returns=RelatedPartiesView,
        summary="关联方查询 Who belongs to a customer: parties, relations, ring, circles",
    )
    def related_parties(context: RequestContext, query: RelatedQuery) -> RelatedPartiesView:
        """Fingerprints only; across branches, because a ring is not of one branch."""
        desk = asking()
        found = desk.find_related(
            context.principal.bank_id,
            query.customer_id,
            desk.ask.calendar.today(),
            hops=query.hops,
        )
        logger.info("related parties read", customer_id=query.customer_id, count=len(found.hops))
        return RelatedPartiesView.of(query.customer_id, found)
