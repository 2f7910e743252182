"""Frozen dataclasses as plain values and back, exactly, as they are stored.

Each dataclass is an object of its fields; a field that holds its default is left out. A tuple of
dataclasses is a table: the names of its columns once, then one row of values for each, because a
loan of thirty years has 360 instalments and is written every night. Dates are ISO text, amounts
whole 分, decimals their digits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from puhui.contracts.common import Contract
from puhui.money import Money
from servicing.domain.errors import StoredByNewerVersion

T = TypeVar("T")
W = TypeVar("W", bound=StrEnum)
Decoder = Callable[[Any], Any]
_AS_THEY_ARE: Final = (int, bool, str)
_SIMPLE: Final[Mapping[Any, Decoder]] = {
    **dict.fromkeys(_AS_THEY_ARE, lambda value: value),
    Decimal: lambda value: Decimal(value),
    Money: lambda value: Money(value),
    date: lambda value: date.fromisoformat(value),
}


def plain(record: Any, *, without: Collection[str] = ()) -> dict[str, Any]:
    """The record as JSON can hold it."""
    return {
        field.name: plain_value(getattr(record, field.name))
        for field in fields(record)
        if field.name not in without and getattr(record, field.name) != field.default
    }


def of_plain(cls: type[T], values: Mapping[str, Any]) -> T:
    """The record that `plain` wrote; a field that is unknown here is StoredByNewerVersion."""
    return cls(**decoded(cls, values))


def decoded(cls: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that `plain` wrote, some of them perhaps not."""
    return {name: _decoder_of(cls, name)(value) for name, value in values.items()}


def plain_value(value: Any) -> Any:
    """One value as JSON can hold it."""
    for kind, as_plain in _PLAIN.items():
        if isinstance(value, kind):
            return as_plain(value)
    return plain(value) if _is_record(value) else value


def _table(records: Sequence[Any]) -> list[list[Any]]:
    """The columns that any record needs, then the records."""
    columns = [
        field
        for field in fields(records[0])
        if any(getattr(record, field.name) != field.default for record in records)
    ]
    names: list[Any] = [field.name for field in columns]
    return [names, *([plain_value(getattr(one, name)) for name in names] for one in records)]


@cache
def _decoders(cls: type) -> Mapping[str, Decoder]:
    hints = get_type_hints(cls)
    return {field.name: _decoder(hints[field.name]) for field in fields(cls)}


def _decoder_of(cls: type, name: str) -> Decoder:
    """How a field is read, if this version of the code has it."""
    try:
        return _decoders(cls)[name]
    except KeyError as error:
        raise StoredByNewerVersion(
            f"{cls.__name__} has no {name}", field=name, rule="stored.field"
        ) from error


def _decoder(kind: Any) -> Decoder:
    """How values of a type are read; a type that it does not know is refused at once."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType, Literal):
        return _union_decoder(parts)
    if origin is tuple:
        return _tuple_decoder(parts)
    if origin is frozenset:
        inner = _decoder(parts[0])
        return lambda values: frozenset(inner(value) for value in values)
    return _single_decoder(kind)


def _single_decoder(kind: Any) -> Decoder:
    kind = getattr(kind, "__supertype__", kind)  # a NewType, such as BankId
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if _is_record(kind):
        return lambda value: of_plain(kind, value)
    if issubclass(kind, Contract):
        return lambda value: kind.model_validate(value)
    if not issubclass(kind, StrEnum):
        raise TypeError(f"no plain values for {kind}")
    return lambda value: known(kind, value)


def known(words: type[W], value: str) -> W:
    """The word, if this version of the code has it."""
    try:
        return words(value)
    except ValueError as error:
        raise StoredByNewerVersion(
            f"{words.__name__} has no {value}", field=words.__name__, rule="stored.word"
        ) from error


def _union_decoder(parts: Sequence[Any]) -> Decoder:
    """One type or None; or words and numbers, which are their own plain values."""
    kinds = [part for part in parts if part is not NoneType]
    if all(part in _AS_THEY_ARE or get_origin(part) is Literal for part in kinds):
        return lambda value: value
    if len(kinds) != 1:
        raise TypeError(f"no plain values for a choice of {kinds}")
    inner = _decoder(kinds[0])
    return lambda value: None if value is None else inner(value)


def _tuple_decoder(parts: Sequence[Any]) -> Decoder:
    """So many of one type, or one of each type in its place."""
    if parts[-1] is not Ellipsis:
        readers = [_decoder(part) for part in parts]
        return lambda values: tuple(
            read(value) for read, value in zip(readers, values, strict=True)
        )
    if _is_record(parts[0]):
        return _table_decoder(parts[0])
    inner = _decoder(parts[0])
    return lambda values: tuple(inner(value) for value in values)


def _table_decoder(kind: Any) -> Decoder:
    def table(values: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
        if not values:
            return ()
        names, rows = values[0], values[1:]
        readers = [(name, _decoder_of(kind, name)) for name in names]
        return tuple(
            kind(**{name: read(v) for (name, read), v in zip(readers, row, strict=True)})
            for row in rows
        )

    return table


_PLAIN: Final[Mapping[type, Callable[[Any], Any]]] = {
    Money: lambda value: value.minor,
    Decimal: str,
    StrEnum: lambda value: value.value,
    date: date.isoformat,
    Contract: lambda value: value.model_dump(mode="json"),
    frozenset: lambda value: sorted(plain_value(one) for one in value),
    tuple: lambda value: _table(value) if value and _is_record(value[0]) else _list(value),
}


def _list(values: Sequence[Any]) -> list[Any]:
    return [plain_value(value) for value in values]


def _is_record(value: Any) -> bool:
    return hasattr(value, "__dataclass_fields__") and value is not Money
