"""The API of collections over its own wiring and the books of loans."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest

import servicing.collections_api as api
from puhui.clock import CHINA, FixedClock
from puhui.identity import ROLES, Principal
from servicing.collections_wiring import Collecting, collecting
from servicing.debtors_api import app
from servicing.domain.loan import loan_id_of
from servicing.usecases.activate_loan import ActivateLoan
from servicing.usecases.name_third_person import NameThirdPerson
from servicing.usecases.post_disbursement import PostDisbursement
from servicing.usecases.record_contact import RecordContact
from servicing.usecases.reserve_disbursement import ReserveDisbursement
from servicing.usecases.stop_collection import StopCollection
from tests.support.api import Answer, a_customer, a_principal, call
from tests.support.servicing import TABLE, TableWorld, a_reservation, a_resolution, an_activation

LOAN = {"loan_id": loan_id_of("dsb-app-1-1")}
NOON = datetime(2020, 5, 15, 12, 0, tzinfo=CHINA)
COLLECTOR = a_principal("collector", subject="collector-1", branch="b1")
RISK = a_principal("risk_manager", subject="risk-1")
OWNER = a_customer("cus-1")
STRANGERS = {
    "another_branch": a_principal("collector", branch="b2"),
    "another_bank": a_principal("collector", bank="south", branch="b1"),
}
A_CALL = {"channel": "call", "outcome": "no_answer"}


@pytest.fixture(autouse=True)
def clock(world: TableWorld, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A loan of cus-1 at b1 that is 44 days late, reviewed by a night; it is noon in China."""
    ReserveDisbursement(world.ledger, world.clock)(a_reservation())
    PostDisbursement(world.ledger, world.clock)(a_resolution(bank_reference="ref-1"))
    ActivateLoan(world.ledger, world.loans)(an_activation())
    monkeypatch.setenv("BUSINESS_DATE", "2020-05-15")
    monkeypatch.setenv("ANSWER_MODEL_ARN", "absent")
    collecting.cache_clear()
    clock = FixedClock(NOON)
    monkeypatch.setattr(api, "collecting", lambda: at(clock, collecting()))
    assert review().status == 200
    yield clock
    collecting.cache_clear()


def at(clock: FixedClock, desk: Collecting) -> Collecting:
    """The same desk with another clock on the wall."""
    return replace(
        desk,
        clock=clock,
        record_contact=RecordContact(desk.debtors, desk.files, clock, desk.calendar),
        stop=StopCollection(desk.files, clock),
        name_third_person=NameThirdPerson(desk.files, clock),
    )


def post(
    path: str, body: Any, principal: Principal = COLLECTOR, key: str = "k1", **ids: str
) -> Answer:
    """Do something about the loan."""
    return call(
        app,
        "POST",
        f"/loans/{{loan_id}}/{path}",
        body=body,
        principal=principal,
        headers={"Idempotency-Key": key},
        values=LOAN | ids,
    )


def review(principal: Principal = RISK, debtor_id: str = "cus-1") -> Answer:
    return call(
        app,
        "POST",
        "/collections/{debtor_id}/review",
        principal=principal,
        values={"debtor_id": debtor_id},
    )


def work_list(principal: Principal = COLLECTOR) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = call(app, "GET", "/collections", principal=principal).body[
        "items"
    ]
    return items


def contacts() -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = call(
        app, "GET", "/loans/{loan_id}/contacts", principal=COLLECTOR, values=LOAN
    ).body["items"]
    return items


def everything() -> str:
    return str(sorted(map(str, boto3.client("dynamodb").scan(TableName=TABLE)["Items"])))


def test_the_work_list_says_what_to_do_and_why_so_strictly() -> None:
    (case,) = work_list()

    assert (case["bucket"], case["days_overdue"]) == ("M2", 44)
    # 25,592.97 of 1 April and 1 May each, and what being late costs.
    assert case["overdue_fen"] > 2 * 2_559_297
    assert (case["grade_name"], case["action_name"]) == ("未知（从严）", "上门催收")
    assert case["forbidden_now"] is None


def test_a_contact_is_recorded_with_the_servers_time() -> None:
    answer = post("contacts", A_CALL)

    assert (answer.status, answer.body["at"]) == (201, "2020-05-15T04:00:00.000000Z")
    assert [one["outcome_name"] for one in contacts()] == ["未接通"]
    assert work_list()[0]["action_from"] == "2020-05-18"


def test_the_same_contact_twice_is_one() -> None:
    assert post("contacts", A_CALL).body == post("contacts", A_CALL).body
    assert len(contacts()) == 1


def test_a_key_that_stands_for_another_contact_is_refused() -> None:
    post("contacts", A_CALL)

    assert post("contacts", A_CALL | {"outcome": "reached"}).status == 409


@pytest.mark.parametrize(
    ("hours", "body", "rule", "field"),
    [
        (9, A_CALL, "contact.window", "at"),
        (
            0,
            A_CALL | {"third_person_id": "per-1"},
            "contact.third_person_consent",
            "third_person_id",
        ),
    ],
)
def test_a_contact_against_a_rule_is_refused_by_name_and_nothing_is_written(
    clock: FixedClock, hours: int, body: Any, rule: str, field: str
) -> None:
    clock.advance(timedelta(hours=hours))
    before = everything()

    answer = post("contacts", body)

    assert (answer.status, answer.error["rule"], answer.error["field"]) == (422, rule, field)
    assert everything() == before


def test_the_fourth_call_of_a_day_is_refused() -> None:
    for key in ("k1", "k2", "k3"):
        assert post("contacts", A_CALL, key=key).status == 201

    assert post("contacts", A_CALL, key="k4").error["rule"] == "contact.per_day"
    assert work_list()[0]["forbidden_now"] == "contact.per_day"


def test_a_third_person_is_contacted_with_consent_until_it_is_withdrawn(clock: FixedClock) -> None:
    person = {"person_id": "per-1", "relation": "配偶", "consent_document_id": "doc-1"}
    assert post("third-persons", person).body["may_be_contacted"] is True
    body = A_CALL | {"third_person_id": "per-1"}
    assert post("contacts", body).status == 201

    post("third-persons/{person_id}/withdrawal", None, person_id="per-1")
    clock.advance(timedelta(days=1))

    assert post("contacts", body, key="k2").error["rule"] == "contact.third_person_consent"


def test_a_promise_waits_for_its_day() -> None:
    answer = post("promises", {"amount_fen": 500_000, "promised_for": "2020-05-20"})

    assert (answer.status, answer.body["state_name"]) == (201, "待履行")
    (case,) = work_list()
    assert (case["action_name"], case["waits_for"]) == ("暂不触达", "promise.open")


def test_a_promise_of_more_than_is_owed_is_refused() -> None:
    answer = post("promises", {"amount_fen": 10**11, "promised_for": "2020-05-20"})

    assert (answer.status, answer.error["field"]) == (422, "amount_fen")


def test_a_complaint_of_the_borrower_stops_everybody_until_another_person_resolves_it() -> None:
    post("contacts", A_CALL)
    raised = post("complaints", {"text": "一天来电多次"}, OWNER)
    assert (raised.status, raised.body["raised_by"]) == (201, None)
    complaint = {"complaint_id": raised.body["stop_id"]}

    assert post("contacts", A_CALL, key="k2").error["rule"] == "contact.complaint"
    path, done = "complaints/{complaint_id}/resolution", {"text": "已核实并致歉"}
    caller = a_principal("risk_manager", subject="collector-1")
    assert post(path, done, caller, **complaint).error["rule"] == "complaint.four_eyes"
    assert post(path, done, RISK, **complaint).body["stands"] is False

    assert post("contacts", A_CALL, key="k2").status == 201


def test_a_legal_hold_stops_everybody_until_it_is_released() -> None:
    hold = post("legal-holds", {"text": "法院受理破产申请"}, RISK).body
    assert post("contacts", A_CALL).error["rule"] == "contact.legal_hold"

    post("legal-holds/{hold_id}/release", {"text": "撤回申请"}, RISK, hold_id=hold["stop_id"])

    assert post("contacts", A_CALL).status == 201


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS.keys())
def test_a_stranger_does_not_even_learn_that_the_loan_exists(stranger: Principal) -> None:
    assert work_list(stranger) == []
    assert post("contacts", A_CALL, stranger).status == 404
    assert review(stranger).status == 404


def test_a_customer_complains_about_his_own_loan_only() -> None:
    answer = post("complaints", {"text": "投诉"}, a_customer("cus-2"))

    assert answer.status == 404


def test_a_debtor_with_nothing_overdue_is_not_found() -> None:
    assert review(debtor_id="cus-9").status == 404


@pytest.mark.parametrize("role", sorted(ROLES - {"collector"}))
def test_only_a_collector_records_contacts(role: str) -> None:
    other = a_principal(role, branch="b1", customer_id="cus-1")

    assert post("contacts", A_CALL, other).status == 403
