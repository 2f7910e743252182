"""What no route of any module reads: made from each API's own table of routes."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from puhui.http import RouteSpec
from puhui.identity import Principal
from puhui.identity.policy import rule_of
from puhui.identity.principal import ROLES
from tests.component.bad_input.table import Row
from tests.support.intake_builders import a_principal

FUNCTIONS = Path(__file__).parents[3] / "functions"
MEGABYTE = 1024 * 1024
DEEP = '{"a":' * 40 + "1" + "}" * 40


def modules_with_api() -> list[str]:
    """Every module that has routes, except those that only signed machines call."""
    return sorted(path.parent.name for path in FUNCTIONS.glob("*/api.py"))


def rows() -> list[Row]:
    """The rows of all modules."""
    return [
        row
        for module in modules_with_api()
        for route in importlib.import_module(f"{module}.api").routes.table()
        if not route.public
        for row in (*_strangers(module, route), *_bodies(module, route))
    ]


def _row(module: str, route: RouteSpec, name: str, who: Principal | None, **options: Any) -> Row:
    values = dict.fromkeys(re.findall(r"\{(\w+)\}", route.path), "some-id")
    return Row(
        name=f"{module} {route.name}: {name}",
        module=module,
        method=route.method,
        resource=route.path,
        values=values,
        who=who,
        **options,
    )


def _allowed(route: RouteSpec) -> Principal:
    """Somebody who may call the route."""
    rule = rule_of(route.action or "")
    assert rule is not None
    role = sorted(rule.roles)[0]
    return a_principal(role, branch=None if role == "customer" else "b1")


def _strangers(module: str, route: RouteSpec) -> Iterator[Row]:
    yield _row(module, route, "nobody asks", None, status=401, code="unauthenticated")
    rule = rule_of(route.action or "")
    assert rule is not None
    forbidden = sorted(ROLES - rule.roles)
    if forbidden:
        who = a_principal(forbidden[0], branch=None if forbidden[0] == "customer" else "b1")
        yield _row(module, route, f"a {forbidden[0]} asks", who, status=403, code="forbidden")


def _bodies(module: str, route: RouteSpec) -> Iterator[Row]:
    if route.body is None:
        return
    who = _allowed(route)
    json = {"Content-Type": "application/json", "Idempotency-Key": "edge"}
    form = {**json, "Content-Type": "application/x-www-form-urlencoded"}
    for name, status, code, headers, raw in (
        ("a form", 415, "unsupported_media_type", form, "a=1"),
        ("broken JSON", 400, "bad_request", json, '{"a": '),
        ("nothing", 400, "bad_request", json, " "),
        ("NaN", 400, "bad_request", json, '{"amount_fen": NaN}'),
        ("Infinity", 400, "bad_request", json, '{"amount_fen": -Infinity}'),
        ("1e999", 400, "bad_request", json, '{"amount_fen": 1e999}'),
        ("a key twice", 400, "bad_request", json, '{"a": 1, "a": 2}'),
        ("40 levels deep", 400, "bad_request", json, DEEP),
        ("half a surrogate", 400, "bad_request", json, '{"name": "\ud800"}'),
        ("a list", 422, "unprocessable", json, "[]"),
        ("null", 422, "unprocessable", json, "null"),
        ("an unknown field", 422, "unprocessable", json, '{"__proto__": {}}'),
        (
            "more than the route reads",
            413,
            "payload_too_large",
            json,
            '{"a": "' + "x" * route.max_body_bytes + '"}',
        ),
    ):
        yield _row(module, route, name, who, status=status, code=code, headers=headers, raw=raw)
