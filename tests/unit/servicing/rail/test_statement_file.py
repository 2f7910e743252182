"""The daily file: read whole or refused; each line used or named with its rule."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.money import Money
from servicing.domain.rail.errors import RailFileRefused
from servicing.domain.rail.statement_file import Direction, LineProblem, parse_statement
from tests.support.rail import DAY, a_file, a_line, row_of

GOOD = a_line(1, "cb-1", 2_559_297)
amounts = st.integers(min_value=1, max_value=10**13)


@st.composite
def files(draw: st.DrawFn) -> list[Any]:
    """Lines of both directions under numbers that may repeat."""
    count = draw(st.integers(min_value=0, max_value=12))
    return [
        a_line(
            number,
            f"cb-{draw(st.integers(min_value=1, max_value=8))}",
            draw(amounts),
            direction=draw(st.sampled_from(Direction)),
        )
        for number in range(1, count + 1)
    ]


@given(lines=files())
def test_what_a_core_bank_writes_is_what_is_read(lines: list[Any]) -> None:
    statement = parse_statement(a_file(lines, file_version=3))

    assert list(statement.lines) == lines
    assert statement.problems == ()
    assert (statement.bank_id, statement.business_date, statement.file_version) == ("north", DAY, 3)


def test_an_empty_day_is_a_file_too() -> None:
    assert parse_statement(a_file()).lines == ()


@given(lines=files(), where=st.data())
def test_a_file_with_one_byte_changed_is_refused(lines: list[Any], where: st.DataObject) -> None:
    content = a_file(lines)
    place = where.draw(st.integers(min_value=0, max_value=len(content) - 1))
    other = where.draw(
        st.integers(min_value=0, max_value=255).filter(lambda b: b != content[place])
    )
    changed = content[:place] + bytes([other]) + content[place + 1 :]

    with pytest.raises(RailFileRefused):
        parse_statement(changed)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lines": "2"}, "trailer.lines"),
        ({"in_count": "2"}, "trailer.in_count"),
        ({"in_sum": "25592.98"}, "trailer.in_sum"),
        ({"out_count": "1"}, "trailer.out_count"),
        ({"out_sum": "0.01"}, "trailer.out_sum"),
        ({"sha256": "0" * 64}, "trailer.sha256"),
        ({"bank": "North Bank"}, "header.bank_id"),
        ({"file_version": 0}, "header.file_version"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused_by_field(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(RailFileRefused) as refused:
        parse_statement(a_file([GOOD], **changes))

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "file.line_ends"),
        (b"H,PUHUI-RAIL-1,north,2020-03-02,1\n", "file.lines"),
        (a_file([GOOD]).replace(b"\n", b"\r\n"), "file.line_ends"),
        (a_file([GOOD])[:-1], "file.line_ends"),
        (a_file([GOOD]).rsplit(b"T,", 1)[0], "trailer.columns"),
        (a_file([GOOD]).replace(b"PUHUI-RAIL-1", b"PUHUI-RAIL-2"), "header.format"),
        ("H,公\n".encode("gb18030"), "file.encoding"),
        (b"H" * (4 * 1024 * 1024 + 1), "file.size"),
    ],
)
def test_what_is_no_whole_file_is_refused_by_rule(content: bytes, rule: str) -> None:
    with pytest.raises(RailFileRefused) as refused:
        parse_statement(content)

    assert refused.value.rule == rule


def test_a_date_that_no_calendar_has_is_refused() -> None:
    rows = a_file([GOOD]).decode().replace("2020-03-02", "2020-02-30")
    head, trailer = rows.rsplit("T,", 1)
    import hashlib

    fresh = hashlib.sha256(head.encode()).hexdigest()
    content = head + "T," + trailer[: -len(fresh) - 1] + fresh + "\n"

    with pytest.raises(RailFileRefused) as refused:
        parse_statement(content.encode())

    assert refused.value.field == "header.business_date"


@pytest.mark.parametrize(
    ("row", "field", "rule"),
    [
        ("D,2,in,cb-2,10.00", "record", "line.columns"),
        ("D,2,in,cb-2,10.00,loan-1,more", "record", "line.columns"),
        ("X,2,in,cb-2,10.00,loan-1", "record", "line.columns"),
        ("", "record", "line.columns"),
        ("D,2,in,cb-2,10.00," + "l" * 500, "record", "line.columns"),
        ("D,3,in,cb-2,10.00,loan-1", "line", "line.number"),
        ("D,2,sideways,cb-2,10.00,loan-1", "direction", "line.direction"),
        ("D,2,in,cb 2,10.00,loan-1", "serial_no", "line.serial_no"),
        ("D,2,in,,10.00,loan-1", "serial_no", "line.serial_no"),
        ("D,2,in,cb-2,10.00,=cmd()", "reference", "line.reference"),
        ("D,2,in,cb-2,10,loan-1", "amount", "line.amount"),
        ("D,2,in,cb-2,10.0,loan-1", "amount", "line.amount"),
        ("D,2,in,cb-2,10.001,loan-1", "amount", "line.amount"),
        ("D,2,in,cb-2,010.00,loan-1", "amount", "line.amount"),
        ("D,2,in,cb-2,-10.00,loan-1", "amount", "line.amount"),
        ("D,2,in,cb-2,0.00,loan-1", "amount", "line.amount"),
        ("D,2,in,cb-2,1e3,loan-1", "amount", "line.amount"),
        ("D,2,in,cb-2,１０.00,loan-1", "amount", "line.amount"),
        ("D,2,in,cb-2,100000000000.01,loan-1", "amount", "line.amount"),
    ],
)
def test_a_bad_line_is_named_and_the_others_count(row: str, field: str, rule: str) -> None:
    content = a_file([GOOD], rows=[row_of(GOOD), row, row_of(a_line(3, "cb-3", 100))])

    statement = parse_statement(content)

    assert statement.problems == (LineProblem(line=2, field=field, rule=rule),)
    assert [line.amount for line in statement.lines] == [Money(2_559_297), Money(100)]


def test_repeated_numbers_are_known_by_direction() -> None:
    lines = [
        a_line(1, "cb-1", 100),
        a_line(2, "cb-1", 100, direction=Direction.OUT),
        a_line(3, "cb-1", 100),
    ]

    assert parse_statement(a_file(lines)).repeated == {(Direction.IN, "cb-1")}
