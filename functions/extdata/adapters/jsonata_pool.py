"""Evaluates a connector's JSONata over answers: the document is only ever input, never text.

Expressions are compiled once; an instance is not re-entrant, so a few of each are pooled. Only
listed functions may be used, no lambdas, regular expressions or ranges: what remains cannot loop,
and is stopped all the same after EVALUATION_MS or MAX_STEPS_DEEP. A bare dotted path is walked
without the library, with the same result (tests/unit/extdata/test_connector_jsonata.py).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from jsonata import jsonata as library
from jsonata import parser, utils
from jsonata.jexception import JException

from extdata.domain.errors import ConfigurationRefused

EVALUATION_MS = 200
MAX_STEPS_DEEP = 60
POOLED_INSTANCES = 16
MAX_EXPRESSIONS = 1_024
FUNCTIONS = frozenset(
    {
        "string",
        "length",
        "substring",
        "substringBefore",
        "substringAfter",
        "uppercase",
        "lowercase",
        "trim",
        "contains",
        "split",
        "join",
        "replace",
        "number",
        "abs",
        "floor",
        "ceil",
        "round",
        "sum",
        "max",
        "min",
        "boolean",
        "not",
        "exists",
        "count",
        "append",
        "lookup",
        "keys",
        "merge",
        "toMillis",
        "fromMillis",
        "formatNumber",
    }
)
"""Functions that an expression may call; $eval, $random, $now and $pad are not among them."""
REFUSED_SYNTAX = {
    "lambda": "a function definition",
    "regex": "a regular expression",
    "transform": "a transform",
    "partial": "a partial application",
    "parent": "the parent operator",
    "descendant": "the descendant wildcard",
}
_BARE_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}(\.[A-Za-z_][A-Za-z0-9_]{0,63}){0,9}")
_WORDS = frozenset({"and", "or", "in", "true", "false", "null", "function"})


class Undefined:
    """What an expression that finds nothing evaluates to; JSON null is None."""


UNDEFINED = Undefined()


class NotEvaluated(Exception):
    """The expression fails on this input, or takes too long."""


class Expression:
    """One compiled expression; safe to use from several threads."""

    def __init__(self, text: str) -> None:
        """Compile and check, or raise ConfigurationRefused (rule `jsonata…`)."""
        self._text = text
        self._pool: list[Any] = []
        self._lock = threading.Lock()
        self._path: tuple[str, ...] = ()
        if _BARE_PATH.fullmatch(text) and not _WORDS & set(text.split(".")):
            self._path = tuple(text.split("."))
        self._pool.append(_checked(text))

    def evaluate(self, document: Any) -> Any:
        """The value as plain JSON, or UNDEFINED."""
        if self._path:
            found = _walk(document, self._path)
            if found is not _ASK_LIBRARY:
                return found
        return self._by_library(document)

    def _by_library(self, document: Any) -> Any:
        instance = self._take()
        frame = instance.create_frame()
        frame.set_runtime_bounds(EVALUATION_MS, MAX_STEPS_DEEP)
        try:
            result = instance.evaluate(document, frame)
        except (JException, ArithmeticError, LookupError, TypeError, ValueError) as error:
            # Not chained: the library's message may quote the document.
            raise NotEvaluated(type(error).__name__) from None
        except (AttributeError, RecursionError) as error:
            raise NotEvaluated(type(error).__name__) from None
        self._give_back(instance)
        return UNDEFINED if result is None else _to_json(result)

    def _take(self) -> Any:
        with self._lock:
            if self._pool:
                return self._pool.pop()
        return _compiled(self._text)

    def _give_back(self, instance: Any) -> None:
        with self._lock:
            if len(self._pool) < POOLED_INSTANCES:
                self._pool.append(instance)


@lru_cache(maxsize=MAX_EXPRESSIONS)
def expression(text: str) -> Expression:
    """The compiled expression, one for each text."""
    return Expression(text)


def check(text: str) -> None:
    """Raise ConfigurationRefused for what is not an allowed expression."""
    expression(text)


def _compiled(text: str) -> Any:
    instance = library.Jsonata(text)
    instance.set_output_convert_nulls(False)
    instance.set_validate_input(False)
    return instance


def _checked(text: str) -> Any:
    try:
        instance = _compiled(text)
    except (JException, RecursionError, AttributeError, TypeError, ValueError) as error:
        raise ConfigurationRefused("not a JSONata expression", rule="jsonata.syntax") from error
    bound = {
        symbol.lhs.value
        for symbol in _symbols(instance.ast)
        if getattr(symbol, "type", None) == "bind"
    }
    for symbol in _symbols(instance.ast):
        _check_symbol(symbol, bound)
    return instance


def _check_symbol(symbol: Any, bound: set[Any]) -> None:
    kind = getattr(symbol, "type", None)
    if kind in REFUSED_SYNTAX:
        raise ConfigurationRefused(
            f"{REFUSED_SYNTAX[kind]} is not allowed", rule="jsonata.forbidden"
        )
    if kind == "binary" and symbol.value == "..":
        raise ConfigurationRefused("a range is not allowed", rule="jsonata.forbidden")
    if kind == "variable" and symbol.value not in ("", "$"):
        known = library.Jsonata.static_frame.lookup(symbol.value) is not None
        if symbol.value not in FUNCTIONS and (known or symbol.value not in bound):
            raise ConfigurationRefused("this function is not allowed", rule="jsonata.function")
    if kind == "bind" and library.Jsonata.static_frame.lookup(symbol.lhs.value) is not None:
        raise ConfigurationRefused("a function's name is taken", rule="jsonata.function")


def _symbols(root: Any) -> Iterator[Any]:
    """Every symbol of a syntax tree, each once."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, parser.Parser.Symbol):
            yield value
            waiting.extend(v for k, v in vars(value).items() if k != "_outer_instance")
        elif isinstance(value, list | tuple):
            waiting.extend(value)


_ASK_LIBRARY = object()


def _walk(value: Any, path: tuple[str, ...]) -> Any:
    """Follow names through objects; lists have rules of their own and go to the library."""
    for name in path:
        if type(value) is not dict:
            return _ASK_LIBRARY if isinstance(value, list) else UNDEFINED
        if name not in value:
            return UNDEFINED
        value = value[name]
    return value if value is None or type(value) in (str, int, bool) else _ASK_LIBRARY


def _to_json(value: Any) -> Any:
    """Plain JSON: the library's null becomes None and whole floats become integers."""
    if value is None or value is utils.Utils.NULL_VALUE:
        return None
    if isinstance(value, parser.Parser.Symbol | library.Jsonata.JFunctionCallable):
        raise NotEvaluated("a function is no value")
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _to_json(item) for key, item in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_to_json(item) for item in value]
    return value
