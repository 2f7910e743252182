"""What a route is: everything that dispatching, OpenAPI and API Gateway need to know of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

DEFAULT_MAX_BODY_BYTES = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class RouteSpec:
    """One method on one path."""

    method: str
    path: str
    view: Callable[..., Any]
    action: str | None = None
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    returns: type[BaseModel] | None = None
    status: int = 200
    idempotency_key: bool = False
    max_body_bytes: int = DEFAULT_MAX_BODY_BYTES
    public: bool = False
    raw: bool = False
    """The view reads the body's bytes itself: their signature is checked before their content."""
    summary: str = ""

    @property
    def name(self) -> str:
        """The route for people: `POST /applications`."""
        return f"{self.method} {self.path}"

    @property
    def operation_id(self) -> str:
        """The view's name: the operation's id in OpenAPI."""
        return str(getattr(self.view, "__name__", "view"))
