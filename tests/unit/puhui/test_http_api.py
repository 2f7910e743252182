"""The HTTP edge: every way a request can be wrong has a status, a code, a field and a rule."""

from __future__ import annotations

import json
from typing import Annotated, Any

import pytest
from pydantic import Field

from puhui.contracts.common import Contract, PositiveFen
from puhui.errors import Conflict, UpstreamUnavailable
from puhui.http import ApiRoutes, RequestContext
from puhui.idempotency import InMemoryIdempotency
from puhui.identity import Protected, allow
from tests.support.api import Answer, a_customer, a_principal, call, proxy_event


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


def test_a_good_request_is_answered_with_its_model_and_status() -> None:
    answer = post(key="good")

    assert answer.status == 201
    assert answer.body["amount_fen"] == 100


def test_every_answer_has_the_same_headers() -> None:
    for answer in (post(), post({}), call(app, "GET", "/nowhere")):
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Correlation-Id"]


def test_a_correlation_id_of_the_client_is_kept_and_an_odd_one_replaced() -> None:
    assert post(headers={"X-Correlation-Id": "app-1"}).headers["X-Correlation-Id"] == "app-1"
    odd = post(headers={"x-correlation-id": "a b\r\nSet-Cookie: x"}).headers["X-Correlation-Id"]
    assert odd.startswith("req-")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", (415, "unsupported_media_type", None, "content_type")),
        ("{", (400, "bad_request", None, "json")),
        ("[]", (422, "unprocessable", None, "model_type")),
        ("null", (422, "unprocessable", None, "model_type")),
        ('{"amount_fen": NaN}', (400, "bad_request", None, "json.number")),
        ('{"amount_fen": Infinity}', (400, "bad_request", None, "json.number")),
        ('{"amount_fen": 1, "amount_fen": 2}', (400, "bad_request", None, "json.duplicate_key")),
        ("[" * 33 + "]" * 33, (400, "bad_request", None, "json.depth")),
        ('{"amount_fen": 1, "party": {"name": "甲"}, "bank_id": "south"}',
         (422, "unprocessable", "bank_id", "extra_forbidden")),
        ('{"amount_fen": 1.0, "party": {"name": "甲"}}',
         (422, "unprocessable", "amount_fen", "int_type")),
        ('{"amount_fen": "1", "party": {"name": "甲"}}',
         (422, "unprocessable", "amount_fen", "int_type")),
        ('{"amount_fen": true, "party": {"name": "甲"}}',
         (422, "unprocessable", "amount_fen", "int_type")),
        ('{"amount_fen": 0, "party": {"name": "甲"}}',
         (422, "unprocessable", "amount_fen", "greater_than")),
        ('{"amount_fen": 1, "party": {"name": ""}}',
         (422, "unprocessable", "party.name", "string_too_short")),
        ('{"amount_fen": 1}', (422, "unprocessable", "party", "missing")),
        (" " * 2_001, (413, "payload_too_large", None, "body.size")),
        ("普" * 700, (413, "payload_too_large", None, "body.size")),
    ],
)  # fmt: skip
def test_a_bad_body_is_refused_by_name(
    raw: str, expected: tuple[int, str, str | None, str | None]
) -> None:
    headers = {"Content-Type": "application/json"} if raw else {"Content-Type": ""}

    assert problem(post(raw=raw, headers=headers)) == expected


def test_a_refused_value_is_not_repeated_in_the_answer() -> None:
    answer = post({"amount_fen": 1, "party": {"name": "甲" * 30}, "phone": "13800138000"})

    assert "13800138000" not in json.dumps(answer.body)
    assert "甲甲" not in json.dumps(answer.body, ensure_ascii=False)


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/json5", "application/json; charset=gbk", "text/json", "*/*"],
)
def test_another_content_type_is_refused(content_type: str) -> None:
    assert problem(post(headers={"Content-Type": content_type}))[:2] == (
        415,
        "unsupported_media_type",
    )


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_with_a_charset_is_json(content_type: str) -> None:
    assert post(key="charset", headers={"Content-Type": content_type}).status == 201


def test_nobody_is_unauthenticated_before_anything_is_read() -> None:
    assert problem(post(raw="{", principal=None)) == (401, "unauthenticated", None, "token.missing")


def test_a_role_that_may_not_is_forbidden_before_the_body_is_read() -> None:
    assert problem(post(raw="{", principal=AUDITOR)) == (403, "forbidden", None, "policy.role")


def test_another_customers_loan_does_not_exist() -> None:
    answer = call(
        app, "GET", "/loans/{loan_id}", values={"loan_id": "l1"}, principal=a_customer("cus-2")
    )

    assert problem(answer) == (404, "not_found", None, "policy.object")


@pytest.mark.parametrize("value", ["../x", "a b", "", "l'1", "a" * 129, "贷款", "l1\n"])
def test_a_path_value_that_is_no_id_names_nothing(value: str) -> None:
    answer = call(app, "GET", "/loans/{loan_id}", values={"loan_id": value}, principal=a_customer())

    assert problem(answer) == (404, "not_found", "loan_id", "path.format")


def test_an_unknown_path_and_an_unknown_method() -> None:
    assert problem(call(app, "GET", "/nowhere"))[:2] == (404, "not_found")
    assert problem(call(app, "PUT", "/loans"))[:2] == (405, "method_not_allowed")


@pytest.mark.parametrize("event", [{}, {"requestContext": None}, {"headers": None}, {"a": 1}])
def test_an_event_that_is_no_request_is_answered_all_the_same(event: dict[str, Any]) -> None:
    assert app(event, None)["statusCode"] == 404


def test_a_missing_and_an_odd_idempotency_key() -> None:
    assert problem(post(key=None))[2:] == ("Idempotency-Key", "idempotency.required")
    assert problem(post(key="a b"))[2:] == ("Idempotency-Key", "idempotency.format")


def test_a_repeated_request_has_one_effect_and_one_answer() -> None:
    before = len(created)

    first, second = post(key="twice"), post(key="twice")

    assert first.body == second.body
    assert len(created) == before + 1


def test_the_same_key_for_another_request_is_a_conflict() -> None:
    post(key="other")

    answer = post({**GOOD, "amount_fen": 200}, key="other")

    assert problem(answer) == (409, "conflict", "Idempotency-Key", "idempotency.payload")


def test_the_same_key_of_another_person_is_another_request() -> None:
    first = post(key="shared")
    second = post({**GOOD, "amount_fen": 7}, key="shared", principal=a_customer("cus-9"))

    assert (first.status, second.status) == (201, 201)


def test_a_query_is_parsed_with_defaults() -> None:
    answer = call(app, "GET", "/loans", query={"limit": ["50"]}, principal=AUDITOR)

    assert answer.body == {"limit": 50, "status": None}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"limit": ["101"]}, (422, "unprocessable", "query.limit", "less_than_equal")),
        ({"limit": ["x"]}, (422, "unprocessable", "query.limit", "int_parsing")),
        ({"page": ["1"]}, (422, "unprocessable", "query.page", "extra_forbidden")),
        ({"limit": ["1", "2"]}, (400, "bad_request", None, "query.duplicate")),
        ({"status": ["x" * 513]}, (400, "bad_request", None, "query.length")),
        ({f"p{n}": ["1"] for n in range(21)}, (400, "bad_request", None, "query.count")),
    ],
)
def test_a_bad_query_is_refused_by_name(
    query: dict[str, list[str]], expected: tuple[int, str, str | None, str | None]
) -> None:
    assert problem(call(app, "GET", "/loans", query=query, principal=AUDITOR)) == expected


def test_nothing_to_say_is_204_without_a_body() -> None:
    answer = call(app, "DELETE", "/loans/{loan_id}", values={"loan_id": "l1"}, principal=AUDITOR)

    assert (answer.status, answer.body) == (204, None)


def test_a_route_without_a_body_reads_none() -> None:
    answer = call(
        app, "DELETE", "/loans/{loan_id}", values={"loan_id": "l1"}, principal=AUDITOR, raw="[1]"
    )

    assert problem(answer) == (400, "bad_request", None, "body.unexpected")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("division", (500, "internal", None, None)),
        ("key", (500, "internal", None, None)),
        ("invalid", (500, "internal", None, None)),
        ("other", (500, "internal", None, None)),
        ("conflict", (409, "conflict", "amount_fen", "payment.same_amount")),
        ("upstream", (503, "upstream_unavailable", None, None)),
    ],
)
def test_whatever_a_view_raises_is_an_answer_of_the_table(
    kind: str,
    expected: tuple[int, str, str | None, str | None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = call(app, "POST", "/failures/{kind}", values={"kind": kind}, principal=AUDITOR)

    assert problem(answer) == expected
    seen = json.dumps(answer.body, ensure_ascii=False) + "".join(capsys.readouterr())
    for leak in ("13800138000", "张三", "11010519491231002X", "Traceback", '.py", line'):
        assert leak not in seen


def test_a_public_route_needs_no_token_and_knows_nobody() -> None:
    assert call(app, "POST", "/hooks", body={"name": "甲"}).body == {"name": "甲"}


def test_a_base64_body_is_read_and_a_broken_one_refused() -> None:
    event = proxy_event("POST", "/hooks", headers={"content-type": "application/json"})

    good = app({**event, "body": "eyJuYW1lIjoiQSJ9", "isBase64Encoded": True}, None)
    bad = app({**event, "body": "%%%", "isBase64Encoded": True}, None)

    assert (good["statusCode"], json.loads(good["body"])) == (200, {"name": "A"})
    assert (bad["statusCode"], json.loads(bad["body"])["error"]["rule"]) == (400, "body.base64")


def test_a_lone_surrogate_is_no_utf8() -> None:
    answer = call(app, "POST", "/hooks", raw='{"name": "\ud800"}')

    assert answer.status == 400


def test_a_forged_context_is_nobody() -> None:
    event = proxy_event("GET", "/loans")
    for context in ("x", {"subject": "s"}, {"subject": "s", "bank_id": "*", "roles": "auditor"}):
        event["requestContext"]["authorizer"] = context
        assert app(event, None)["statusCode"] == 401
