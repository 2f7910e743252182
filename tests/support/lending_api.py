"""An API with one route of every kind, for the tests of the HTTP edge."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import Field

from puhui.contracts.common import Contract, PositiveFen
from puhui.errors import Conflict, UpstreamUnavailable
from puhui.http import ApiRoutes, RequestContext
from puhui.identity import Protected, allow
from tests.support.api import Answer, a_customer, a_principal, call
from tests.support.repetition import InMemoryIdempotency


class Party(Contract):
    """A nested part."""

    name: Annotated[str, Field(min_length=1, max_length=20)]


class NewLoan(Contract):
    """A body."""

    amount_fen: PositiveFen
    party: Party
    note: str | None = None


class LoanView(Contract):
    """An answer."""

    loan_id: str
    amount_fen: int


class Page(Contract):
    """A query."""

    limit: Annotated[int, Field(ge=1, le=100)] = 25
    status: str | None = None


class PageView(Contract):
    """An answer to a query."""

    limit: int
    status: str | None


routes = ApiRoutes(
    "lending",
    policy={
        "lending.create": allow("customer", "relationship_manager", own=True),
        "lending.read": allow("customer", "auditor", own=True),
        "lending.list": allow("auditor"),
        "lending.close": allow("auditor"),
        "lending.fail": allow("auditor"),
    },
)
requests = InMemoryIdempotency()
created: list[int] = []
FAILURES: dict[str, Exception] = {
    "division": ZeroDivisionError("张三 13800138000"),
    "conflict": Conflict("already paid", field="amount_fen", rule="payment.same_amount"),
    "upstream": UpstreamUnavailable("core banking: timeout"),
    "key": KeyError("11010519491231002X"),
}


@routes.post(
    "/loans",
    action="lending.create",
    body=NewLoan,
    returns=LoanView,
    status=201,
    idempotency_key=True,
    summary="新建贷款 Create a loan",
    max_body_bytes=2_000,
)
def create(context: RequestContext, body: NewLoan) -> LoanView:
    """Create a loan once per key."""

    def run() -> LoanView:
        created.append(body.amount_fen)
        return LoanView(loan_id=f"loan-{len(created)}", amount_fen=body.amount_fen)

    return context.once(requests, body, run, LoanView)


@routes.get("/loans/{loan_id}", action="lending.read", returns=LoanView)
def read(context: RequestContext, loan_id: str) -> LoanView:
    """Read one's own loan."""
    context.authorise(Protected(bank_id="north", owner_id="cus-1"))
    return LoanView(loan_id=loan_id, amount_fen=1)


@routes.get("/loans", action="lending.list", query=Page, returns=PageView)
def list_loans(context: RequestContext, query: Page) -> PageView:
    """List."""
    return PageView(limit=query.limit, status=query.status)


@routes.delete("/loans/{loan_id}", action="lending.close")
def close(context: RequestContext, loan_id: str) -> None:
    """Close; nothing to say."""


@routes.post("/failures/{kind}", action="lending.fail", returns=LoanView)
def fail(context: RequestContext, kind: str) -> LoanView:
    """Fail in a chosen way."""
    if kind == "invalid":
        return LoanView(loan_id="l1", amount_fen="much")
    if kind == "other":
        return Page()  # type: ignore[return-value]
    raise FAILURES[kind]


@routes.post("/hooks", public=True, body=Party, returns=Party)
def hook(context: RequestContext, body: Party) -> Party:
    """Answer somebody without a token; the signature covers path and raw body."""
    assert json.loads(context.raw_body) == {"name": body.name}
    assert context.full_path == "/live/hooks"
    return body


app = routes.app()
GOOD: dict[str, Any] = {"amount_fen": 100, "party": {"name": "甲"}}
AUDITOR = a_principal("auditor")


def post(body: Any = None, *, key: str | None = "k1", **options: Any) -> Answer:
    headers = {**({"Idempotency-Key": key} if key else {}), **options.pop("headers", {})}
    options.setdefault("principal", a_customer())
    if "raw" not in options:
        options["body"] = GOOD if body is None else body
    return call(app, "POST", "/loans", headers=headers, **options)


def problem(answer: Answer) -> tuple[int, str, str | None, str | None]:
    error = answer.error
    assert set(answer.body) == {"error"}
    assert set(error) == {"code", "message", "field", "rule"}
    return answer.status, error["code"], error["field"], error["rule"]
