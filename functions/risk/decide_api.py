"""Decisions, proofs of policies, related parties: whose function loads numpy and models.

They have a function of their own; whoever only reads (`risk.api`) does without either.
"""

from __future__ import annotations

from puhui.http import ApiRoutes, RequestContext
from puhui.observability import metrics
from risk.asking_wiring import asking
from risk.decide_schemas import DecisionBody
from risk.decision_api import shown
from risk.policies_api import VERSION
from risk.policies_schemas import PolicyView, PublicationBody
from risk.policy import POLICY
from risk.related_api import include_related
from risk.schemas import DecisionView

routes = ApiRoutes("risk", policy=POLICY)
include_related(routes)


@routes.post(
    "/decisions",
    action="risk.ask_decision",
    body=DecisionBody,
    returns=DecisionView,
    summary="申请决策 Ask for a decision, with small documents inside and any by reference",
)
def ask_decision(context: RequestContext, body: DecisionBody) -> DecisionView:
    """The same question again gets the same decision; what came inside is kept first."""
    who, desk = context.principal, asking()
    command = body.to_command(who.bank_id, context.correlation_id, desk.ask.calendar.today())
    return shown(desk.ask(who, command), who)


@routes.post(
    f"{VERSION}/check",
    action="risk.check_policy",
    body=None,
    returns=PolicyView,
    summary="策略检查 Lint a draft and prove its compiled tables",
)
def check_policy(context: RequestContext, policy_id: str, version: str) -> PolicyView:
    """A version with findings, or without proof, goes no further."""
    who = context.principal
    return PolicyView.of(asking().check_policy(who.bank_id, policy_id, version, who.subject))


@routes.post(
    f"{VERSION}/publication",
    action="risk.publish_policy",
    body=PublicationBody,
    returns=PolicyView,
    summary="策略发布 Let an approved version decide from a day on; linted and proven again now",
)
def publish_policy(
    context: RequestContext, body: PublicationBody, policy_id: str, version: str
) -> PolicyView:
    """Today or later; the version that begins latest decides. With findings nothing changes."""
    who = context.principal
    published = asking().publish_policy(
        who.bank_id, policy_id, version, effective_from=body.effective_from, by=who.subject
    )
    metrics.count("PolicyPublished", bank_id=who.bank_id)
    return PolicyView.of(published)


app = routes.app()
