"""Reads a connector file's mapping strictly: what is unknown, missing or out of bounds is refused.

The field of a refusal is the path in the file: `spec.response.codes[2].meaning`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from extdata.domain.errors import ConfigurationRefused

C = TypeVar("C", bound=str)

MAX_TEXT = 300
MAX_EXPRESSION = 2_000
"""Characters of one JSONata expression."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_PATH = re.compile(r"[^\s.]{1,64}(\.[^\s.]{1,64}){0,9}")
RESERVED_HEADERS = frozenset(
    {
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "upgrade",
        "te",
        "trailer",
        "expect",
        "cookie",
        "accept-encoding",
        "content-encoding",
        "content-type",
        "proxy-authorization",
        "x-request-no",
        "x-timestamp",
        "x-nonce",
        "x-key-version",
    }
)
"""Headers that the engine itself sets."""


class SpecReader:
    """One mapping of the file and where it stands."""

    def __init__(self, value: Any, path: str) -> None:
        """Keep a mapping; anything else is refused."""
        self.path = path
        if not isinstance(value, Mapping):
            raise self.refused("", "spec.mapping", "this is not a mapping")
        self._value: Mapping[str, Any] = value

    def refused(self, key: str, rule: str, message: str) -> ConfigurationRefused:
        """The refusal for one key of this mapping; never quotes its value."""
        field = f"{self.path}.{key}" if key else self.path
        return ConfigurationRefused(message, field=field, rule=rule)

    def only(self, *keys: str) -> None:
        """Refuse every key that is not listed."""
        for key in self._value:
            if key not in keys:
                known = isinstance(key, str) and re.fullmatch(r"[\w-]{1,40}", key)
                shown = key if known else ""
                raise self.refused(shown, "spec.unknown_key", "there is no such key")

    def has(self, key: str) -> bool:
        """Whether the key is there with a value."""
        return self._value.get(key) is not None

    def names(self) -> tuple[str, ...]:
        """The keys, in the order of the file."""
        return tuple(self._value)

    def child(self, key: str) -> SpecReader:
        """The mapping under a key."""
        if key not in self._value:
            raise self.refused(key, "spec.missing", "this is needed")
        return SpecReader(self._value[key], f"{self.path}.{key}")

    def items(self, key: str, *, most: int, optional: bool = False) -> tuple[SpecReader, ...]:
        """The mappings of a list."""
        return tuple(
            SpecReader(item, f"{self.path}.{key}[{number}]")
            for number, item in enumerate(self._list(key, most, optional))
        )

    def texts(self, key: str, *, most: int, optional: bool = False) -> tuple[str, ...]:
        """A list of texts, each at most MAX_TEXT long."""
        values = self._list(key, most, optional)
        if not all(isinstance(value, str) and 0 < len(value) <= MAX_TEXT for value in values):
            raise self.refused(key, "spec.text", "a list of texts")
        return tuple(values)

    def _list(self, key: str, most: int, optional: bool) -> Sequence[Any]:
        if optional and not self.has(key):
            return ()
        value = self._value.get(key)
        if not isinstance(value, (list, tuple)) or (not value and not optional):
            raise self.refused(key, "spec.list", "a list is needed")
        if len(value) > most:
            raise self.refused(key, "spec.too_many", f"at most {most}")
        return value

    def text(self, key: str, *, most: int = MAX_TEXT) -> str:
        """A text that is not empty."""
        value = self._value.get(key)
        if not isinstance(value, str) or not value:
            raise self.refused(key, "spec.text", "a text is needed")
        if len(value) > most:
            raise self.refused(key, "spec.too_long", f"at most {most} characters")
        return value

    def optional_text(self, key: str, *, most: int = MAX_TEXT) -> str | None:
        """A text, or None where there is none."""
        return self.text(key, most=most) if self.has(key) else None

    def expression(self, key: str) -> str:
        """A JSONata expression; its syntax is checked where it is compiled."""
        return self.text(key, most=MAX_EXPRESSION)

    def optional_expression(self, key: str) -> str | None:
        """A JSONata expression, or None."""
        return self.optional_text(key, most=MAX_EXPRESSION)

    def name(self, key: str) -> str:
        """A lower-case name such as a key's."""
        return self._matching(key, _NAME, "spec.name", "a lower-case name")

    def header(self, key: str) -> str:
        """The name of a header that the engine does not set itself."""
        value = self._matching(key, _HEADER, "spec.header", "a header name")
        if value.lower() in RESERVED_HEADERS:
            raise self.refused(key, "spec.header_reserved", "the engine sets this header itself")
        return value

    def dotted(self, key: str) -> tuple[str, ...]:
        """A dotted path, as its names."""
        return tuple(self._matching(key, _PATH, "spec.path", "a dotted path").split("."))

    def _matching(self, key: str, pattern: re.Pattern[str], rule: str, what: str) -> str:
        value = self.text(key)
        if not pattern.fullmatch(value):
            raise self.refused(key, rule, f"{what} is needed")
        return value

    def integer(self, key: str, least: int, most: int, default: int | None = None) -> int:
        """A whole number within bounds."""
        if default is not None and not self.has(key):
            return default
        value = self._value.get(key)
        if type(value) is not int or not least <= value <= most:
            raise self.refused(key, "spec.number", f"a whole number from {least} to {most}")
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        value = self._value.get(key, default)
        if not isinstance(value, bool):
            raise self.refused(key, "spec.flag", "true or false")
        return value

    def choice(self, key: str, options: tuple[C, ...], default: C | None = None) -> C:
        """One of a few words."""
        if default is not None and not self.has(key):
            return default
        value = self._value.get(key)
        for option in options:
            if value == option:
                return option
        raise self.refused(key, "spec.choice", "one of " + ", ".join(options))

    def choices(self, key: str, options: tuple[str, ...]) -> tuple[str, ...]:
        """A list of different words, each one of a few."""
        values = self.texts(key, most=len(options))
        if not set(values) <= set(options) or len(set(values)) < len(values):
            raise self.refused(key, "spec.choice", "each once, out of " + ", ".join(options))
        return values

    def raw(self, key: str) -> Any:
        """The value as it stands; the caller checks it."""
        return self._value.get(key)
