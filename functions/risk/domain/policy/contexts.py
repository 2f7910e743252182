"""Inputs as zen reads them: nested JSON with exact decimals, never a float."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from risk.domain.inputs import Input, Word, decimal_text


def context_of(values: Mapping[str, Input], names: Iterable[str]) -> str:
    """The named inputs as a JSON text; a dotted name is a path of objects."""
    root: dict[str, Any] = {}
    for name in names:
        *path, last = name.split(".")
        inner = root
        for part in path:
            inner = inner.setdefault(part, {})
        inner[last] = values[name]
    return _json(root)


def _json(value: Any) -> str:
    if isinstance(value, dict):
        parts = (f"{json.dumps(key)}:{_json(inner)}" for key, inner in value.items())
        return "{" + ",".join(parts) + "}"
    if isinstance(value, Word):
        return json.dumps(value.text)
    if value.scaled is None:
        return "null"
    return decimal_text(value.scaled, value.decimals)
