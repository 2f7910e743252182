"""Every route of every module names its policy; nobody without a role comes past it."""

from __future__ import annotations

import importlib

import pytest

from puhui.http import RouteSpec
from puhui.identity import ROLES
from puhui.identity.policy import rule_of
from tests.support.api import a_principal, call

MODULES = ("intake", "risk", "servicing", "operations", "signing", "factory", "sandbox")
APIS = (
    *((module, f"{module}.api") for module in MODULES),
    ("risk", "risk.decide_api"),
    ("servicing", "servicing.debtors_api"),
    ("servicing", "servicing.rail_api"),
)
"""Route modules; those besides `<module>.api` are answered by functions of their own."""
SIGNED_INSTEAD = "sandbox"
"""The module whose routes ask for no token: its callers sign their requests."""
SIGNED_ROUTES = {"/rail/repayments", "/rail/files"}
"""Routes of others that only the core bank calls, signed."""


def routes() -> list[tuple[str, str, RouteSpec]]:
    return [
        (module, api, route)
        for module, api in APIS
        for route in importlib.import_module(api).routes.table()
    ]


ROUTES = [
    pytest.param(m if r.public else api, r, id=f"{m} {r.method} {r.path}") for m, api, r in routes()
]
GUARDED = [p for p in ROUTES if not p.values[1].public]  # type: ignore[union-attr]


def test_there_are_routes_to_check_in_every_module() -> None:
    assert {module for module, *_ in routes()} == set(MODULES)
    assert len(GUARDED) > 40


@pytest.mark.parametrize(("module", "route"), ROUTES)
def test_a_route_names_an_action_that_has_a_rule(module: str, route: RouteSpec) -> None:
    if route.public:
        assert module == SIGNED_INSTEAD or route.path in SIGNED_ROUTES
        return

    assert route.action is not None
    rule = rule_of(route.action)
    assert rule is not None
    assert rule.roles <= ROLES


@pytest.mark.parametrize(("module", "route"), GUARDED)
def test_without_a_principal_nobody_gets_in(module: str, route: RouteSpec) -> None:
    app = importlib.import_module(module).app

    answer = call(app, route.method, route.path, body={}, values=_values(route))

    assert answer.status == 401
    assert answer.error["code"] == "unauthenticated"


@pytest.mark.parametrize(("module", "route"), GUARDED)
def test_a_role_that_the_rule_does_not_name_is_refused(module: str, route: RouteSpec) -> None:
    app = importlib.import_module(module).app
    rule = rule_of(str(route.action))
    assert rule is not None
    others = sorted(ROLES - rule.roles)
    if not others:
        pytest.skip("everybody may do this; the view decides about the object")
    principal = a_principal(others[0], branch="b1", customer_id="cus-1")

    answer = call(
        app, route.method, route.path, body={}, values=_values(route), principal=principal
    )

    assert answer.status == 403
    assert answer.error["rule"] == "policy.role"


def _values(route: RouteSpec) -> dict[str, str]:
    parts = [part for part in route.path.split("/") if part.startswith("{")]
    return {part.strip("{}"): "some-id" for part in parts}
