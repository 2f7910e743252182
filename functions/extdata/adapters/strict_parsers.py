"""Reads answers: JSON, XML and delimited records, each without its loopholes.

What is wrong raises ProviderAnswerUnreadable with a rule; neither the message nor a cause quotes
the document. JSON has a fast path of its own, because `puhui.strict_json` needs several times as
long; it refuses the same, but leaves endless whole numbers to the field types.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NoReturn
from xml.etree.ElementTree import Element, ParseError

import msgspec
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from extdata.domain.connector_spec import SINGLE_RECORDS, CsvSpec, ResponseSpec
from extdata.domain.errors import ProviderAnswerUnreadable

MAX_DEPTH = 32
MAX_NUMBER_CHARACTERS = 40
MAX_CELL_CHARACTERS = 4_000
_SKELETON = b'{}[]":\\'
_ALL_ELSE = bytes(byte for byte in range(256) if byte not in _SKELETON)
_DOUBTFUL = object()
_DECLARATION = re.compile(r"\A\ufeff?\s*<\?xml[^>]{0,200}\?>")
_MARKUP = re.compile(rb"\A[\s\xef\xbb\xbf]*<(!doctype\s+html|html|head|body)", re.IGNORECASE)

Parse = Callable[[bytes], Any]


def parser_of(spec: ResponseSpec) -> Parse:
    """The function that reads opened bytes of this connector."""
    encoding = spec.encoding
    csv = spec.csv
    if csv is not None:
        return lambda body: parse_records(_text(body, encoding), csv)
    if spec.format == "xml":
        return lambda body: parse_xml(_text(body, encoding))
    return lambda body: parse_json(_text(body, encoding))


def _text(body: bytes, encoding: str) -> str:
    """Decode strictly; a web page is named as such, because that is what gateways answer."""
    if _MARKUP.match(body[:200]):
        raise _unreadable("provider.html", "the answer is a web page")
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        raise _unreadable("provider.encoding", f"the answer is not {encoding}") from None


def parse_json(text: str) -> Any:
    """JSON without NaN, duplicate keys, deep nesting or endless fractions, those as Decimal."""
    skeleton = text.encode("utf-8", "replace").translate(None, _ALL_ELSE)
    value = _plainly_strict(text, skeleton)
    if value is _DOUBTFUL:
        value = _closely_read(text)
    if _may_be_deep(skeleton) and _deeper_than(value, MAX_DEPTH):
        raise _unreadable("provider.depth", f"the answer nests deeper than {MAX_DEPTH}")
    return value


def _plainly_strict(text: str, skeleton: bytes) -> Any:
    """The value, or `_DOUBTFUL` where msgspec refuses it or a key might appear twice.

    Every member shows as `":` in the skeleton, and what a string holds can only add to them. As
    many as there are keys therefore proves that no key was lost.
    """
    try:
        value = _FAST_DECODER.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return _DOUBTFUL
    containers = skeleton.count(b"{") + skeleton.count(b"[")
    return value if _keys(value, containers) == skeleton.count(b'":') else _DOUBTFUL


def _keys(value: Any, containers: int) -> int:
    """The keys of all mappings in a value that has at most so many containers."""
    count, level = 0, _containers([[value]])
    while level:
        count += sum(len(found) for found in level if type(found) is dict)
        containers -= len(level)
        level = _containers(level) if containers > 0 else []
    return count


def _closely_read(text: str) -> Any:
    """Slower, and names the rule that is broken."""
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise _unreadable("provider.depth", "the answer nests too deep") from None
    except ValueError:
        raise _unreadable("provider.format", "the answer is not strict JSON") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise _unreadable("provider.duplicate_key", "a key appears twice")
    return result


def _no_constant(_: str) -> NoReturn:
    raise _unreadable("provider.number", "NaN and Infinity are not JSON")


def _fraction(text: str) -> Decimal:
    if len(text) > MAX_NUMBER_CHARACTERS:
        raise _unreadable("provider.number", "a number is too long")
    return Decimal(text)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_fraction
)
_FAST_DECODER = msgspec.json.Decoder(float_hook=_fraction)


def _may_be_deep(skeleton: bytes) -> bool:
    """False when brackets alone prove that nothing nests deeper than allowed.

    Without backslashes, quotes pair up; where no string holds a bracket, pairs of quotes stand
    side by side once all other characters are gone. Every string that does hold one leaves a
    quote behind, and then the values are walked instead.
    """
    skeleton = skeleton.replace(b":", b"")
    if b"\\" in skeleton:
        return True
    skeleton = skeleton.replace(b'""', b"")
    if b'"' in skeleton:
        return True
    for _ in range(MAX_DEPTH):
        if not skeleton:
            return False
        skeleton = re.sub(rb"\[\]|\{\}", b"", skeleton)
    return bool(skeleton)


def _deeper_than(value: Any, limit: int) -> bool:
    level = _containers([[value]])
    for _ in range(limit):
        if not level:
            return False
        level = _containers(level)
    return bool(level)


def _containers(level: list[Any]) -> list[Any]:
    """The mappings and lists one level down."""
    return [
        child
        for container in level
        for child in (container.values() if type(container) is dict else container)
        if type(child) is dict or type(child) is list
    ]


def parse_xml(text: str) -> Any:
    """Children by name, repeated ones as a list, attributes as `@name`, leaves as text.

    DTDs, entities and processing of anything external are refused.
    """
    try:
        root = fromstring(_DECLARATION.sub("", text), forbid_dtd=True)
    except DefusedXmlException:
        raise _unreadable("provider.xml_entities", "the answer has a DTD or entities") from None
    except (ParseError, ValueError):
        raise _unreadable("provider.format", "the answer is not XML") from None
    return _element(root, MAX_DEPTH)


def _element(element: Element, depth: int) -> Any:
    if depth == 0:
        raise _unreadable("provider.depth", f"the answer nests deeper than {MAX_DEPTH}")
    if len(element) == 0 and not element.attrib:
        return element.text or ""
    result: dict[str, Any] = {f"@{name}": value for name, value in element.attrib.items()}
    for child in element:
        value = _element(child, depth - 1)
        if child.tag not in result:
            result[child.tag] = value
        elif type(result[child.tag]) is list:
            result[child.tag].append(value)
        else:
            result[child.tag] = [result[child.tag], value]
    if len(element) == 0:
        result["#text"] = element.text or ""
    return result


def parse_records(text: str, spec: CsvSpec) -> dict[str, Any]:
    """Records by their type: head and tail as one object each, all others as lists."""
    result: dict[str, Any] = {}
    for line in text.removeprefix("\ufeff").split("\n"):
        cells = line.removesuffix("\r").split(spec.delimiter)
        if cells == [""]:
            continue
        columns = spec.records.get(cells[0])
        if columns is None or len(cells) != len(columns) + 1:
            raise _unreadable("provider.format", "a record is not one of the described types")
        if max(map(len, cells)) > MAX_CELL_CHARACTERS:
            raise _unreadable("provider.format", "a cell is too long")
        record = dict(zip(columns, cells[1:], strict=True))
        if cells[0] not in SINGLE_RECORDS:
            result.setdefault(cells[0], []).append(record)
        elif result.setdefault(cells[0], record) is not record:
            raise _unreadable("provider.format", "a head or tail appears twice")
    return result


def _unreadable(rule: str, message: str) -> ProviderAnswerUnreadable:
    return ProviderAnswerUnreadable(message, rule=rule)
