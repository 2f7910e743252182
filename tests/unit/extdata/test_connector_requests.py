"""Questions are written in the agreed format; whatever a name contains stays data (T9, T20)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest
from defusedxml.ElementTree import fromstring

from extdata.adapters.request_bodies import write_request
from extdata.domain.errors import RequestNotBuilt
from extdata.domain.request_spec import RequestSpec, read_request
from extdata.domain.spec_reader import SpecReader

HOSTILE = [
    "<a>&b;</a>]]>",
    "a&b=c",
    "{{7*7}}",
    "$eval('1')",
    '","admin":true,"x":"',
    "%0d%0aX-A: b",
    "=cmd()|'/c calc'!A0",
    "北方示例商贸有限公司",
]


def spec(**request: Any) -> RequestSpec:
    described = {"url": "{base}/x", "fields": "x"} | request
    return read_request(SpecReader(described, "spec.request"))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_hostile_text_arrives_as_it_was_in_every_format(text: str, encoding: str) -> None:
    fields = {"name": text, "none": None}
    xml = write_request(spec(format="xml", root="R", encoding=encoding), fields)[2]
    form = write_request(spec(format="form", encoding=encoding), fields)[2]
    query = write_request(spec(method="GET", format="query", encoding=encoding), fields)[0]
    body = write_request(spec(encoding=encoding), fields)[2]

    read = [
        [(child.tag, child.text) for child in fromstring(_undeclared(xml.decode(encoding)))],
        parse_qsl(form.decode(), encoding=encoding),
        parse_qsl(query, encoding=encoding),
        list(json.loads(body.decode(encoding)).items()),
    ]

    assert read == [[("name", text)]] * 4


def _undeclared(text: str) -> str:
    return text.partition("?>")[2]


@pytest.mark.parametrize(
    ("request_", "fields", "rule"),
    [
        ({}, "text", "request.fields"),
        ({}, {"a": "\ud800"}, "request.encoding"),
        ({}, {"a": "x" * 70_000}, "request.size"),
        ({"format": "form"}, {"a": {"b": 1}}, "request.fields"),
        ({"format": "form"}, {"a": 1.5}, "request.fields"),
        ({"format": "xml", "root": "R"}, {"a": "\x00"}, "request.encoding"),
        ({"format": "xml", "root": "R"}, {"a b": "c"}, "request.fields"),
    ],
)
def test_a_question_that_cannot_be_put_is_not_sent(
    request_: dict[str, Any], fields: Any, rule: str
) -> None:
    with pytest.raises(RequestNotBuilt) as refused:
        write_request(spec(**request_), fields)

    assert (refused.value.rule, refused.value.charge) == (rule, "free")
