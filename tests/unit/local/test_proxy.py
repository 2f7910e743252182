"""The gateway answers as API Gateway does, before, around and after our functions."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from infra.local.functions import UNHANDLED, Invocation
from infra.local.http_message import HttpMessage
from infra.local.intrinsics import Account
from infra.local.proxy import ApiProxy, Response
from infra.local.rest_api import Authorizer, Method, RestApi

GOOD = "Bearer good"


class Functions:
    """Answers as an authorizer and as an API function, and remembers who asked."""

    def __init__(self, answer: Any = None, *, effect: str = "Allow", failed: bool = False) -> None:
        self.answer = {"statusCode": 200, "body": "{}"} if answer is None else answer
        self.effect = effect
        self.failed = failed
        self.calls: list[tuple[str, Any]] = []

    def __call__(self, function: str, payload: bytes) -> Invocation:
        event = json.loads(payload)
        self.calls.append((function, event))
        if function == "api":
            return Invocation(json.dumps(self.answer).encode(), UNHANDLED if self.failed else None)
        if event["authorizationToken"] != GOOD:
            body = {"errorType": "Exception", "errorMessage": "Unauthorized"}
            return Invocation(json.dumps(body).encode(), UNHANDLED)
        statement = {
            "Effect": self.effect,
            "Action": "execute-api:Invoke",
            "Resource": "arn:aws-cn:execute-api:cn-north-1:123456789012:a1/v1/*/*",
        }
        policy = {
            "principalId": "zhang",
            "policyDocument": {"Statement": [statement]},
            "context": {"bank_id": "north", "level": 3, "flag": True, "none": None},
        }
        return Invocation(json.dumps(policy).encode())

    def events(self, function: str = "api") -> list[Any]:
        return [event for name, event in self.calls if name == function]


def a_proxy(functions: Functions) -> ApiProxy:
    api = RestApi("a1", "things")
    api.resources = {"things": (api.root_id, "things"), "thing": ("things", "{thing_id}"),
                     "mine": ("things", "mine"), "rest": (api.root_id, "{proxy+}")}  # fmt: skip
    api.authorizers = {"auth": Authorizer(function="guard", cache_seconds=60)}
    guarded = {"function": "api", "authorizer_id": "auth"}
    api.methods = [
        Method(resource_id="thing", http_method="GET", **guarded),
        Method(resource_id="mine", http_method="GET", **guarded),
        Method(resource_id="things", http_method="POST", function="api"),
        Method(resource_id="rest", http_method="PUT", function="api"),
    ]
    return ApiProxy(api, Account(), functions)


def send(
    proxy: ApiProxy, method: str, target: str, *, token: str | None = GOOD, body: bytes = b""
) -> Response:
    headers = (("Authorization", token),) if token else ()
    return proxy.handle(HttpMessage(method, target, headers, body), target.partition("?")[0])


@pytest.mark.parametrize(
    ("method", "target", "token", "status", "body"),
    [
        ("GET", "/things/1", None, 401, {"message": "Unauthorized"}),
        ("GET", "/things/1", "Bearer bad", 401, {"message": "Unauthorized"}),
        ("GET", "/nothing", GOOD, 403, {"message": "Missing Authentication Token"}),
        ("DELETE", "/things/1", GOOD, 403, {"message": "Missing Authentication Token"}),
    ],
)
def test_a_request_stops_at_the_gateway(
    method: str, target: str, token: str | None, status: int, body: Any
) -> None:
    functions = Functions()

    response = send(a_proxy(functions), method, target, token=token)

    assert (response.status, json.loads(response.body)) == (status, body)
    assert functions.events() == []


def test_an_explicit_deny_is_told() -> None:
    response = send(a_proxy(Functions(effect="Deny")), "GET", "/things/1")

    assert response.status == 403
    assert "with an explicit deny" in json.loads(response.body)["Message"]


def test_the_event_is_a_proxy_event() -> None:
    functions = Functions()

    send(a_proxy(functions), "GET", "/things/a%20b?q=1&q=2&empty=")

    event = functions.events()[0]
    context = event.pop("requestContext")
    assert event == {
        "resource": "/things/{thing_id}",
        "path": "/things/a%20b",
        "httpMethod": "GET",
        "headers": {"Authorization": GOOD},
        "multiValueHeaders": {"Authorization": [GOOD]},
        "queryStringParameters": {"q": "2", "empty": ""},
        "multiValueQueryStringParameters": {"q": ["1", "2"], "empty": [""]},
        "pathParameters": {"thing_id": "a b"},
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
    }
    assert (context["resourcePath"], context["path"]) == ("/things/{thing_id}", "/v1/things/a%20b")
    assert context["authorizer"] == {
        "principalId": "zhang",
        "bank_id": "north",
        "level": "3",
        "flag": "true",
    }


def test_a_literal_path_wins_over_a_parameter() -> None:
    functions = Functions()

    send(a_proxy(functions), "GET", "/things/mine")

    assert functions.events()[0]["resource"] == "/things/mine"


def test_a_greedy_parameter_takes_the_rest() -> None:
    functions = Functions()

    send(a_proxy(functions), "PUT", "/x/y/z")

    assert functions.events()[0]["pathParameters"] == {"proxy": "x/y/z"}


def test_a_decision_is_cached_per_token() -> None:
    functions = Functions()
    proxy = a_proxy(functions)

    for number in range(3):
        send(proxy, "GET", f"/things/{number}")

    assert (len(functions.events("guard")), len(functions.events())) == (1, 3)


def test_a_refusal_is_not_cached() -> None:
    functions = Functions()
    proxy = a_proxy(functions)

    for _ in range(2):
        send(proxy, "GET", "/things/1", token="Bearer bad")

    assert len(functions.events("guard")) == 2


@pytest.mark.parametrize("answer", ["text", {"body": "no status"}, [1]])
def test_a_malformed_answer_is_a_bad_gateway(answer: Any) -> None:
    response = send(a_proxy(Functions(answer)), "POST", "/things")

    assert (response.status, response.body) == (502, b'{"message":"Internal server error"}')


def test_a_function_that_fails_is_a_bad_gateway() -> None:
    response = send(a_proxy(Functions(failed=True)), "POST", "/things")

    assert response.status == 502


def test_a_body_of_more_than_ten_megabytes_is_refused() -> None:
    response = send(a_proxy(Functions()), "POST", "/things", body=b"x" * (10 * 1024 * 1024 + 1))

    assert (response.status, response.body) == (413, b'{"message":"Request Too Long"}')


def test_an_answer_is_passed_on_with_all_headers() -> None:
    answer = {
        "statusCode": 201,
        "headers": {"x-one": "1"},
        "multiValueHeaders": {"set-cookie": ["a", "b"]},
        "body": base64.b64encode(b"\x00\xff").decode(),
        "isBase64Encoded": True,
    }

    response = send(a_proxy(Functions(answer)), "POST", "/things")

    assert (response.status, response.body) == (201, b"\x00\xff")
    assert response.headers[:3] == (("x-one", "1"), ("set-cookie", "a"), ("set-cookie", "b"))
