"""Bank, staff, products and their trail over the API; what is wrong is refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from puhui.errors import NotFound
from tests.support.back_office import (
    Call,
    a_person,
    a_question,
    opened,
    outbox,
)
from tests.support.operations import BANK


def test_describe_product_answers_with_bank_and_product(office: Call) -> None:
    from operations.handlers.describe_product import handler

    answer = handler(a_question(), None)

    assert (answer["bank"]["bank_id"], answer["product"]["code"]) == (BANK, "sme-invoice-1y")


def test_an_unknown_product_raises_the_class_that_machines_match_on(office: Call) -> None:
    from operations.handlers.describe_product import handler

    with pytest.raises(NotFound) as raised:
        handler(a_question(product_code="gold"), None)

    assert type(raised.value).__name__ == "ProductNotFound"


def test_publishing_again_after_the_bank_changed_tells_everyone(office: Call, table: str) -> None:
    bank = office("GET", "/bank")[1]
    body = {k: v for k, v in bank.items() if k not in ("bank_id", "version")}

    office("PUT", "/bank", body | {"licensed_regions": ["341000", "340100"]})

    events = [json.loads(row["envelope"]["S"]) for row in outbox(table)]
    regions = [event["data"]["bank"]["licensed_regions"] for event in events]
    assert sorted(regions, key=len) == [["341000"], ["341000", "340100"]]


def test_an_unchanged_bank_and_product_tell_nobody(office: Call, table: str) -> None:
    before = len(outbox(table))
    bank = office("GET", "/bank")[1]

    office("PUT", "/bank", {k: v for k, v in bank.items() if k not in ("bank_id", "version")})

    assert len(outbox(table)) == before


@pytest.mark.parametrize(
    ("method", "path", "body", "who", "status", "field"),
    [
        ("PUT", "/bank", {}, {}, 422, "name"),
        ("PUT", "/staff/x", {"employee_no": "1", "display_name": "x", "roles": ["customer"]}, {},
         422, "roles"),
        ("PUT", "/staff/a.b", {"employee_no": "1", "display_name": "x", "roles": ["approver"]}, {},
         422, "staff_id"),
        ("PUT", "/staff/x", {"employee_no": "1", "display_name": "x", "roles": ["approver"],
                             "branch_id": "moon"}, {}, 422, "branch_id"),
        ("PUT", "/bank", {}, {"role": "approver"}, 403, None),
        ("GET", "/tasks?status=lost", None, {"role": "approver"}, 422, "query.status"),
        ("GET", "/tasks?limit=0", None, {"role": "approver"}, 422, "query.limit"),
        ("GET", "/tasks?cursor=zzz", None, {"role": "approver"}, 422, "query.cursor"),
        ("GET", "/tasks", None, {"role": "customer"}, 403, None),
        ("GET", "/tasks/task-none", None, {"role": "approver"}, 404, None),
        ("GET", "/bank", None, {"bank": "south"}, 404, None),
        ("GET", "/staff", None, {"role": "approver"}, 403, None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_by_name(
    office: Call,
    method: str,
    path: str,
    body: Any,
    who: dict[str, str],
    status: int,
    field: str | None,
) -> None:
    answered, answer = office(method, path, body, **who)

    assert (answered, answer["error"]["field"]) == (status, field)


def test_nobody_changes_their_own_registration(office: Call) -> None:
    office("PUT", "/staff/admin-1", a_person("9", role="admin"))

    status, answer = office("PUT", "/staff/admin-1", a_person("9", role="approver"))

    assert (status, answer["error"]["rule"]) == (403, "staff.own")


def test_the_trail_pages_through_every_change_of_the_bank(office: Call) -> None:
    _, first = office("GET", "/trail?limit=4", role="auditor")
    _, second = office("GET", f"/trail?limit=4&cursor={first['cursor']}", role="auditor")

    actions = [line["action"] for line in (*first["items"], *second["items"])]

    assert sorted(actions) == [
        "AuthorityMatrixSet",
        "BankSetUp",
        "ProductPublished",
        *["StaffRegistered"] * 3,
    ]


def test_a_trail_cursor_of_one_bank_shows_another_nothing(office: Call) -> None:
    cursor = office("GET", "/trail?limit=1", role="auditor")[1]["cursor"]

    answer = office("GET", f"/trail?cursor={cursor}", role="auditor", bank="south")[1]

    assert answer["items"] == []


def test_another_bank_sees_neither_task_nor_product(office: Call, waiting: dict[str, Any]) -> None:
    task_id = opened(office, waiting)

    found = [
        office("GET", f"/tasks/{task_id}", role="approver", bank="south")[0],
        len(office("GET", "/tasks", role="approver", bank="south")[1]["items"]),
        len(office("GET", "/products", bank="south")[1]["items"]),
    ]

    assert found == [404, 0, 0]
