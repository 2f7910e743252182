"""The Lambda handler of a module's API: Chalice dispatches, every outcome is in our own words.

Chalice would answer a bare 500 for any exception of a view and its own shape for an unknown method
(chalice#1884); here nothing reaches it but answers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from chalice.app import Chalice, Response
from pydantic import ValidationError

from puhui.errors import BadRequest, MethodNotAllowed, NotFound, PuhuiError
from puhui.http_request import checked_event, correlation_id_from, read_request
from puhui.http_route import RouteSpec
from puhui.ids import new_id
from puhui.observability import logger
from puhui.safe_errors import safe_error, unexpected
from puhui.strict_json import dumps

FIRST_SERVER_ERROR = 500
_BASE_HEADERS = {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


class ApiApp(Chalice):
    """A Chalice app that answers in our error table."""

    def __init__(self, module: str, table: list[RouteSpec]) -> None:
        """Register every route with Chalice."""
        super().__init__(app_name=module, configure_logs=False)
        self.log.disabled = True  # its lines would hold stack traces; ours say what happened
        self._cold = True
        self._correlation_id = ""
        for spec in table:
            # No content types: Chalice would refuse others in its own shape before we do in ours.
            register = self.route(
                spec.path, methods=[spec.method], name=spec.name, content_types=[]
            )
            register(self._dispatched(spec))

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        """Answer one proxy event; whatever goes wrong becomes an error of the table."""
        started = time.monotonic()
        self._correlation_id = ""
        try:
            event = checked_event(event)
            self._correlation_id = correlation_id_from(event)
            logger.set_correlation_id(self._correlation_id)
            self._check_known(event)
            answer: dict[str, Any] = super().__call__(event, context)
        except Exception as error:
            answer = problem(error).to_dict()
        self._finish(answer)
        self._log(event, answer, started)
        return answer

    def _dispatched(self, spec: RouteSpec) -> Callable[..., Response]:
        def view(**_: str) -> Response:
            try:
                return self._answer(spec)
            except Exception as error:
                return problem(error)

        return view

    def _answer(self, spec: RouteSpec) -> Response:
        if self.current_request is None:
            raise NotFound("no such resource", rule="path.unknown")
        event = self.current_request.to_original_event()
        context, arguments = read_request(spec, event, self._correlation_id)
        result = spec.view(context=context, **arguments)
        if spec.returns is None:
            return Response(body="", status_code=spec.status)
        if not isinstance(result, spec.returns):
            result = spec.returns.model_validate(result)
        return Response(body=result.model_dump_json(by_alias=True), status_code=spec.status)

    def _check_known(self, event: Mapping[str, Any]) -> None:
        request = event["requestContext"]
        methods = self.routes.get(str(request.get("resourcePath")))
        if methods is None:
            raise NotFound("no such resource", rule="path.unknown")
        entry = methods.get(str(request.get("httpMethod")))
        if entry is None:
            raise MethodNotAllowed("not this method", rule="method.unknown")
        if not set(entry.view_args) <= set(event.get("pathParameters") or {}):
            raise BadRequest("the path's values are missing", rule="event.shape")

    def _finish(self, answer: dict[str, Any]) -> None:
        """Set the headers that every answer has."""
        headers = answer.setdefault("headers", {})
        for name, value in _BASE_HEADERS.items():
            headers[name] = value
        headers["X-Correlation-Id"] = self._correlation_id or new_id("req")

    def _log(self, event: Any, answer: Mapping[str, Any], started: float) -> None:
        cold, self._cold = self._cold, False
        request = event.get("requestContext") if isinstance(event, Mapping) else None
        request = request if isinstance(request, Mapping) else {}
        known = request.get("authorizer")
        logger.info(
            "request",
            http_method=request.get("httpMethod"),
            http_path=request.get("resourcePath"),
            http_status=answer["statusCode"],
            subject=known.get("subject") if isinstance(known, Mapping) else None,
            duration_ms=round((time.monotonic() - started) * 1000),
            cold_start=cold,
        )


def problem(error: BaseException) -> Response:
    """Write an error as the wire knows it; only the log learns what an unforeseen one was."""
    # What is invalid here is ours: a request's own data was checked before its view ran.
    safe = unexpected(error) if isinstance(error, ValidationError) else safe_error(error)
    if safe.status >= FIRST_SERVER_ERROR:
        logger.error("request failed", error=error)
    return Response(body=dumps(problem_body(safe)), status_code=safe.status)


def problem_body(error: PuhuiError) -> dict[str, Any]:
    """Answer the body of an error: code, message, field, rule."""
    hidden = error.status >= FIRST_SERVER_ERROR and not error.retryable
    return {
        "error": {
            "code": "internal" if hidden else error.code,
            "message": "internal error" if hidden else error.message,
            "field": error.field,
            "rule": error.rule,
        }
    }
