"""Writes questions: JSON, XML, form and query, in UTF-8 or GB18030.

Values are data wherever they land: escaped in XML, percent-encoded in forms and queries.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode
from xml.sax.saxutils import escape

from extdata.domain.errors import RequestNotBuilt
from extdata.domain.request_spec import RequestSpec

MAX_REQUEST_BYTES = 64 * 1024
_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TYPES = {
    "json": "application/json",
    "xml": "application/xml",
    "form": "application/x-www-form-urlencoded",
}


def write_request(spec: RequestSpec, fields: Any) -> tuple[str, str, bytes]:
    """The query string, the content type and the body; null members are left out."""
    if not isinstance(fields, Mapping):
        raise RequestNotBuilt("the fields are not an object", rule="request.fields")
    members = _without_nulls(fields)
    try:
        if spec.format == "query":
            return _pairs(members, spec.encoding), "", b""
        body = _body(spec, members)
    except UnicodeEncodeError:
        raise RequestNotBuilt(
            f"a value cannot be written in {spec.encoding}", rule="request.encoding"
        ) from None
    if len(body) > MAX_REQUEST_BYTES:
        raise RequestNotBuilt("the question is too long", rule="request.size")
    return "", f"{_TYPES[spec.format]}; charset={spec.encoding}", body


def _body(spec: RequestSpec, members: Mapping[str, Any]) -> bytes:
    if spec.format == "form":
        return _pairs(members, spec.encoding).encode("ascii")
    if spec.format == "xml":
        declaration = f'<?xml version="1.0" encoding="{spec.encoding.upper()}"?>'
        return (declaration + _element(spec.root, members)).encode(spec.encoding)
    text = json.dumps(members, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode(spec.encoding)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def _pairs(members: Mapping[str, Any], encoding: str) -> str:
    pairs = [(name, _scalar(value)) for name, value in members.items()]
    return urlencode(pairs, encoding=encoding, errors="strict", quote_via=quote_plus)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int)):
        return str(value)
    raise RequestNotBuilt(
        "a form, a query and an element hold texts and whole numbers", rule="request.fields"
    )


def _element(name: str, value: Any) -> str:
    if not _XML_NAME.fullmatch(name):
        raise RequestNotBuilt("a field is no name of an element", rule="request.fields")
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    if isinstance(value, Mapping):
        inner = "".join(_element(key, member) for key, member in value.items())
        return f"<{name}>{inner}</{name}>"
    text = _scalar(value)
    if _NOT_XML.search(text):
        raise RequestNotBuilt("a value has a character that XML has not", rule="request.encoding")
    return f"<{name}>{escape(text)}</{name}>"
