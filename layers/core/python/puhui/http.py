"""The HTTP edge of a module: routes in, one error table out; Chalice dispatches underneath.

    routes = ApiRoutes("intake", policy=POLICY)

    @routes.post("/applications/{application_id}/submission",
                 action="intake.submit_application", body=Submission, returns=ApplicationView,
                 status=201, idempotency_key=True, summary="提交申请 Submit an application")
    def submit(context: RequestContext, body: Submission, application_id: str) -> ApplicationView:
        found = …
        context.authorise(Protected(bank_id=…, branch=…, owner_id=…))
        return ApplicationView.of(…)

    app = routes.app()                                         # the Lambda handler

A view gets the context, the parsed `body` (if the route has one), the parsed `query` (if the route
names a model) and the path's values. It returns its `returns` model, or None for 204. Whoever may
never do the action is refused before the body is read; the view decides about the object.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel

from puhui.http_app import ApiApp
from puhui.http_context import RequestContext
from puhui.http_route import DEFAULT_MAX_BODY_BYTES, RouteSpec
from puhui.identity.policy import Policy, register, rule_of

__all__ = ["DEFAULT_MAX_BODY_BYTES", "ApiRoutes", "RequestContext", "RouteSpec"]

V = TypeVar("V", bound=Callable[..., Any])

_PATH = re.compile(r"(/([a-z0-9-]+|\{[a-z_]+\}))+")
_PATH_VALUE = re.compile(r"\{([a-z_]+)\}")


class ApiRoutes:
    """A module's routes, declared next to their views."""

    def __init__(self, module: str, policy: Policy | None = None) -> None:
        """Name the module; its policy may be given here or lies in `<module>/policy.py`."""
        self.module = module
        self._routes: list[RouteSpec] = []
        if policy is not None:
            register(policy)

    def get(self, path: str, **options: Any) -> Callable[[V], V]:
        """Declare a read; see `route` for the options."""
        return self.route("GET", path, **options)

    def post(self, path: str, **options: Any) -> Callable[[V], V]:
        """Declare a creation or a command; see `route` for the options."""
        return self.route("POST", path, **options)

    def put(self, path: str, **options: Any) -> Callable[[V], V]:
        """Declare a replacement; see `route` for the options."""
        return self.route("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Callable[[V], V]:
        """Declare a partial change; see `route` for the options."""
        return self.route("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Callable[[V], V]:
        """Declare a removal; see `route` for the options."""
        return self.route("DELETE", path, **options)

    def route(
        self,
        method: str,
        path: str,
        *,
        action: str | None = None,
        returns: type[BaseModel] | None = None,
        status: int | None = None,
        **options: Any,
    ) -> Callable[[V], V]:
        """Declare a route.

        `action` names its policy. `body` and `query` are models to parse, `returns` the model that
        is answered with `status` (200, or 204 without a model). `idempotency_key=True` demands the
        header `Idempotency-Key`. `max_body_bytes` raises the cap of 1 MB. `public=True` asks for no
        token, for the sandbox and for requests that are signed otherwise; with `raw=True` the view
        of such a route reads the body's bytes itself. `summary` is for people.
        """

        def declare(view: V) -> V:
            spec = RouteSpec(
                method=method,
                path=path,
                action=action,
                returns=returns,
                status=status or (200 if returns else 204),
                view=view,
                **options,
            )
            self._check(spec)
            self._routes.append(spec)
            return view

        return declare

    def table(self) -> list[RouteSpec]:
        """List the routes, for OpenAPI and for API Gateway."""
        return list(self._routes)

    def include(self, other: ApiRoutes) -> None:
        """Answer the routes of another table too."""
        for spec in other.table():
            self._check(spec)
            self._routes.append(spec)

    def app(self) -> ApiApp:
        """Make the Chalice app; an action without a rule fails here, at import."""
        for spec in self._routes:
            if spec.action is not None and rule_of(spec.action) is None:
                raise ValueError(f"{spec.name}: action {spec.action} has no rule in the policy")
        return ApiApp(self.module, self.table())

    def _check(self, spec: RouteSpec) -> None:
        """Refuse, at import, a route that could not work or that nobody guards."""
        if spec.action is None and not spec.public:
            raise ValueError(f"{spec.name}: a route names its action")
        if spec.action is not None and not spec.action.startswith(f"{self.module}."):
            raise ValueError(f"{spec.name}: action {spec.action} is not of {self.module}")
        if not _PATH.fullmatch(spec.path):
            raise ValueError(f"{spec.name}: odd path")
        if any((known.method, known.path) == (spec.method, spec.path) for known in self._routes):
            raise ValueError(f"{spec.name} is declared twice")
        expected = {"context", *_PATH_VALUE.findall(spec.path)}
        expected |= {"body"} if spec.body else set()
        expected |= {"query"} if spec.query else set()
        actual = set(inspect.signature(spec.view).parameters)
        if actual != expected:
            raise ValueError(
                f"{spec.name}: the view takes {sorted(actual)}, not {sorted(expected)}"
            )
