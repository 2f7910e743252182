"""A shim over moto's DynamoDB answers: items are written as they are, without asking their shape.

moto walks every attribute of every item through the model of the service, looking for names that
Python objects might have given it. Items are plain data; it took a fifth of a night (2026-11).
"""

from __future__ import annotations

import base64
import functools
import json
from typing import Any, Final

from infra.local.moto_shims.patching import replace

OF_ITEMS: Final = frozenset(
    {"GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"}
    | {"PutItem", "UpdateItem", "DeleteItem"}
)
HEADERS: Final = {"Content-Type": "application/x-amz-json-1.0"}


def install(responses: Any) -> None:
    """Patch the answers of the operations that answer items."""
    execute, of_items = responses.ActionResult.execute_result, responses.DynamoResult

    @functools.wraps(execute)
    def write_items(self: Any, context: Any) -> Any:
        if not isinstance(self, of_items) or context.operation_model.name not in OF_ITEMS:
            return execute(self, context)
        known = context.operation_model.output_shape.members
        told = {name: one for name, one in self.result.items() if name in known and one is not None}
        return 200, dict(HEADERS), json.dumps(told, default=_bytes)

    replace(responses.ActionResult, "execute_result", write_items)


def _bytes(value: object) -> str:
    """Binary attributes travel in base 64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"{type(value).__name__} is no attribute's value")
