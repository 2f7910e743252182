"""Reviews (人工复核) of automated decisions, the right of PIPL art. 24."""

from __future__ import annotations

from puhui.http import ApiRoutes, RequestContext
from puhui.observability import metrics
from risk.review_schemas import OutcomeBody, ReviewBody, ReviewList, ReviewQuery, ReviewView
from risk.review_wiring import reviews


def include_reviews(routes: ApiRoutes) -> None:
    """Declare these routes among others."""
    _include_requests(routes)
    _include_outcomes(routes)


def _include_requests(routes: ApiRoutes) -> None:
    @routes.post(
        "/decisions/{decision_id}/review-requests",
        action="risk.request_review",
        body=ReviewBody,
        returns=ReviewView,
        status=201,
        summary="申请人工复核 Ask a person to look at an automated decline or referral",
    )
    def request_review(context: RequestContext, body: ReviewBody, decision_id: str) -> ReviewView:
        """Asking again answers the same review; without operations risk's own staff handle it."""
        who = context.principal
        review = reviews().request(who, decision_id, body.statement)
        metrics.count("ReviewRequested", bank_id=who.bank_id)
        return ReviewView.of(review, who)

    @routes.get(
        "/decisions/{decision_id}/review",
        action="risk.read_review",
        returns=ReviewView,
        summary="查询复核 How far the review of a decision has come",
    )
    def read_review(context: RequestContext, decision_id: str) -> ReviewView:
        """For the customer, and for those who may read the decision."""
        return ReviewView.of(reviews().read(context.principal, decision_id), context.principal)


def _include_outcomes(routes: ApiRoutes) -> None:
    @routes.get(
        "/reviews",
        action="risk.list_reviews",
        query=ReviewQuery,
        returns=ReviewList,
        summary="复核清单 Reviews at one stage, the open ones unless asked otherwise",
    )
    def list_reviews(context: RequestContext, query: ReviewQuery) -> ReviewList:
        """Those that are due first at the front."""
        who = context.principal
        found = reviews().reviews.with_status(who.bank_id, query.status)
        return ReviewList(items=tuple(ReviewView.of(one, who) for one in found))

    @routes.post(
        "/decisions/{decision_id}/review",
        action="risk.record_review",
        body=OutcomeBody,
        returns=ReviewView,
        summary="登记复核结果 Decide a review that operations has no task for",
    )
    def record_review(context: RequestContext, body: OutcomeBody, decision_id: str) -> ReviewView:
        """Another person than asked for it; the same outcome again changes nothing."""
        who = context.principal
        review = reviews().record(who, decision_id, body.outcome, body.comment)
        metrics.count("DecisionReviewed", bank_id=who.bank_id, outcome=body.outcome)
        return ReviewView.of(review, who)
