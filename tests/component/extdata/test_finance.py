"""Finance over the API on moto: draft, close, statement, disputes, late calls, who may what."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from extdata.adapters.query_items import meter_row
from extdata.domain.meter import MeterEvent
from puhui.dynamodb import transaction
from puhui.identity import Principal
from tests.component.extdata.api_world import (
    AUDITOR,
    RISK,
    STEWARD,
    UNDERWRITER,
    ApiWorld,
    api_world,
)
from tests.component.extdata.storage import TABLE
from tests.support.api import Answer, a_principal
from tests.support.extdata_bills import statement_bytes
from tests.support.extdata_records import NOON, TODAY, a_meter_event

FINANCE = a_principal("finance", subject="fin-1")
OTHER_BANKS_FINANCE = a_principal("finance", subject="fin-2", bank="south")
OVER, OPEN = "2026-10", "2026-11"
IN_OCTOBER = {"called_at": NOON - timedelta(days=10), "called_on": TODAY - timedelta(days=10)}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiWorld]:
    with api_world(monkeypatch) as found:
        found.set_up()
        yield found


def metered(*numbers: int, **changes: Any) -> None:
    """Calls of October, as queries leave them behind."""
    with transaction() as write:
        for number in numbers:
            event: MeterEvent = a_meter_event(
                request_no=f"no-{number}",
                query_id=f"qry-{number}",
                **(IN_OCTOBER | {"branch_id": f"br-{number % 2}"} | changes),
            )
            write.save(meter_row(event))


def bill(world: ApiWorld, month: str = OVER, who: Principal = FINANCE) -> Answer:
    return world.call("GET", "/bills/{month}", who, values={"month": month})


def closing(world: ApiWorld, month: str = OVER, who: Principal = FINANCE) -> Answer:
    return world.call("POST", "/bills/{month}/closing", who, values={"month": month})


def sent(world: ApiWorld, content: bytes, who: Principal = FINANCE) -> Answer:
    return world.call(
        "POST",
        "/bills/{month}/statements/{provider_id}",
        who,
        body={
            "file_name": "对账单.csv",
            "content_base64": base64.b64encode(content).decode(),
        },
        values={"month": OVER, "provider_id": "sbx-tax"},
    )


def differences(world: ApiWorld, rest: str = "", **query: str) -> Any:
    return world.call(
        "GET",
        "/bills/{month}/reconciliations/{provider_id}" + rest,
        AUDITOR,
        values={"month": OVER, "provider_id": "sbx-tax"},
        query={name: [value] for name, value in query.items()},
    ).body


def a_row(number: int, amount: str = "0.80") -> list[str]:
    return [f"no-{number}", "2026-10-23", "sbx-tax-returns", "查得", "是", amount, amount]


def test_an_open_month_is_shown_as_a_draft_and_cannot_be_closed(world: ApiWorld) -> None:
    assert world.ask().status == 200

    draft, refused = bill(world, OPEN), closing(world, OPEN)

    assert (draft.body["closed"], draft.body["total_fen"]) == (False, 80)
    assert (refused.status, refused.body["error"]["rule"]) == (409, "month.open")


def test_a_closed_bill_adds_up_by_provider_line_and_every_dimension(world: ApiWorld) -> None:
    metered(1, 2, 3)

    found = closing(world).body

    assert found["closed"] is True
    parts = [
        sum(one["amount_fen"] for one in found["providers"]),
        sum(one["amount_fen"] for one in found["lines"]),
        *(sum(one["amount_fen"] for one in share["items"]) for share in found["shares"]),
    ]
    assert parts == [240] * 6


def test_a_closed_month_stands_and_a_late_call_is_corrected_in_the_next(world: ApiWorld) -> None:
    metered(1, 2)
    first = closing(world).body
    metered(3)

    again, following = closing(world).body, bill(world, OPEN).body

    assert again == first
    corrections = [(one["kind"], one["of_month"], one["amount_fen"]) for one in following["lines"]]
    assert corrections == [("correction", OVER, 80)]


def test_an_honest_statement_leaves_nothing_to_dispute(world: ApiWorld) -> None:
    metered(1, 2)
    closing(world)

    found = sent(world, statement_bytes([a_row(1), a_row(2)])).body

    assert (found["matched"], found["disputed"], found["gap_fen"]) == (2, 0, 0)


def test_a_dispute_is_listed_with_owner_and_age_and_as_rows(world: ApiWorld) -> None:
    metered(1, 2)
    closing(world)
    sent(world, statement_bytes([a_row(1), a_row(2, "0.81"), a_row(9)]))
    values = {"month": OVER, "provider_id": "sbx-tax"}
    path = "/bills/{month}/reconciliations/{provider_id}"

    found = world.call("GET", path, AUDITOR, values=values).body
    rows = world.call("GET", path + "/disputes", AUDITOR, values=values).body

    kinds = [(one["kind"], one["amount_fen"], one["owner"]) for one in found["disputes"]]
    assert kinds == [("they_only", 80, "data_steward"), ("price_differs", 1, "data_steward")]
    assert [len(row) for row in rows["rows"]] == [len(rows["heading"])] * 2


@pytest.mark.parametrize(("rest", "items"), [("", "disputes"), ("/disputes", "rows")])
def test_disputes_come_in_pages_that_leave_none_out(world: ApiWorld, rest: str, items: str) -> None:
    metered(1, 2)
    closing(world)
    sent(world, statement_bytes([a_row(1), a_row(7), a_row(8), a_row(9)]))
    whole = differences(world, rest)

    pages = [differences(world, rest, limit="3")]
    while pages[-1]["cursor"]:
        pages.append(differences(world, rest, limit="3", cursor=pages[-1]["cursor"]))

    assert [one["left_out"] for one in pages] == [1, 0]
    assert [item for page in pages for item in page[items]] == whole[items]


def test_the_list_of_providers_says_where_the_disputes_begin(world: ApiWorld) -> None:
    metered(1, 2)
    closing(world)
    sent(world, statement_bytes([a_row(1)]))
    path = "/bills/{month}/reconciliations"
    (one,) = world.call("GET", path, FINANCE, values={"month": OVER}).body["items"]

    found = differences(world, cursor=one["cursor"])

    assert (one["disputes"], one["left_out"]) == ([], 1)
    assert (len(found["disputes"]), found["left_out"]) == (1, 0)


def test_a_cursor_ends_with_the_statement_that_it_was_made_for(world: ApiWorld) -> None:
    metered(1)
    closing(world)
    sent(world, statement_bytes([a_row(1), a_row(8), a_row(9)]))
    cursor = differences(world, limit="1")["cursor"]
    sent(world, statement_bytes([a_row(1), a_row(9)]))

    error = differences(world, cursor=cursor)["error"]

    assert (error["code"], error["field"], error["rule"]) == (
        "conflict",
        "cursor",
        "cursor.changed",
    )


def test_a_cursor_that_nobody_made_is_refused(world: ApiWorld) -> None:
    metered(1)
    closing(world)

    error = differences(world, cursor="1; drop")["error"]

    assert error["field"] == "query.cursor"


def test_the_same_file_twice_is_one_import(world: ApiWorld) -> None:
    metered(1)
    closing(world)
    content = statement_bytes([a_row(1)])
    first = sent(world, content)
    before = boto3.client("dynamodb").scan(TableName=TABLE, Select="COUNT")["Count"]

    second = sent(world, content)

    after = boto3.client("dynamodb").scan(TableName=TABLE, Select="COUNT")["Count"]
    assert (second.body, after) == (first.body, before)


def test_a_file_that_cannot_be_read_names_line_and_column(world: ApiWorld) -> None:
    answer = sent(world, statement_bytes([a_row(1)]).replace(b"0.80", b"1e1", 1))

    assert (answer.status, answer.body["error"]["field"]) == (422, "单价(元)")
    assert answer.body["error"]["rule"] == "statement.amount"


def test_once_closed_a_provider_without_a_statement_is_listed_as_such(world: ApiWorld) -> None:
    metered(1)
    closing(world)

    found = world.call(
        "GET", "/bills/{month}/reconciliations", FINANCE, values={"month": OVER}
    ).body

    assert [(one["gap_fen"], one["statement_sha256"]) for one in found["items"]] == [(80, None)]


def test_a_providers_own_headings_are_set_and_read(world: ApiWorld) -> None:
    metered(1)
    form = {"columns": {"request_no": ["流水号"]}, "connectors": {}}
    path = "/providers/{provider_id}/statement-format"
    world.call("PUT", path, STEWARD, body=form, values={"provider_id": "sbx-tax"})
    content = statement_bytes([a_row(1)]).decode().replace("请求流水号", "流水号").encode()

    found = sent(world, content)

    assert (found.status, found.body["matched"]) == (200, 1)


def test_only_finance_closes_and_askers_see_no_bill(world: ApiWorld) -> None:
    answers = [
        closing(world, who=STEWARD),
        closing(world, who=RISK),
        bill(world, who=UNDERWRITER),
        sent(world, b"x", who=AUDITOR),
        bill(world, who=AUDITOR),
    ]

    assert [one.status for one in answers] == [403, 403, 403, 403, 200]


def test_another_bank_sees_nothing_of_it(world: ApiWorld) -> None:
    metered(1)

    found = bill(world, who=OTHER_BANKS_FINANCE).body

    assert (found["total_fen"], found["calls"], found["lines"]) == (0, 0, [])


def test_closing_counts_each_providers_bill(
    world: ApiWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    metered(1, 2)

    closing(world)

    assert '"BillFen":[160' in capsys.readouterr().out.replace(" ", "")
