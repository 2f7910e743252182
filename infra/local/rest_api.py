"""A REST API of API Gateway: resources, methods, authorizers, and which route a request takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote

FUNCTION_IN_URI = re.compile(r"/functions/(arn:[^/]+)/invocations$")


@dataclass(frozen=True, kw_only=True)
class Authorizer:
    """A Lambda token authorizer."""

    function: str
    header: str = "Authorization"
    token_pattern: str | None = None
    cache_seconds: int = 300


@dataclass(frozen=True, kw_only=True)
class Method:
    """One HTTP method of one resource, integrated with a function."""

    resource_id: str
    http_method: str
    function: str
    authorizer_id: str | None = None


@dataclass(frozen=True)
class Route:
    """A method with its path and the values that a request put into the path."""

    path: str
    method: Method
    parameters: Mapping[str, str]


@dataclass
class RestApi:
    """An API as its template describes it."""

    api_id: str
    name: str
    resources: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Resource id → (parent id, path part); the root has no entry."""
    methods: list[Method] = field(default_factory=list)
    authorizers: dict[str, Authorizer] = field(default_factory=dict)
    stage: str = "v1"
    max_body_bytes: int = 10 * 1024 * 1024
    """API Gateway's own limit."""

    @property
    def root_id(self) -> str:
        """The id of the resource `/`."""
        return f"{self.api_id}-root"

    def path_of(self, resource_id: str) -> str:
        """`/applications/{application_id}` for a resource."""
        parts: list[str] = []
        while resource_id != self.root_id:
            resource_id, part = self.resources[resource_id]
            parts.append(part)
        return "/" + "/".join(reversed(parts))

    def match(self, http_method: str, path: str) -> Route | None:
        """The route of a request; a literal segment wins over a parameter."""
        segments = [part for part in path.split("/") if part]
        for method, pattern in self._by_precedence:
            if method.http_method not in (http_method, "ANY"):
                continue
            values = _values(pattern, segments)
            if values is not None:
                return Route(self.path_of(method.resource_id), method, values)
        return None

    @cached_property
    def _by_precedence(self) -> list[tuple[Method, list[str]]]:
        found = [
            (method, [part for part in self.path_of(method.resource_id).split("/") if part])
            for method in self.methods
        ]
        return sorted(found, key=lambda one: [_weight(part) for part in one[1]])


def _weight(part: str) -> int:
    if part.endswith("+}"):
        return 2
    return 1 if part.startswith("{") else 0


def _values(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    values: dict[str, str] = {}
    for index, part in enumerate(pattern):
        if part.endswith("+}"):
            if index >= len(segments):
                return None
            values[part[1:-2]] = unquote("/".join(segments[index:]))
            return values
        if index >= len(segments):
            return None
        if part.startswith("{"):
            values[part[1:-1]] = unquote(segments[index])
        elif part != unquote(segments[index]):
            return None
    return values if len(pattern) == len(segments) else None
