"""Asking risk's desks over the API as one of two people."""

from __future__ import annotations

from typing import Any

from puhui.identity import Principal
from risk.api import app
from tests.support.api import Answer, a_principal, call

MAKER = a_principal("risk_manager", subject="maker")
CHECKER = a_principal("risk_manager", subject="checker")


def ask(
    method: str, path: str, who: Principal, body: Any = None, key: str | None = None, **values: str
) -> Answer:
    headers = {} if key is None else {"Idempotency-Key": key}
    query = {"status": [values.pop("status")]} if "status" in values else None
    return call(
        app, method, path, principal=who, body=body, headers=headers, values=values, query=query
    )
