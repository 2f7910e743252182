"""Answers are parsed without loopholes; garbage is refused by name and never quoted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from extdata.adapters.strict_parsers import MAX_NUMBER_CHARACTERS, parse_json, parse_xml, parser_of
from extdata.domain.connector_spec import parse_spec
from extdata.domain.errors import ProviderAnswerUnreadable
from puhui import strict_json
from puhui.errors import BadRequest
from tests.support.extdata import a_specification

CSV = {"delimiter": "|", "records": {"H": ["code", "total"], "D": ["a", "b"], "T": ["count"]}}
BILLION_LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>'
)
EXTERNAL = '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x;</l>'
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**38), 10**38)
    | st.text(alphabet='ab"\\[]{}é中', max_size=6)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=30,
)


def parse(body: bytes, **response: Any) -> Any:
    specification = a_specification()
    specification["response"] |= response
    return parser_of(parse_spec(specification).response)(body)


def rule_of(body: bytes, **response: Any) -> str | None:
    with pytest.raises(ProviderAnswerUnreadable) as refused:
        parse(body, **response)
    assert "秘密".encode() not in body or "秘密" not in str(refused.value)
    return refused.value.rule


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b"", "provider.format"),
        (b'{"code": "0000", "da', "provider.format"),
        (b"{'code': 1}", "provider.format"),
        (b'{"a": 1} {"b": 2}', "provider.format"),
        (b'{"code": 1, "code": 2}', "provider.duplicate_key"),
        (b'{"a": NaN}', "provider.number"),
        (b'{"a": -Infinity}', "provider.number"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "provider.format"),
        (b'{"a": 0.' + b"9" * 50 + b"}", "provider.number"),
        (b"[" * 33 + b"]" * 33, "provider.depth"),
        (b"[" * 100_000 + b"]" * 100_000, "provider.depth"),
        (b'["]", ' * 40 + b"1" + b"]" * 40, "provider.depth"),
        (b"<html><body>502</body></html>", "provider.html"),
        (b"\n<!DOCTYPE html><html/>", "provider.html"),
        ('{"a": "秘密"}'.encode("gbk"), "provider.encoding"),
        (b"\xff\xfe{\x00}\x00", "provider.encoding"),
        (b"\x1f\x8b\x08\x00", "provider.encoding"),
    ],
)
def test_json_that_is_not_strict_is_refused(body: bytes, rule: str) -> None:
    assert rule_of(body) == rule


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b"", "provider.format"),
        (b"<a><b></a>", "provider.format"),
        (b'{"code": "0000"}', "provider.format"),
        (BILLION_LAUGHS.encode(), "provider.xml_entities"),
        (EXTERNAL.encode(), "provider.xml_entities"),
        (b"<!DOCTYPE a><a/>", "provider.xml_entities"),
        (b"<a>" * 33 + b"</a>" * 33, "provider.depth"),
        (b"<html><head/></html>", "provider.html"),
        ("<a>秘密</a>".encode("gbk"), "provider.encoding"),
    ],
)
def test_xml_with_loopholes_is_refused(body: bytes, rule: str) -> None:
    assert rule_of(body, format="xml") == rule


@pytest.mark.parametrize(
    "body",
    [b"X|1\n", b"H|1\n", b"D|1|2|3\n", b"H|1|2\nH|1|2\n", b"D|1|" + b"x" * 4_001, b"H;1;2"],
)
def test_records_that_are_not_described_are_refused(body: bytes) -> None:
    assert rule_of(body, format="csv", csv=CSV) == "provider.format"


def test_records_are_read_by_their_type() -> None:
    text = "H|1|2\r\nD|甲|=cmd()\r\nD||\u2028\r\nT|2\r\n"

    value = parse(text.encode("gb18030"), format="csv", csv=CSV, encoding="gb18030")

    assert value == {
        "H": {"code": "1", "total": "2"},
        "D": [{"a": "甲", "b": "=cmd()"}, {"a": "", "b": "\u2028"}],
        "T": {"count": "2"},
    }


def test_xml_becomes_plain_mappings() -> None:
    text = (
        '<?xml version="1.0" encoding="GB18030"?><r><code>1</code><l n="2"><i>甲</i><i/></l>'
        '<one x="y">z</one></r>'
    )

    value = parse(text.encode("gb18030"), format="xml", encoding="gb18030")

    assert value == {
        "code": "1",
        "l": {"@n": "2", "i": ["甲", ""]},
        "one": {"@x": "y", "#text": "z"},
    }


def test_an_entity_of_the_language_itself_is_text() -> None:
    assert parse_xml("<a>&lt;b&gt;&amp;</a>") == "<b>&"


@settings(max_examples=300, deadline=None)
@given(value=VALUES, ascii_only=st.booleans())
def test_every_json_value_is_read_as_the_kernel_reads_it(value: Any, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)

    assert outcome(parse_json, text) == outcome(strict_json.loads, text)


@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet='[]{}"\\:, a1', max_size=60), depth=st.integers(0, 40))
def test_every_text_is_refused_where_the_kernel_refuses_it(text: str, depth: int) -> None:
    nested = "[" * depth + (text or "1") + "]" * depth
    assume("1" * MAX_NUMBER_CHARACTERS not in text)  # field types refuse those, not the parser

    assert outcome(parse_json, nested) == outcome(strict_json.loads, nested)


def outcome(parse: Any, text: str) -> Any:
    try:
        return parse(text)
    except (ProviderAnswerUnreadable, BadRequest):
        return "refused"


def test_a_string_full_of_brackets_hides_no_depth() -> None:
    flat = json.dumps(["]" * 5, {"a": "{[" * 40}] * 3)
    deep = '["]",' * 40 + "1" + "]" * 40

    assert (outcome(parse_json, flat) != "refused", outcome(parse_json, deep)) == (True, "refused")
