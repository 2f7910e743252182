"""Related parties over the API: what decisions recorded, by fingerprints, for risk's staff only."""

from __future__ import annotations

import json
import os
from typing import Any

import boto3
import pytest

from puhui.dynamodb import connection
from puhui.identity import Principal
from puhui.sealed_parties import SealedParties
from puhui.sealing import Sealer
from puhui.tenancy import BankId
from risk.adapters.dynamo_graph import DynamoEdges
from risk.asking_wiring import asking
from risk.decide_api import app
from risk.graph_ports import CustomerParty
from risk.handlers.decide import handler
from tests.component.risk.conftest import RECORDS, TABLE
from tests.support.api import Answer, a_customer, a_principal, call
from tests.support.aws import scan_text
from tests.support.risk import AS_OF, NORTH, a_reference, a_request
from tests.support.risk_applications import INVOICES, devices, firm_code, person_code
from tests.support.risk_desk import PARTY
from tests.support.risk_graph import EARLY, a_statement, firms
from tests.support.risk_stores import BUCKET

pytestmark = pytest.mark.usefixtures("risk_account")

UNDERWRITER = a_principal("underwriter")
SHARED_DEVICE = json.dumps(devices("d-shared"), ensure_ascii=False).encode()


def decide(number: int) -> dict[str, Any]:
    """A firm of its own applies from the shared device."""
    references = []
    for product, body in (("invoice/1", INVOICES), ("device/1", SHARED_DEVICE)):
        key = f"intake/north/{number}-{product.replace('/', '-')}"
        boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)
        references.append(a_reference(body, key, product=product))
    party = PARTY.model_copy(
        update={
            "uscc": firm_code(number),
            "legal_person_id": person_code(number),
            "phone": f"1380013{number:04d}",
            "address": f"合肥市长江路{number}号",
            "payout_account": f"62220200000{number:05d}",
        }
    )
    application = f"app-{number}"
    parties = SealedParties(Sealer(boto3.client("kms"), os.environ["EXCHANGE_KEY_ARN"]))
    request = a_request(
        references,
        application_id=application,
        customer_id=f"cus-{number}",
        party_sealed=parties.seal(party, NORTH, application),
    )
    return handler(request.model_dump(mode="json"), None)


def related(customer_id: str = "cus-1", who: Principal = UNDERWRITER, **query: str) -> Answer:
    asked = {name: [value] for name, value in {"customer_id": customer_id, **query}.items()}
    return call(app, "GET", "/related-parties", query=asked, principal=who)


def record_of(result: dict[str, Any]) -> dict[str, Any]:
    listed = boto3.client("s3").list_objects_v2(Bucket=RECORDS, Prefix="decisions/")
    (key,) = [one["Key"] for one in listed["Contents"] if result["decision_id"] in one["Key"]]
    body = boto3.client("s3").get_object(Bucket=RECORDS, Key=key)["Body"].read()
    found: dict[str, Any] = json.loads(body)
    return found


def test_whoever_applied_from_the_same_device_is_related() -> None:
    for number in (1, 2):
        decide(number)

    answer = related()

    body = answer.body
    ring = body["ring"]
    assert (answer.status, body["customer_id"], body["hops"], body["truncated"]) == (
        200,
        "cus-1",
        3,
        False,
    )
    assert [(one["kind_name"], one["hops"]) for one in body["parties"]] == [
        ("企业", 0),
        ("企业", 1),
        ("个人", 1),
        ("个人", 2),
    ]
    assert len(ring["members"]) == 2
    assert ring["shared_keys"] == [{"kind": "device", "kind_name": "共用设备", "count": 1}]
    assert {one["since"] for one in body["relations"]} == {AS_OF.isoformat()}


def test_only_what_is_within_the_hops_is_shown() -> None:
    for number in (1, 2):
        decide(number)

    near = related(hops="1").body

    assert [one["hops"] for one in near["parties"]] == [0, 1, 1]


def test_no_value_is_in_the_answer_in_the_rows_or_in_the_record() -> None:
    result = decide(1)

    everywhere = json.dumps([related().body, record_of(result)["given"]], ensure_ascii=False)
    everywhere += scan_text(TABLE)
    values = (firm_code(1), person_code(1), "13800130001", "长江路", "6222020000000001", "d-shared")
    assert [value for value in values if value in everywhere] == []


def test_circles_groups_marks_and_hubs_are_shown() -> None:
    asking()  # binds the table
    one, other, *tenants = firms(60)
    DynamoEdges().record(
        NORTH,
        [
            a_statement(one, other, "guarantee"),
            a_statement(other, one, "guarantee"),
            *(a_statement(tenant, "address:a1") for tenant in (one, *tenants)),
        ],
        customer=CustomerParty("cus-1", one),
    )

    body = related().body

    assert body["guarantee_circles"] == [
        {"kind": "mutual", "kind_name": "互保", "members": [one, other]}
    ]
    assert [
        (p["party"], p["in_group"], [t["name"] for t in p["ties"]]) for p in body["parties"]
    ] == [
        (one, True, []),
        (other, True, ["担保关系"]),
    ]
    assert (body["truncated"], body["unexpanded"]) == (True, ["address:a1"])
    assert {one["since"] for one in body["relations"]} == {EARLY.isoformat()}


@pytest.mark.parametrize(
    "who",
    [a_customer(), *map(a_principal, ("relationship_manager", "operator", "collector", "admin"))],
)
def test_nobody_else_sees_it(who: Principal) -> None:
    decide(1)

    assert related(who=who).status == 403


@pytest.mark.parametrize("role", ["underwriter", "approver", "risk_manager", "auditor"])
def test_staff_of_risk_see_it(role: str) -> None:
    decide(1)

    assert related(who=a_principal(role)).status == 200


def test_a_customer_of_another_bank_or_without_relations_is_not_found() -> None:
    decide(1)

    assert related("cus-9").status == 404
    assert related(who=a_principal("auditor", bank=BankId("south"))).status == 404


@pytest.mark.parametrize("hops", ["0", "4", "x", ""])
def test_hops_are_one_to_three(hops: str) -> None:
    answer = related(hops=hops)

    assert (answer.status, answer.error["field"]) == (422, "query.hops")


def test_a_customer_must_be_named() -> None:
    answer = call(app, "GET", "/related-parties", principal=UNDERWRITER)

    assert (answer.status, answer.error["field"]) == (422, "query.customer_id")


def test_a_decision_writes_once_and_reads_a_few_times() -> None:
    """A hop is two reads at most; nobody's device is read for who has none."""
    decide(1)
    made: list[str] = []
    events = connection().client.meta.events

    def note(model: Any, **_: object) -> None:
        made.append(model.name)

    events.register("before-call.dynamodb", note)
    try:
        decide(2)
    finally:
        events.unregister("before-call.dynamodb", note)

    assert (made.count("TransactWriteItems"), made.count("BatchGetItem")) == (2, 5)
