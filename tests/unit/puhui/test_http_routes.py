"""Routes are checked when they are declared, and describe themselves in OpenAPI."""

from __future__ import annotations

from typing import Any

import pytest

from puhui.contracts.common import Contract, Fen
from puhui.http import ApiRoutes, RequestContext
from puhui.identity import allow
from puhui.openapi import openapi_document


class Inner(Contract):
    """A part."""

    amount_fen: Fen


class Body(Contract):
    """A body."""

    inner: Inner


class Query(Contract):
    """A query."""

    limit: int = 25


def some_routes() -> ApiRoutes:
    return ApiRoutes("routing", policy={"routing.do": allow("auditor")})


def declare(path: str = "/things", view: Any = None, **options: Any) -> ApiRoutes:
    routes = some_routes()
    options = {"action": "routing.do", **options}
    routes.post(path, **options)(view or (lambda context: None))
    return routes


@pytest.mark.parametrize(
    ("declaration", "problem"),
    [
        ({"action": None}, "names its action"),
        ({"action": "other.do"}, "not of routing"),
        ({"path": "things"}, "odd path"),
        ({"path": "/Things"}, "odd path"),
        ({"path": "/things/"}, "odd path"),
        ({"path": "/{proxy+}"}, "odd path"),
        ({"path": "/things/{thing_id}"}, "the view takes"),
        ({"body": Body}, "the view takes"),
        ({"query": Query}, "the view takes"),
        ({"view": lambda: None}, "the view takes"),
        ({"view": lambda context, extra: None}, "the view takes"),
    ],
)
def test_a_route_that_could_not_work_is_refused_at_import(
    declaration: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        declare(**declaration)


def test_a_route_is_declared_once() -> None:
    routes = declare()

    with pytest.raises(ValueError, match="twice"):
        routes.post("/things", action="routing.do")(lambda context: None)


def test_an_action_without_a_rule_fails_when_the_app_is_made() -> None:
    with pytest.raises(ValueError, match="no rule"):
        declare(action="routing.forgotten").app()


def test_two_methods_share_a_path() -> None:
    routes = declare()
    routes.get("/things", action="routing.do", returns=Body)(lambda context: None)

    app = routes.app()

    assert set(app.routes["/things"]) == {"GET", "POST"}


def test_the_table_says_all_that_api_gateway_needs() -> None:
    (spec,) = declare().table()

    assert (spec.method, spec.path, spec.public, spec.status) == ("POST", "/things", False, 204)


def test_the_document_describes_every_route() -> None:
    routes = some_routes()

    @routes.post(
        "/things/{thing_id}",
        action="routing.do",
        body=Body,
        returns=Inner,
        status=201,
        idempotency_key=True,
        summary="做事 Do it",
    )
    def do_it(context: RequestContext, body: Body, thing_id: str) -> Inner:
        """Do it well."""
        return body.inner

    @routes.get("/things", action="routing.do", query=Query, returns=Body)
    def list_them(context: RequestContext, query: Query) -> Body:
        """List."""
        raise NotImplementedError

    document = openapi_document(routes, "Routing")

    operation = document["paths"]["/things/{thing_id}"]["post"]
    assert document["openapi"] == "3.1.0"
    assert operation["summary"] == "做事 Do it"
    assert operation["x-puhui-action"] == "routing.do"
    assert operation["requestBody"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Body"
    }
    assert {(p["in"], p["name"]) for p in operation["parameters"]} == {
        ("path", "thing_id"),
        ("header", "Idempotency-Key"),
    }
    assert {
        "201",
        "400",
        "401",
        "403",
        "404",
        "409",
        "413",
        "415",
        "422",
        "429",
        "500",
        "503",
    } == set(operation["responses"])
    assert document["paths"]["/things"]["get"]["parameters"][0]["name"] == "limit"
    assert {"Body", "Inner", "Error"} <= set(document["components"]["schemas"])


def test_a_public_route_asks_for_no_token_in_the_document() -> None:
    routes = declare(action=None, public=True)

    assert openapi_document(routes, "t")["paths"]["/things"]["post"]["security"] == []


def test_every_reference_of_the_document_resolves() -> None:
    routes = declare(view=lambda context, body: None, body=Body, returns=Body, status=200)
    document = openapi_document(routes, "t")
    schemas = document["components"]["schemas"]

    found: list[str] = []

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("$ref"), str):
                found.append(part["$ref"])
            for value in part.values():
                walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)

    walk(document)
    assert found
    assert all(ref.rpartition("/")[2] in schemas for ref in found)
