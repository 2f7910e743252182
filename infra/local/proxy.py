"""Serves a REST API the way API Gateway does: authorizer, proxy event, response, error texts."""

from __future__ import annotations

import base64
import fnmatch
import json
import re
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from infra.local.functions import Invocation
from infra.local.http_message import HttpMessage
from infra.local.intrinsics import Account
from infra.local.rest_api import Authorizer, RestApi, Route

INTEGRATION_TIMEOUT_SECONDS = 29.0
JSON = ("content-type", "application/json")


@dataclass(frozen=True)
class Response:
    """What goes back to the client."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class Refused(Exception):
    """API Gateway answers itself, before any of our routes runs."""

    def __init__(self, status: int, message: str | None, key: str = "message") -> None:
        super().__init__(message)
        body = json.dumps({key: message}, separators=(",", ":")).encode()
        self.response = Response(status, body, (JSON,))


@dataclass(frozen=True)
class _Decision:
    expires: float
    principal: str
    statements: tuple[Mapping[str, Any], ...]
    context: Mapping[str, str]


@dataclass
class ApiProxy:
    """One REST API, its authorizer's cached decisions included."""

    api: RestApi
    account: Account
    invoke: Callable[[str, bytes], Invocation]
    _cache: dict[tuple[str, str], _Decision] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def handle(self, message: HttpMessage, path: str) -> Response:
        """Answer one request whose path is relative to the API's stage."""
        try:
            if len(message.body) > self.api.max_body_bytes:
                raise Refused(413, "Request Too Long")
            route = self.api.match(message.method, path)
            if route is None:
                raise Refused(403, "Missing Authentication Token")
            context = self._authorise(message, route, path)
            event = self._event(message, route, path, context)
            started = time.monotonic()
            answer = self.invoke(route.method.function, json.dumps(event).encode())
            if time.monotonic() - started > INTEGRATION_TIMEOUT_SECONDS:
                raise Refused(504, "Endpoint request timed out")
            return to_response(answer)
        except Refused as refused:
            return refused.response

    def _authorise(self, message: HttpMessage, route: Route, path: str) -> dict[str, str]:
        if route.method.authorizer_id is None:
            return {}
        authorizer = self.api.authorizers[route.method.authorizer_id]
        token = message.header(authorizer.header)
        pattern = authorizer.token_pattern
        if not token or (pattern and not re.fullmatch(pattern, token)):
            raise Refused(401, "Unauthorized")
        arn = self._method_arn(message.method, path)
        decision = self._decide(authorizer, token, arn)
        effects = {
            statement["Effect"]
            for statement in decision.statements
            if any(fnmatch.fnmatchcase(arn, one) for one in _listed(statement["Resource"]))
        }
        if "Deny" in effects:
            text = "User is not authorized to access this resource with an explicit deny"
            raise Refused(403, text, "Message")
        if "Allow" not in effects:
            raise Refused(403, "User is not authorized to access this resource", "Message")
        return {"principalId": decision.principal, **decision.context}

    def _decide(self, authorizer: Authorizer, token: str, arn: str) -> _Decision:
        key = (authorizer.function, token)
        now = time.monotonic()
        with self._lock:
            cached = self._cache.get(key)
            if cached is not None and cached.expires > now:
                return cached
        event = {"type": "TOKEN", "methodArn": arn, "authorizationToken": token}
        answer = self.invoke(authorizer.function, json.dumps(event).encode())
        if answer.failed:
            unauthorized = (answer.json() or {}).get("errorMessage") == "Unauthorized"
            raise Refused(401, "Unauthorized") if unauthorized else Refused(500, None)
        try:
            decision = _decision(answer.json(), now + authorizer.cache_seconds)
        except (KeyError, TypeError) as error:
            raise Refused(500, None) from error
        if authorizer.cache_seconds:
            with self._lock:
                self._cache = {k: d for k, d in self._cache.items() if d.expires > now}
                self._cache[key] = decision
        return decision

    def _method_arn(self, method: str, path: str) -> str:
        account = self.account
        return (
            f"arn:{account.partition}:execute-api:{account.region}:{account.account_id}"
            f":{self.api.api_id}/{self.api.stage}/{method}{path}"
        )

    def _event(
        self, message: HttpMessage, route: Route, path: str, authorizer: Mapping[str, str]
    ) -> dict[str, Any]:
        headers: dict[str, list[str]] = defaultdict(list)
        for name, value in message.headers:
            headers[name].append(value)
        query: dict[str, list[str]] = defaultdict(list)
        for name, value in parse_qsl(message.query, keep_blank_values=True):
            query[name].append(value)
        body = message.body.decode("utf-8", "replace") if message.body else None
        return {
            "resource": route.path,
            "path": path,
            "httpMethod": message.method,
            "headers": {name: values[-1] for name, values in headers.items()} or None,
            "multiValueHeaders": headers or None,
            "queryStringParameters": {n: values[-1] for n, values in query.items()} or None,
            "multiValueQueryStringParameters": query or None,
            "pathParameters": dict(route.parameters) or None,
            "stageVariables": None,
            "requestContext": self._request_context(message, route, path, authorizer),
            "body": body,
            "isBase64Encoded": False,
        }

    def _request_context(
        self, message: HttpMessage, route: Route, path: str, authorizer: Mapping[str, str]
    ) -> dict[str, Any]:
        now = time.time()
        request_id = str(uuid.uuid4())
        context: dict[str, Any] = {
            "accountId": self.account.account_id,
            "apiId": self.api.api_id,
            "resourceId": route.method.resource_id,
            "resourcePath": route.path,
            "httpMethod": message.method,
            "path": f"/{self.api.stage}{path}",
            "stage": self.api.stage,
            "protocol": "HTTP/1.1",
            "requestId": request_id,
            "extendedRequestId": request_id,
            "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "requestTimeEpoch": int(now * 1000),
            "identity": {"sourceIp": "127.0.0.1", "userAgent": message.header("user-agent")},
        }
        if authorizer:
            context["authorizer"] = dict(authorizer)
        return context


def to_response(answer: Invocation) -> Response:
    """A function's proxy answer as HTTP; a malformed one is a 502, as on API Gateway."""
    try:
        result = answer.json()
    except ValueError:
        result = None
    if answer.failed or not isinstance(result, dict) or "statusCode" not in result:
        return Refused(502, "Internal server error").response
    text = result.get("body")
    body = text.encode() if isinstance(text, str) else b""
    if result.get("isBase64Encoded"):
        body = base64.b64decode(body)
    headers = [(str(n), str(v)) for n, v in (result.get("headers") or {}).items()]
    for name, values in (result.get("multiValueHeaders") or {}).items():
        headers += [(str(name), str(value)) for value in values]
    if body and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(JSON)
    return Response(int(result["statusCode"]), body, tuple(headers))


def _decision(answer: Any, expires: float) -> _Decision:
    document = answer["policyDocument"]
    context = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in (answer.get("context") or {}).items()
        if value is not None
    }
    return _Decision(expires, answer["principalId"], tuple(document["Statement"]), context)


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
