"""How questions are read and answers written: JSON, XML, form, query and pipe-delimited text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import escape, quoteattr

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from sandbox.domain.providers.profile import Wire
from sandbox.domain.providers.reports_business import SOCIALSEC_RECORDS

CONTENT_TYPES = {"json": "application/json", "xml": "application/xml", "csv": "text/plain"}
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


class QuestionUnreadable(Exception):
    """沙箱模拟 simulated: the question is not in the agreed format."""


def read_question(wire: Wire, query: str, body: bytes) -> dict[str, str]:
    """The fields of a question as text; nested ones are not part of any interface here."""
    try:
        if wire.format == "query":
            return dict(parse_qsl(query, encoding=wire.encoding, errors="strict"))
        text = body.decode(wire.encoding)
        if wire.format == "form":
            return dict(parse_qsl(text, encoding=wire.encoding, errors="strict"))
        if wire.format == "xml":
            root = fromstring(_DECLARATION.sub("", text))
            if root.tag != wire.root:
                raise QuestionUnreadable("another root element is agreed")
            return {child.tag: child.text or "" for child in root}
        question: Mapping[str, Any] = json.loads(text)
        return {name: str(value) for name, value in question.items() if value is not None}
    except (ValueError, AttributeError, ParseError, DefusedXmlException) as error:
        raise QuestionUnreadable(f"not {wire.format} in {wire.encoding}") from error


def write_answer(wire: Wire, answer: dict[str, Any]) -> str:
    """An answer as text, before it is encoded."""
    if wire.format == "xml":
        declaration = f'<?xml version="1.0" encoding="{wire.encoding.upper()}"?>\n'
        return declaration + _element(wire.root, answer)
    if wire.format == "csv":
        return _records(answer)
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def content_type(wire: Wire) -> str:
    """With the character set, as real providers say it."""
    return f"{CONTENT_TYPES[wire.format]}; charset={wire.encoding}"


def _element(name: str, value: Any) -> str:
    """One element: `@name` members are attributes, lists repeat it, empty lists leave it out."""
    if isinstance(value, dict) and value and all(member == [] for member in value.values()):
        return ""
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    if not isinstance(value, dict):
        return f"<{name}>{escape(str(value))}</{name}>"
    attributes = "".join(
        f" {key[1:]}={quoteattr(str(member))}" for key, member in value.items() if key[0] == "@"
    )
    inner = "".join(_element(key, member) for key, member in value.items() if key[0] != "@")
    return f"<{name}{attributes}>{inner}</{name}>"


def _records(answer: Mapping[str, Any]) -> str:
    """One line a record: its type, then its columns; what is not known is empty."""
    lines: list[str] = []
    for kind, columns in SOCIALSEC_RECORDS.items():
        value = answer.get(kind, {} if kind in "HT" else [])
        records: Sequence[Mapping[str, Any]] = value if isinstance(value, list) else [value]
        for record in records:
            cells = (str(record.get(column, "")).replace("|", "／") for column in columns)
            lines.append("|".join((kind, *cells)))
    return "\r\n".join(lines) + "\r\n"
