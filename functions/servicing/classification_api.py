"""Five-tier classification (五级分类): 初分, 认定, 审批, work lists and history."""

from __future__ import annotations

from puhui.errors import NotFound
from puhui.http import RequestContext
from puhui.identity import Protected
from puhui.observability import metrics
from puhui.tenancy import bank_id
from servicing.classification_schemas import (
    ApprovalBody,
    ClassificationList,
    ClassificationView,
    HistoryQuery,
    HistoryView,
    ListQuery,
    ProposalBody,
    StandingView,
    StepBody,
)
from servicing.classification_wiring import classifying
from servicing.debtor_routes import routes
from servicing.domain.classification.classification import Classification, State
from servicing.domain.classification.standing import Standing
from servicing.usecases.classify_debtor import ClassifyDebtorCommand
from servicing.usecases.confirm_classification import StepCommand

DEBTOR = "/classifications/{debtor_id}"


def _visible(context: RequestContext, one: Classification | Standing) -> bool:
    try:
        context.authorise(Protected(bank_id=one.bank_id, branch=one.branch_id))
    except NotFound:
        return False
    return True


@routes.get(
    "/classifications",
    action="servicing.read_classifications",
    query=ListQuery,
    returns=ClassificationList,
    summary="分类清单 Open classifications by state and tier; debtors by tier in effect",
)
def list_classifications(context: RequestContext, query: ListQuery) -> ClassificationList:
    """The worst first; with `overdue`, who was not classified for a quarter."""
    kept, who = classifying().classifications, context.principal
    bank = bank_id(who.bank_id)
    today = classifying().calendar.today(bank)
    if query.overdue or query.state is State.FINAL:
        debtors = kept.standings(bank, who.branch, query.tier, today if query.overdue else None)
        return ClassificationList(
            debtors=tuple(StandingView.of(one, today) for one in debtors if _visible(context, one))
        )
    found = kept.waiting(bank, who.branch, query.state, query.tier)
    return ClassificationList(
        items=tuple(ClassificationView.of(one) for one in found if _visible(context, one))
    )


@routes.get(
    DEBTOR,
    action="servicing.read_classifications",
    query=HistoryQuery,
    returns=HistoryView,
    summary="债务人分类历史 A debtor's classifications, also as they were known on a day",
)
def read_history(context: RequestContext, query: HistoryQuery, debtor_id: str) -> HistoryView:
    """What is open now, and what was in effect."""
    desk, bank = classifying(), bank_id(context.principal.bank_id)
    standing = desk.classifications.standing(bank, debtor_id)
    if standing is None:
        raise NotFound("there is no such thing here", rule="policy.object")
    context.authorise(Protected(bank_id=bank, branch=standing.branch_id))
    now = standing if query.as_of is None else None
    waiting = None
    if now is not None and now.open_id is not None:
        waiting = desk.classifications.get(bank, debtor_id, now.open_id)
    return HistoryView(
        debtor_id=debtor_id,
        standing=None if now is None else StandingView.of(now, desk.calendar.today(bank)),
        open=None if waiting is None else ClassificationView.of(waiting),
        in_effect=tuple(
            ClassificationView.of(one)
            for one in desk.classifications.in_effect(bank, debtor_id, query.as_of)
        ),
    )


@routes.post(
    "/classifications",
    action="servicing.classify_debtor",
    body=ProposalBody,
    returns=ClassificationView,
    status=201,
    summary="初分 Ask the model for the tiers of a debtor now",
)
def classify(context: RequestContext, body: ProposalBody) -> ClassificationView:
    """The same question again answers the same classification."""
    desk, who = classifying(), context.principal
    bank = bank_id(who.bank_id)
    today = desk.calendar.today(bank)
    for loan in desk.debtors.loans_of(bank, body.debtor_id, today):
        context.authorise(Protected(bank_id=bank, branch=loan.position.branch_id))
    classified = desk.classify(
        ClassifyDebtorCommand(
            bank_id=bank,
            debtor_id=body.debtor_id,
            as_of=today,
            asked_by=who.subject,
            judgement=None if body.judgement is None else body.judgement.to_domain(),
        )
    )
    metrics.count("DebtorClassified", bank_id=bank, basis=classified.opinion.basis)
    return ClassificationView.of(classified.asked)


@routes.post(
    f"{DEBTOR}/confirmation",
    action="servicing.confirm_classification",
    body=StepBody,
    returns=ClassificationView,
    summary="认定 Take the proposal, or set other tiers with reasons",
)
def confirm(context: RequestContext, body: StepBody, debtor_id: str) -> ClassificationView:
    """The same step again changes nothing."""
    desk, command = classifying(), _command(context, body, debtor_id)
    return ClassificationView.of(desk.confirm(command))


@routes.post(
    f"{DEBTOR}/approval",
    action="servicing.approve_classification",
    body=ApprovalBody,
    returns=ClassificationView,
    summary="审批 Let it take effect, or send it back; another person than confirmed it",
)
def approve(context: RequestContext, body: ApprovalBody, debtor_id: str) -> ClassificationView:
    """Better than the model proposed takes a second approver."""
    desk, command = classifying(), _command(context, body, debtor_id)
    step = desk.approve if body.decision == "approve" else desk.approve.send_back
    decided = step(command)
    if decided.state is State.FINAL:
        metrics.count("ClassificationApproved", bank_id=command.bank_id, tier=decided.tier.value)
    return ClassificationView.of(decided)


def _command(context: RequestContext, body: StepBody, debtor_id: str) -> StepCommand:
    bank = bank_id(context.principal.bank_id)
    found = classifying().classifications.get(bank, debtor_id, body.classification_id)
    context.authorise(Protected(bank_id=bank, branch=found.branch_id))
    return body.to_command(bank, debtor_id, context.principal.subject)
