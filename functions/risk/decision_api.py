"""Decisions as they are read: the answer, and its explanation, as far as the reader may see."""

from __future__ import annotations

from puhui.http import ApiRoutes, RequestContext
from puhui.identity import Principal
from risk.decision_views import (
    EvaluationView,
    ExplanationView,
    clear_level_of,
    sees_evaluation,
)
from risk.domain.decision import Decision
from risk.domain.explanation import Explanation
from risk.schemas import DecisionView
from risk.wiring import wiring


def include_decisions(routes: ApiRoutes) -> None:
    """Declare these routes among others."""
    _include_answers(routes)
    _include_explanation(routes)


def _include_answers(routes: ApiRoutes) -> None:
    @routes.get(
        "/decisions/{decision_id}",
        action="risk.read_decision",
        returns=DecisionView,
        summary="查询决策 One decision, as far as the reader may see it",
    )
    def read_decision(context: RequestContext, decision_id: str) -> DecisionView:
        """The decision with its reasons, and for risk staff its whole evaluation tree."""
        return shown(wiring().read_decision(context.principal, decision_id), context.principal)

    @routes.get(
        "/applications/{application_id}/decision",
        action="risk.read_decision",
        returns=DecisionView,
        summary="查询申请的最新决策 The last decision about an application",
    )
    def read_decision_of_application(context: RequestContext, application_id: str) -> DecisionView:
        """The last decision about the application."""
        found = wiring().read_decision_of_application(context.principal, application_id)
        return shown(found, context.principal)


def _include_explanation(routes: ApiRoutes) -> None:
    @routes.get(
        "/decisions/{decision_id}/explanation",
        action="risk.read_decision",
        returns=ExplanationView,
        summary="解释决策 Why a decision was what it was, masked by the reader's role",
    )
    def explain_decision(context: RequestContext, decision_id: str) -> ExplanationView:
        """Reasons for customers and their managers; tree, facts and hashes for risk staff."""
        reader = context.principal
        decision = wiring().read_decision(reader, decision_id)
        found = _explained(decision, reader)
        evaluation = None
        if found is not None:
            evaluation = EvaluationView.of(found, decision.result.record_sha256)
        return ExplanationView.of(DecisionView.of(decision, reader), evaluation)


def shown(decision: Decision, reader: Principal) -> DecisionView:
    """A decision as far as its reader may see it."""
    found = _explained(decision, reader)
    record = None if found is None else found.shown_record
    return DecisionView.of(decision, reader, record)


def _explained(decision: Decision, reader: Principal) -> Explanation | None:
    """The evaluation, for those whose roles show it."""
    if not sees_evaluation(reader):
        return None
    return wiring().explain_decision(decision.record, clear_level_of(reader))
