"""Reads one value of each field type; what is not of the type raises NotOfType, never quoted.

Amounts go through Decimal, so that no float touches them; numbers are bounded before they are
computed with, because `1e999999` is a short text and a long number. Dates, which repeat, are
remembered for a while.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import re2

from extdata.domain.document_spec import FieldSpec
from extdata.domain.errors import ConfigurationRefused

Convert = Callable[[Any], Any]

MAX_WHOLE = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exactly."""
MAX_TEXT = 4_000
MAX_NUMBER_TEXT = 40
MAX_PATTERN = 200
REMEMBERED = 4_096
FEN_PER_YUAN = 100
FEN_PER_WAN_YUAN = 1_000_000
RE2_MEMORY_BYTES = 1 << 20
_WHOLE = re.compile(r"-?[0-9]{1,16}", re.ASCII)
_YUAN_AND_FEN = re.compile(r"-?[0-9]{1,13}\.[0-9]{2}", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)


class NotOfType(ValueError):
    """A value is not of its field's type."""


def converter(spec: FieldSpec) -> Convert:
    """The function that reads values of this field."""
    kind = spec.kind
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind == "text":
        return _text if not spec.pattern else _matching(spec)
    if kind == "date":
        return _remembered(lambda value: _date(value, spec.format).isoformat())
    if kind == "month":
        return _remembered(lambda value: _month(value, spec.format))
    if kind in ("bool", "code"):
        return _mapped(spec) if spec.mapping else _flag
    return lambda _value: None


def _remembered(convert: Convert) -> Convert:
    """1, 1.0 and True are different words: the memory goes by type too."""
    return lru_cache(maxsize=REMEMBERED, typed=True)(convert)


def _text(value: Any) -> str:
    """A text that is not empty; a number is taken as it is written."""
    if type(value) is str:
        if 0 < len(value) <= MAX_TEXT:
            return value
    elif type(value) is int and abs(value) <= MAX_WHOLE:
        return str(value)
    raise NotOfType


def compiled_pattern(spec: FieldSpec) -> Any:
    """The RE2 pattern of a field: linear in time whatever it says; refused when it is none."""
    options = re2.Options()
    options.max_mem = RE2_MEMORY_BYTES
    options.log_errors = False
    try:
        if len(spec.pattern) > MAX_PATTERN:
            raise re2.error("too long")
        return re2.compile(spec.pattern, options)
    except re2.error as error:
        field = f"{spec.path}.pattern"
        raise ConfigurationRefused(
            f"{field}: not an RE2 pattern", field=field, rule="spec.pattern"
        ) from error


def _matching(spec: FieldSpec) -> Convert:
    pattern = compiled_pattern(spec)

    def read(value: Any) -> str:
        text = _text(value)
        if pattern.fullmatch(text) is None:
            raise NotOfType
        return text

    return read


def _bounded(value: int) -> int:
    if -MAX_WHOLE <= value <= MAX_WHOLE:
        return value
    raise NotOfType


def _int(value: Any) -> int:
    """A whole number, as JSON or as digits."""
    if type(value) is int:
        return _bounded(value)
    if type(value) is str and _WHOLE.fullmatch(value):
        return _bounded(int(value))
    if type(value) is Decimal:
        return _whole(_decimal(value))
    raise NotOfType


def _decimal(value: Any) -> Decimal:
    """A bounded decimal number without exponent tricks."""
    if type(value) is int:
        return Decimal(_bounded(value))
    if type(value) is Decimal:
        text = str(value) if len(str(value)) <= MAX_NUMBER_TEXT else ""
        value = format(value, "f") if text and -18 <= value.adjusted() <= 18 else ""
    if type(value) is str and _NUMBER.fullmatch(value):
        return Decimal(value)
    raise NotOfType


def _whole(value: Decimal) -> int:
    """Exactly whole; nothing is rounded silently."""
    try:
        number = int(value)
    except (InvalidOperation, OverflowError) as error:
        raise NotOfType from error
    if number != value:
        raise NotOfType
    return _bounded(number)


def _yuan(value: Any) -> int:
    """An amount in yuan as 分; parts of a 分 are refused. The usual spelling needs no Decimal."""
    if type(value) is str and _YUAN_AND_FEN.fullmatch(value):
        return int(value.replace(".", ""))
    return _whole(_decimal(value) * FEN_PER_YUAN)


def _wan_yuan(value: Any) -> int:
    """An amount in 万元 as 分."""
    return _whole(_decimal(value) * FEN_PER_WAN_YUAN)


def _decimal_text(value: Any) -> str:
    return format(_decimal(value), "f")


def _date(value: Any, pattern: str) -> date:
    if type(value) is int and 0 <= value <= MAX_WHOLE:
        value = str(value)
    if type(value) is not str or len(value) > MAX_NUMBER_TEXT or not value.isascii():
        value = _chinese_date(value)
    try:
        read = datetime.strptime(value, pattern)  # noqa: DTZ007  (a calendar day has no zone)
    except ValueError:
        raise NotOfType from None
    if read.strftime(pattern) != value:
        # strptime takes `2026-1-1` and spaces for %Y-%m-%d; the interface says otherwise.
        raise NotOfType
    return read.date()


def _chinese_date(value: Any) -> str:
    """Only 年月日 and 时分秒 may stand between ASCII digits."""
    if type(value) is str and len(value) <= MAX_NUMBER_TEXT:
        rest = re.sub("[年月日]", "", value)
        if rest.isascii():
            return value
    raise NotOfType


def _month(value: Any, pattern: str) -> str:
    return _date(value, pattern).isoformat()[:7]


def _flag(value: Any) -> bool:
    if type(value) is bool:
        return value
    raise NotOfType


def _mapped(spec: FieldSpec) -> Convert:
    """The value that the map has for a word; numbers and booleans are looked up as text."""
    mapping = dict(spec.mapping)

    def read(value: Any) -> Any:
        word = value if type(value) is str else _word(value)
        if word not in mapping:
            raise NotOfType
        return mapping[word]

    return read


def _word(value: Any) -> str:
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is int:
        return str(_bounded(value))
    raise NotOfType


_PLAIN: Mapping[str, Convert] = {
    "int": _int,
    "fen": _int,
    "yuan": _yuan,
    "wan_yuan": _wan_yuan,
    "decimal": _decimal_text,
}
