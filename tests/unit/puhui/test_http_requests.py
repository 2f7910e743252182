"""The HTTP edge around the body: callers, paths, queries, keys, and what views raise."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.api import a_customer, call, proxy_event
from tests.support.lending_api import AUDITOR, GOOD, app, created, post, problem


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
