"""Reads API Gateway's proxy event strictly: every oddity is an error of the client, by name."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from puhui.errors import (
    BadRequest,
    NotFound,
    PayloadTooLarge,
    Unauthenticated,
    UnsupportedMediaType,
)
from puhui.http_context import RequestContext
from puhui.http_route import RouteSpec
from puhui.identity.policy import require_role
from puhui.identity.principal import Principal, principal_from_context
from puhui.ids import new_id
from puhui.safe_errors import unprocessable
from puhui.strict_json import loads

MAX_QUERY_PARAMETERS = 20
MAX_QUERY_VALUE_CHARACTERS = 512

_EVENT_PARTS: dict[str, tuple[type[Any], ...]] = {
    "headers": (Mapping, type(None)),
    "pathParameters": (Mapping, type(None)),
    "multiValueQueryStringParameters": (Mapping, type(None)),
    "body": (str, type(None)),
    "isBase64Encoded": (bool, type(None)),
}
_ID = re.compile(r"[A-Za-z0-9_\-]{1,80}")
_KEY = re.compile(r"[A-Za-z0-9_.:\-]{1,80}")
_PATH_VALUE = re.compile(r"[A-Za-z0-9_.\-]{1,128}")
_JSON = re.compile(r"application/json(\s*;\s*charset=\"?utf-8\"?)?", re.IGNORECASE)


def read_request(
    spec: RouteSpec, event: Mapping[str, Any], correlation_id: str
) -> tuple[RequestContext, dict[str, Any]]:
    """Check a request in the order of cost: who, what, how much, and only then its content."""
    headers = lower_headers(event)
    caller = None if spec.public else _principal(spec, event)
    values = _path_values(event)
    query = _query(event)
    key = _idempotency_key(spec, headers)
    raw = _raw_body(spec, event)
    context = RequestContext(
        method=spec.method,
        path=str(event.get("path") or spec.path),
        full_path=str(event["requestContext"].get("path") or event.get("path") or spec.path),
        correlation_id=correlation_id,
        action=spec.action,
        idempotency_key=key,
        query=query,
        headers=headers,
        raw_body=raw,
        caller=caller,
    )
    arguments: dict[str, Any] = dict(values)
    if spec.body is not None:
        arguments["body"] = _body(spec.body, headers, raw)
    elif not spec.raw and raw.strip() not in (b"", b"{}"):
        raise BadRequest("this route reads no body", rule="body.unexpected")
    if spec.query is not None:
        arguments["query"] = _query_model(spec.query, query)
    return context, arguments


def checked_event(event: Any) -> dict[str, Any]:
    """Refuse what is no proxy event of API Gateway, before Chalice stumbles over it."""
    if not isinstance(event, Mapping) or not isinstance(event.get("requestContext"), Mapping):
        raise NotFound("this is no request", rule="event.shape")
    for name, kinds in _EVENT_PARTS.items():
        if not isinstance(event.get(name), kinds):
            raise BadRequest("this is no request", rule="event.shape")
    many = event.get("multiValueQueryStringParameters") or {}
    if not all(isinstance(values, list) and values for values in many.values()):
        raise BadRequest("this is no request", rule="event.shape")
    return {**dict.fromkeys(_EVENT_PARTS), "stageVariables": None, **event}


def lower_headers(event: Mapping[str, Any]) -> dict[str, str]:
    """Answer the headers with lower-case names."""
    return {str(k).lower(): str(v) for k, v in (event.get("headers") or {}).items()}


def correlation_id_from(event: Mapping[str, Any]) -> str:
    """Take the client's correlation id if it is a plain id, otherwise make one."""
    given = lower_headers(event).get("x-correlation-id", "")
    return given if _ID.fullmatch(given) else new_id("req")


def _principal(spec: RouteSpec, event: Mapping[str, Any]) -> Principal:
    context = event["requestContext"].get("authorizer")
    if not isinstance(context, Mapping) or not context.get("subject"):
        raise Unauthenticated("this request has no token", rule="token.missing")
    principal = principal_from_context(context)
    require_role(principal, spec.action or "")
    return principal


def _path_values(event: Mapping[str, Any]) -> dict[str, str]:
    """A path value that cannot be an id of ours names nothing that exists."""
    values = {str(k): str(v) for k, v in (event.get("pathParameters") or {}).items()}
    for name, value in values.items():
        if not _PATH_VALUE.fullmatch(value):
            raise NotFound("there is no such thing here", field=name, rule="path.format")
    return values


def _query(event: Mapping[str, Any]) -> dict[str, str]:
    many: Mapping[str, Any] = event.get("multiValueQueryStringParameters") or {}
    if len(many) > MAX_QUERY_PARAMETERS:
        raise BadRequest("too many query parameters", rule="query.count")
    query: dict[str, str] = {}
    for name, values in many.items():
        if len(values) != 1:
            raise BadRequest("a query parameter appears twice", rule="query.duplicate")
        if len(str(values[0])) > MAX_QUERY_VALUE_CHARACTERS:
            raise BadRequest("a query parameter is too long", rule="query.length")
        query[str(name)] = str(values[0])
    return query


def _query_model(model: type[BaseModel], query: dict[str, str]) -> BaseModel:
    try:
        return model.model_validate_strings(query)
    except ValidationError as error:
        raise unprocessable(error, "query") from None


def _idempotency_key(spec: RouteSpec, headers: Mapping[str, str]) -> str | None:
    key = headers.get("idempotency-key")
    if key is None and not spec.idempotency_key:
        return None
    if key is None or not _KEY.fullmatch(key):
        raise BadRequest(
            "this request needs an idempotency key of 1 to 80 letters, digits, _ . : -",
            field="Idempotency-Key",
            rule="idempotency.required" if key is None else "idempotency.format",
        )
    return key


def _raw_body(spec: RouteSpec, event: Mapping[str, Any]) -> bytes:
    text = event.get("body") or ""
    limit = spec.max_body_bytes
    if len(text) > limit * 4 // 3 + 4:
        raise _too_large(limit)
    if event.get("isBase64Encoded"):
        try:
            raw = base64.b64decode(text, validate=True)
        except binascii.Error:
            raise BadRequest("the body is not base64", rule="body.base64") from None
    else:
        raw = str(text).encode("utf-8", "surrogatepass")
    if len(raw) > limit:
        raise _too_large(limit)
    return raw


def _body(model: type[BaseModel], headers: Mapping[str, str], raw: bytes) -> BaseModel:
    if not _JSON.fullmatch(headers.get("content-type", "").strip()):
        raise UnsupportedMediaType("send application/json", rule="content_type")
    loads(raw)
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise unprocessable(error) from None


def _too_large(limit: int) -> PayloadTooLarge:
    return PayloadTooLarge(f"the body is larger than {limit} bytes", rule="body.size")
