"""Every malformed request is refused with its status, code and field; none is a 500."""

from __future__ import annotations

import boto3
import pytest

from tests.component.bad_input import (
    application_rows,
    edge_rows,
    good_rows,
    intake_rows,
    other_rows,
)
from tests.component.bad_input.table import Row
from tests.support.intake_aws import TABLE

INTAKE = [*intake_rows.ROWS, *application_rows.ROWS]
ROWS = [*INTAKE, *other_rows.ROWS]
EDGE = edge_rows.rows()
GOOD = good_rows.ROWS


def _name(row: Row) -> str:
    return row.name


@pytest.mark.parametrize("row", ROWS, ids=_name)
def test_a_malformed_request_is_refused_by_name(row: Row, world: dict[str, str]) -> None:
    answer = row.send(world)

    assert (answer.status, answer.error["code"]) == (row.status, row.code), answer.body
    assert answer.error["field"] == row.wrong, answer.body


@pytest.mark.parametrize("row", EDGE, ids=_name)
def test_no_route_of_any_module_reads_what_it_should_not(row: Row, world: dict[str, str]) -> None:
    answer = row.send(world)

    assert (answer.status, answer.error["code"]) == (row.status, row.code), answer.body


@pytest.mark.parametrize("row", GOOD, ids=_name)
def test_the_neighbour_of_a_malformed_request_is_accepted(row: Row, world: dict[str, str]) -> None:
    answer = row.send(world)

    assert answer.status == row.status, answer.body


def _rows_of_the_table() -> list[object]:
    """Everything but the counts of refusals, which are meant to grow."""
    items = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
    return [item for item in items if "#REFUSALS#" not in item["pk"]["S"]]


def test_a_refused_request_writes_nothing(world: dict[str, str]) -> None:
    before = _rows_of_the_table()

    for row in INTAKE:
        row.send(world)

    assert _rows_of_the_table() == before


def test_the_table_is_as_large_as_promised_and_names_each_row_once() -> None:
    names = [row.name for row in (*ROWS, *EDGE, *GOOD)]

    assert len(ROWS) >= 60
    assert len(set(names)) == len(names)
    assert not [row.name for row in (*ROWS, *EDGE) if row.status >= 500]


def test_an_error_never_repeats_what_a_person_typed(world: dict[str, str]) -> None:
    rows = [row for row in INTAKE if row.resource == "/customers"]

    for row in rows:
        answer = str(row.send(world).body)
        for name in ("name", "uscc", "legal_person_id", "phone", "address", "payout_account"):
            typed = row.body.get(name)
            assert not (typed and str(typed).strip() and str(typed) in answer), row.name
