"""OpenAPI 3.1 of a module's API, from its routes and pydantic models.

openapi_document(routes, title="Intake 移动展业")      # a dict; written to docs/openapi/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from puhui.http_route import RouteSpec

if TYPE_CHECKING:
    from puhui.http import ApiRoutes

_REF = "#/components/schemas/{model}"
_PATH_VALUE = re.compile(r"\{([a-z_]+)\}")
_ERRORS = {
    "400": "请求无法读取 The request cannot be read",
    "401": "未认证 Nobody knows who asks",
    "403": "无权限 This role may never do this",
    "404": "不存在 It does not exist, or not for you",
    "409": "冲突 It contradicts what is there",
    "413": "请求过大 The body is too large",
    "415": "类型不支持 The body is not JSON",
    "422": "违反规则 A rule is broken; field and rule say which",
    "429": "请求过多 Too many requests",
    "500": "内部错误 Internal error",
    "503": "上游不可用 A system that we depend on does not answer",
}
_ERROR_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "field", "rule"],
            "additionalProperties": False,
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "field": {"type": ["string", "null"]},
                "rule": {"type": ["string", "null"]},
            },
        }
    },
}
_ID_SCHEMA = {"type": "string", "pattern": r"^[A-Za-z0-9_.\-]{1,128}$"}
_KEY_SCHEMA = {"type": "string", "pattern": r"^[A-Za-z0-9_.:\-]{1,80}$"}


def openapi_document(
    routes: ApiRoutes, title: str, version: str = "1", *, others: Iterable[ApiRoutes] = ()
) -> dict[str, Any]:
    """Describe every route with its body, answer, errors, headers and policy action."""
    table = [*routes.table(), *(spec for more in others for spec in more.table())]
    specs = sorted(table, key=lambda spec: (spec.path, spec.method))
    names, schemas = _schemas(specs)
    paths: dict[str, Any] = {}
    for spec in specs:
        paths.setdefault(spec.path, {})[spec.method.lower()] = _operation(spec, names)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "servers": [{"url": f"/{routes.module}"}],
        "paths": paths,
        "components": {
            "schemas": {**schemas, "Error": _ERROR_SCHEMA},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


_Names = Mapping[tuple[Any, JsonSchemaMode], dict[str, Any]]


def _schemas(specs: list[RouteSpec]) -> tuple[_Names, dict[str, Any]]:
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {}
    for spec in specs:
        if spec.body is not None:
            wanted[(spec.body, "validation")] = None
        if spec.returns is not None:
            wanted[(spec.returns, "serialization")] = None
    names, document = models_json_schema(list(wanted), by_alias=True, ref_template=_REF)
    return names, document.get("$defs", {})


def _operation(spec: RouteSpec, names: _Names) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": spec.operation_id,
        "summary": spec.summary or spec.operation_id,
        "description": (spec.view.__doc__ or "").strip(),
        "responses": _responses(spec, names),
        "security": [] if spec.public else [{"token": []}],
    }
    if spec.action:
        operation["x-puhui-action"] = spec.action
    parameters = _parameters(spec)
    if parameters:
        operation["parameters"] = parameters
    if spec.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": names[(spec.body, "validation")]}},
        }
        operation["x-puhui-max-body-bytes"] = spec.max_body_bytes
    if spec.raw:
        operation["requestBody"] = {"required": True, "content": {"*/*": {}}}
        operation["x-puhui-max-body-bytes"] = spec.max_body_bytes
    return operation


def _parameters(spec: RouteSpec) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _ID_SCHEMA}
        for name in _PATH_VALUE.findall(spec.path)
    ]
    if spec.query is not None:
        schema = spec.query.model_json_schema(by_alias=True)
        required = schema.get("required", [])
        found += [
            {"name": name, "in": "query", "required": name in required, "schema": part}
            for name, part in schema.get("properties", {}).items()
        ]
    if spec.idempotency_key:
        found.append(
            {"name": "Idempotency-Key", "in": "header", "required": True, "schema": _KEY_SCHEMA}
        )
    return found


def _responses(spec: RouteSpec, names: _Names) -> dict[str, Any]:
    success: dict[str, Any] = {"description": "成功 Done"}
    if spec.returns is not None:
        schema = names[(spec.returns, "serialization")]
        success["content"] = {"application/json": {"schema": schema}}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    problems = {
        status: {"description": text, "content": content} for status, text in _ERRORS.items()
    }
    return {str(spec.status): success, **problems}
