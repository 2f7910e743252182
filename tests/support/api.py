"""Calls a module's API as API Gateway does: a proxy event in, status and parsed body out.

status, body = call(app, "POST", "/applications", body={…}, principal=a_customer())
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from puhui.http_app import ApiApp
from puhui.identity import Principal
from puhui.tenancy import BankId


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def error(self) -> dict[str, Any]:
        """The error inside the body."""
        found: dict[str, Any] = self.body["error"]
        return found


def a_principal(
    *roles: str,
    bank: str = "north",
    subject: str = "user-1",
    branch: str | None = None,
    customer_id: str | None = None,
) -> Principal:
    """Somebody in these roles; an auditor unless told otherwise."""
    return Principal(
        subject=subject,
        bank_id=BankId(bank),
        roles=frozenset(roles or ("auditor",)),
        branch=branch,
        customer_id=customer_id,
    )


def a_customer(customer_id: str = "cus-1", bank: str = "north") -> Principal:
    """A borrower."""
    return a_principal("customer", bank=bank, subject=f"sub-{customer_id}", customer_id=customer_id)


def proxy_event(
    method: str,
    resource: str,
    *,
    raw: str | None = None,
    principal: Principal | None = None,
    headers: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
    query: Mapping[str, list[str]] | None = None,
) -> dict[str, Any]:
    """The event of one request; `resource` is the route's path with its placeholders."""
    path = resource
    for name, value in (values or {}).items():
        path = path.replace("{" + name + "}", value)
    context: dict[str, Any] = {
        "resourcePath": resource,
        "httpMethod": method,
        "path": f"/live{path}",
    }
    if principal is not None:
        context["authorizer"] = principal.to_context()
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": dict(headers or {}),
        "multiValueHeaders": {},
        "queryStringParameters": {k: v[-1] for k, v in query.items()} if query else None,
        "multiValueQueryStringParameters": dict(query) if query else None,
        "pathParameters": dict(values) if values else None,
        "stageVariables": None,
        "requestContext": context,
        "body": raw,
        "isBase64Encoded": False,
    }


def call(
    app: ApiApp,
    method: str,
    resource: str,
    *,
    body: Any = None,
    raw: str | None = None,
    principal: Principal | None = None,
    headers: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
    query: Mapping[str, list[str]] | None = None,
) -> Answer:
    """Make one request; a body is sent as JSON, `raw` exactly as it is."""
    text = raw if raw is not None or body is None else json.dumps(body, ensure_ascii=False)
    sent = {"Content-Type": "application/json", **(headers or {})} if text is not None else headers
    event = proxy_event(
        method, resource, raw=text, principal=principal, headers=sent, values=values, query=query
    )
    answer = app(event, None)
    content = answer["body"]
    return Answer(
        status=answer["statusCode"],
        body=json.loads(content) if content else None,
        headers=answer["headers"],
    )
