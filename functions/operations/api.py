"""The back office's API: tasks, organisation, authority, products."""

from __future__ import annotations

from operations.policy import POLICY
from operations.schemas import (
    AuthorityBody,
    AuthorityView,
    BankBody,
    BankView,
    ProductBody,
    ProductList,
    StaffBody,
    StaffList,
    StaffView,
)
from operations.task_schemas import (
    DecisionBody,
    TaskDetail,
    TaskList,
    TaskListQuery,
    TaskView,
    Trail,
    TrailQuery,
)
from operations.usecases.decide_task import DecideTaskCommand
from operations.wiring import wiring
from puhui.contracts.operations import LoanProduct
from puhui.http import ApiRoutes, RequestContext
from puhui.money import Money
from puhui.observability import metrics

routes = ApiRoutes("operations", policy=POLICY)


@routes.get(
    "/tasks",
    action="operations.list_tasks",
    query=TaskListQuery,
    returns=TaskList,
    summary="任务池 List tasks by status, nearest deadline first",
)
def list_tasks(context: RequestContext, query: TaskListQuery) -> TaskList:
    """One page of the tasks of one's branch, or of the bank."""
    page = wiring().list_tasks(context.principal, query.status, query.cursor, query.limit)
    return TaskList.of(page)


@routes.get(
    "/tasks/{task_id}",
    action="operations.read_task",
    returns=TaskDetail,
    summary="任务详情与留痕 One task with its trail",
)
def read_task(context: RequestContext, task_id: str) -> TaskDetail:
    """The task and everything that happened to it."""
    return TaskDetail.of(*wiring().get_task(context.principal, task_id))


@routes.post(
    "/tasks/{task_id}/claim",
    action="operations.claim_task",
    body=None,
    returns=TaskView,
    summary="领取任务 Claim a task",
)
def claim(context: RequestContext, task_id: str) -> TaskView:
    """Take the task; taking one's own again changes nothing."""
    return TaskView.of(wiring().claim_task(context.principal, task_id))


@routes.post(
    "/tasks/{task_id}/release",
    action="operations.release_task",
    body=None,
    returns=TaskView,
    summary="退回任务池 Put a task back into the pool",
)
def release(context: RequestContext, task_id: str) -> TaskView:
    """Give the task back; a supervisor may for others."""
    return TaskView.of(wiring().release_task(context.principal, task_id))


@routes.post(
    "/tasks/{task_id}/decision",
    action="operations.decide_task",
    body=DecisionBody,
    returns=TaskView,
    summary="审批决定 Decide a claimed task",
)
def decide(context: RequestContext, body: DecisionBody, task_id: str) -> TaskView:
    """Decide once; the same answer again gets the same result."""
    command = DecideTaskCommand(
        task_id=task_id,
        outcome=body.outcome,
        limit=None if body.limit_fen is None else Money(body.limit_fen),
        annual_rate_bps=body.annual_rate_bps,
        comment=body.comment,
    )
    task = wiring().decide_task(context.principal, command)
    metrics.count("TaskApproved" if body.outcome == "approved" else "TaskRejected")
    return TaskView.of(task)


@routes.get(
    "/trail",
    action="operations.read_trail",
    query=TrailQuery,
    returns=Trail,
    summary="变更留痕 Who changed organisation, authority or products",
)
def read_trail(context: RequestContext, query: TrailQuery) -> Trail:
    """The trail of the bank's own changes, oldest line first."""
    return Trail.of(wiring().read_trail(context.principal, query.cursor, query.limit))


@routes.get(
    "/bank",
    action="operations.read_bank",
    returns=BankView,
    summary="机构信息 The bank",
)
def read_bank(context: RequestContext) -> BankView:
    """The bank that one works for."""
    return BankView.of(wiring().get_bank(context.principal))


@routes.put(
    "/bank",
    action="operations.set_up_bank",
    body=BankBody,
    returns=BankView,
    summary="设置机构 Set up the bank",
)
def set_up_bank(context: RequestContext, body: BankBody) -> BankView:
    """Replace the bank's description."""
    bank = body.to_domain(context.principal.bank_id)
    return BankView.of(wiring().set_up_bank(context.principal, bank))


@routes.get(
    "/staff",
    action="operations.list_staff",
    returns=StaffList,
    summary="人员名册 The staff register",
)
def list_staff(context: RequestContext) -> StaffList:
    """Everybody in the register."""
    members = wiring().list_staff(context.principal)
    return StaffList(items=tuple(StaffView.of(member) for member in members))


@routes.put(
    "/staff/{staff_id}",
    action="operations.register_staff",
    body=StaffBody,
    returns=StaffView,
    summary="登记人员 Register a member of staff",
)
def register_staff(context: RequestContext, body: StaffBody, staff_id: str) -> StaffView:
    """Register or change one account."""
    member = body.to_domain(context.principal.bank_id, staff_id)
    return StaffView.of(wiring().register_staff(context.principal, member))


@routes.get(
    "/authority",
    action="operations.read_authority",
    returns=AuthorityView,
    summary="授权矩阵 The authority matrix",
)
def read_authority(context: RequestContext) -> AuthorityView:
    """Which role approves what up to how much."""
    return AuthorityView.of(wiring().get_authority_matrix(context.principal))


@routes.put(
    "/authority",
    action="operations.set_authority",
    body=AuthorityBody,
    returns=AuthorityView,
    summary="设置授权矩阵 Replace the authority matrix",
)
def set_authority(context: RequestContext, body: AuthorityBody) -> AuthorityView:
    """Replace the whole matrix."""
    matrix = body.to_domain(context.principal.bank_id)
    return AuthorityView.of(wiring().set_authority_matrix(context.principal, matrix))


@routes.get(
    "/products",
    action="operations.list_products",
    returns=ProductList,
    summary="产品目录 Every version of every product",
)
def list_products(context: RequestContext) -> ProductList:
    """All versions, by code and version."""
    return ProductList(items=wiring().list_products(context.principal))


@routes.put(
    "/products/{code}",
    action="operations.publish_product",
    body=ProductBody,
    returns=LoanProduct,
    summary="发布产品 Publish a product version",
)
def publish_product(context: RequestContext, body: ProductBody, code: str) -> LoanProduct:
    """Make a changed product its next version; an unchanged one stays."""
    return wiring().publish_product(context.principal, body.to_domain(code))


app = routes.app()
