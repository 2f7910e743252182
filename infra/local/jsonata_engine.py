"""Evaluates JSONata with bound variables, compiling each expression once.

moto prints every variable as source text in front of an expression and parses the whole again;
binding values in a frame is about fifty times faster and never misquotes a string.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Any

from jsonata import jsonata as jsonata_library
from jsonata import parser, utils

UNDEFINED = object()
"""What an expression that returns nothing evaluates to; JSON null is None."""

POOLED_INSTANCES_PER_EXPRESSION = 32


class QueryFailed(Exception):
    """The expression is not JSONata or cannot be evaluated with these variables."""


class JsonataEngine:
    """Keeps a pool of compiled instances per expression: an instance is not re-entrant."""

    def __init__(self) -> None:
        self._pools: dict[str, list[Any]] = {}
        self._lock = threading.Lock()

    def evaluate(self, expression: str, variables: Mapping[str, Any]) -> Any:
        """Return the value of the expression, or UNDEFINED when it returns nothing."""
        try:
            instance = self._take(expression)
            result = instance.evaluate(None, {k: _to_library(v) for k, v in variables.items()})
        except Exception as error:
            raise QueryFailed(str(error)) from error
        self._give_back(expression, instance)
        if result is None:
            return UNDEFINED
        if isinstance(result, parser.Parser.Symbol | jsonata_library.Jsonata.JFunctionCallable):
            raise QueryFailed("the expression returned a function")
        return _to_json(result)

    def _take(self, expression: str) -> Any:
        with self._lock:
            pool = self._pools.setdefault(expression, [])
            if pool:
                return pool.pop()
        instance = jsonata_library.Jsonata(expression)
        instance.set_output_convert_nulls(False)
        instance.set_validate_input(False)
        return instance

    def _give_back(self, expression: str, instance: Any) -> None:
        with self._lock:
            pool = self._pools[expression]
            if len(pool) < POOLED_INSTANCES_PER_EXPRESSION:
                pool.append(instance)


def _to_library(value: Any) -> Any:
    return utils.Utils.NULL_VALUE if value is None else value


def _to_json(value: Any) -> Any:
    """Plain JSON: the library's null becomes None and whole floats become integers."""
    if value is utils.Utils.NULL_VALUE or value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _to_json(item) for key, item in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_to_json(item) for item in value]
    return value
