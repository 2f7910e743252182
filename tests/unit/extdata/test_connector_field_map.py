"""The declarative field map: types, bounds, missing values; errors name fields, never values."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from extdata.adapters.field_map import FieldMap
from extdata.domain.document_spec import read_document
from extdata.domain.errors import ProviderAnswerUnreadable
from extdata.domain.spec_reader import SpecReader

ASKED_ON = date(2026, 8, 3)
MISSING = object()


def a_map(lenient: bool = False, **field: Any) -> FieldMap:
    """One table of one field `x`, from `v`."""
    described = {"from": "v", **field} if field.get("type") != "const" else field
    specification = {
        "source": "sbx-tax",
        "period_from": {"type": "asked_on", "months_back": 13},
        "period_to": {"type": "asked_on"},
        "tables": {"rows": {"rows": "data.list", "fields": {"x": described}}},
        "absent": ["others"],
    }
    reader = SpecReader(specification, "spec.response.document")
    return FieldMap(read_document(reader), lists_may_be_absent=lenient)


def read(value: Any, /, **field: Any) -> Any:
    row = {} if value is MISSING else {"v": value}
    document = a_map(**field).document("x/1", [{"data": {"list": [row]}}], ASKED_ON)
    return document["rows"][0]["x"]


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ({"type": "text"}, "北方", "北方"),
        ({"type": "text"}, 12, "12"),
        ({"type": "int"}, "-12", -12),
        ({"type": "int"}, Decimal("3"), 3),
        ({"type": "fen"}, 123, 123),
        ({"type": "yuan"}, "0.01", 1),
        ({"type": "yuan"}, "-1234567890.10", -123456789010),
        ({"type": "yuan"}, Decimal("0.29"), 29),
        ({"type": "yuan"}, 5, 500),
        ({"type": "wan_yuan"}, "1.2345", 1_234_500),
        ({"type": "decimal"}, "0.10", "0.10"),
        ({"type": "date", "format": "%Y%m%d"}, "20260228", "2026-02-28"),
        ({"type": "date", "format": "%Y%m%d"}, 20260228, "2026-02-28"),
        ({"type": "date", "format": "%Y年%m月%d日"}, "2026年02月28日", "2026-02-28"),
        ({"type": "date", "format": "%Y-%m-%d %H:%M:%S"}, "2026-02-28 23:59:59", "2026-02-28"),
        ({"type": "month", "format": "%Y%m"}, "202607", "2026-07"),
        ({"type": "bool"}, True, True),
        ({"type": "bool", "map": {"Y": True, "N": False}}, "N", False),
        ({"type": "code", "map": {"1": "vat"}}, 1, "vat"),
        ({"type": "const", "value": "CNY"}, "x", "CNY"),
        ({"type": "text", "optional": True}, "", None),
        ({"type": "text", "optional": True}, MISSING, None),
        ({"type": "text", "pattern": "[0-9A-Z]{3}"}, "9A3", "9A3"),
    ],
)
def test_a_value_of_its_type_is_read(field: dict[str, Any], value: Any, expected: Any) -> None:
    assert read(value, **field) == expected


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ({"type": "text"}, MISSING),
        ({"type": "text"}, ""),
        ({"type": "text"}, True),
        ({"type": "text"}, ["a"]),
        ({"type": "text"}, "x" * 4_001),
        ({"type": "int"}, "1.5"),
        ({"type": "int"}, "１２"),
        ({"type": "int"}, True),
        ({"type": "int"}, 2**53),
        ({"type": "int"}, 10**4_000),
        ({"type": "yuan"}, "0.001"),
        ({"type": "yuan"}, "1e3"),
        ({"type": "yuan"}, "NaN"),
        ({"type": "yuan"}, Decimal("1e999999")),
        ({"type": "yuan"}, Decimal("NaN")),
        ({"type": "yuan"}, {"a": 1}),
        ({"type": "yuan"}, True),
        ({"type": "date", "format": "%Y%m%d"}, "20260230"),
        ({"type": "date", "format": "%Y-%m-%d"}, "2026-2-3"),
        ({"type": "date", "format": "%Y%m%d"}, "２０２６０２２８"),
        ({"type": "month", "format": "%Y%m"}, "202613"),
        ({"type": "bool"}, 1),
        ({"type": "code", "map": {"1": "vat"}}, "2"),
        ({"type": "code", "map": {"true": "vat"}}, [1]),
        ({"type": "text", "pattern": "[0-9]{3}"}, "1234"),
    ],
)
def test_a_value_of_another_type_is_named_and_not_quoted(field: dict[str, Any], value: Any) -> None:
    with pytest.raises(ProviderAnswerUnreadable) as refused:
        read(value, **field)

    assert (refused.value.field, refused.value.rule, refused.value.__cause__) == (
        "tables.rows.x",
        "provider.mapping",
        None,
    )


def test_a_greedy_pattern_takes_linear_time() -> None:
    started = time.process_time()

    with pytest.raises(ProviderAnswerUnreadable):
        read("a" * 3_999 + "!", type="text", pattern="(a+)+$")

    assert time.process_time() - started < 1


@pytest.mark.parametrize("listed", [MISSING, None, "", "x", 1, [1], [[]], {"v": "1"}])
def test_a_list_that_is_none_is_unreadable(listed: Any) -> None:
    answer = {"data": {} if listed is MISSING else {"list": listed}}

    with pytest.raises(ProviderAnswerUnreadable):
        a_map(type="text").document("x/1", [answer], ASKED_ON)


@pytest.mark.parametrize(("listed", "rows"), [(MISSING, 0), ("", 0), ({"v": "1"}, 1)])
def test_formats_without_lists_may_have_none_or_one(listed: Any, rows: int) -> None:
    answer = {"data": {} if listed is MISSING else {"list": listed}}

    document = a_map(lenient=True, type="text").document("x/1", [answer], ASKED_ON)

    assert (document["row_count"], len(document["rows"])) == (rows, rows)


def test_pages_are_merged_in_their_order_and_absent_tables_are_empty() -> None:
    pages = [{"data": {"list": [{"v": name}]}} for name in "abc"]

    document = a_map(type="text").document("x/1", pages, ASKED_ON)

    assert document == {
        "schema": "x/1",
        "source": "sbx-tax",
        "period_from": "2025-07-03",
        "period_to": "2026-08-03",
        "row_count": 3,
        "rows": [{"x": "a"}, {"x": "b"}, {"x": "c"}],
        "others": [],
    }


def test_fewer_rows_than_declared_are_not_an_answer() -> None:
    specification = {
        "source": "s",
        "period_from": {"type": "asked_on"},
        "period_to": {"type": "asked_on"},
        "row_count": {"from": "total", "type": "int"},
        "tables": {"rows": {"rows": "list", "fields": {"x": {"from": "v", "type": "text"}}}},
    }
    spec = read_document(SpecReader(specification, "spec"))

    with pytest.raises(ProviderAnswerUnreadable) as refused:
        FieldMap(spec, lists_may_be_absent=False).document(
            "x/1", [{"total": 2, "list": [{"v": "a"}]}], ASKED_ON
        )

    assert refused.value.rule == "provider.rows"
