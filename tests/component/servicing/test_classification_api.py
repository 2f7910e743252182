"""The API of classification over its own wiring and the books of loans: 初分, 认定, 审批."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import servicing.classification_api as api
from puhui.clock import SystemClock
from puhui.identity import ROLES, Principal
from puhui.money import Money
from servicing.adapters.dynamo_warnings import DynamoWarnings
from servicing.adapters.rows import ServicingOutboxRow
from servicing.classification_wiring import classifying
from servicing.debtors_api import app
from servicing.domain.classification.opinion import LoanOpinion, Opinion
from servicing.domain.classification.reasons import Reason
from servicing.domain.classification.tiers import Tier
from servicing.domain.loan import loan_id_of
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.warning import Debtor
from servicing.usecases.activate_loan import ActivateLoan
from servicing.usecases.post_disbursement import PostDisbursement
from servicing.usecases.reserve_disbursement import ReserveDisbursement
from tests.support.api import Answer, a_principal, call
from tests.support.classification import SpokenModel
from tests.support.servicing import (
    NORTH,
    TableWorld,
    a_reservation,
    a_resolution,
    an_activation,
)
from tests.support.warnings import a_warning

DEBTOR = {"debtor_id": "cus-1"}
LOAN = loan_id_of("dsb-app-1-1")
RISK = a_principal("risk_manager", subject="risk-1")
APPROVER = a_principal("approver", subject="approver-1")
LATER_APPROVER = a_principal("approver", subject="approver-2")
STRANGERS = {
    "another_branch": a_principal("risk_manager", branch="b2"),
    "another_bank": a_principal("risk_manager", bank="south"),
}


@pytest.fixture(autouse=True)
def _a_late_loan(world: TableWorld, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A loan of cus-1 at b1 of north; its first instalment of 1 April 2020 is never paid."""
    ReserveDisbursement(world.ledger, world.clock)(a_reservation())
    PostDisbursement(world.ledger, world.clock)(a_resolution(bank_reference="ref-1"))
    ActivateLoan(world.ledger, world.loans)(an_activation())
    on_day(monkeypatch, "2020-05-15")
    monkeypatch.setenv("ANSWER_MODEL_ARN", "absent")
    yield
    classifying.cache_clear()


def on_day(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    """It is another accounting day."""
    monkeypatch.setenv("BUSINESS_DATE", day)
    classifying.cache_clear()


def post(resource: str, body: Any, principal: Principal = RISK, **options: Any) -> Answer:
    """Do something."""
    return call(app, "POST", resource, body=body, principal=principal, **options)


def propose(principal: Principal = RISK, **body: Any) -> Answer:
    """初分."""
    return post("/classifications", {"debtor_id": "cus-1"} | body, principal)


def step(kind: str, principal: Principal, **body: Any) -> Answer:
    """认定 or 审批."""
    return post(f"/classifications/{{debtor_id}}/{kind}", body, principal, values=DEBTOR)


def confirm(one: str, principal: Principal = RISK, **body: Any) -> Answer:
    return step("confirmation", principal, classification_id=one, **body)


def approve(one: str, principal: Principal = APPROVER, **body: Any) -> Answer:
    return step("approval", principal, **{"classification_id": one, "decision": "approve"} | body)


def read(principal: Principal = RISK, **query: str) -> Answer:
    return call(
        app,
        "GET",
        "/classifications/{debtor_id}",
        principal=principal,
        values=DEBTOR,
        query={name: [value] for name, value in query.items()},
    )


def listed(**query: str) -> Answer:
    return call(
        app,
        "GET",
        "/classifications",
        principal=RISK,
        query={name: [value] for name, value in query.items()},
    )


def told() -> list[str]:
    rows = ServicingOutboxRow.scan(ServicingOutboxRow.pk.startswith("OUTBOX#"))
    return sorted(row.event.name for row in rows)


def test_a_proposal_shows_tier_loss_reasons_and_that_no_model_was_asked() -> None:
    answer = propose()

    assert answer.status == 201
    (loan,) = answer.body["loans"]
    assert (loan["tier_name"], loan["overdue_days"], loan["stage"]) == ("关注", 44, 2)
    assert (answer.body["basis"], answer.body["state_name"]) == ("days_only", "待认定")
    assert [one["code"] for one in loan["reasons"]] == ["MODEL_ABSENT", "OVERDUE"]
    assert loan["reasons"][1]["confidence"] == "✔"


def test_two_people_bring_it_into_effect() -> None:
    one = propose().body["classification_id"]

    assert confirm(one).body["state_name"] == "待审批"
    final = approve(one).body

    assert (final["state_name"], final["effective_on"]) == ("已生效", "2020-05-15")
    history = read().body
    assert history["open"] is None
    assert [step["by"] for step in history["in_effect"][0]["steps"]] == [
        "risk-1",
        "risk-1",
        "approver-1",
    ]
    assert {"ClassificationProposed", "LoanClassified"} <= set(told())


def test_each_step_again_changes_nothing() -> None:
    one = propose().body["classification_id"]

    assert propose().body["classification_id"] == one
    assert confirm(one).body == confirm(one).body
    assert approve(one).body == approve(one).body
    assert told().count("LoanClassified") == 1


def test_who_confirmed_does_not_approve() -> None:
    both = a_principal("risk_manager", "approver", subject="risk-1")
    one = propose().body["classification_id"]
    confirm(one, both)

    answer = approve(one, both)

    assert (answer.status, answer.error["rule"]) == (409, "classification.four_eyes")


def test_better_than_proposed_takes_two_approvers(monkeypatch: pytest.MonkeyPatch) -> None:
    on_day(monkeypatch, "2020-03-20")
    model = SpokenModel(opinion=attention(LOAN))
    desk = classifying()
    warned = replace(desk, classify=replace(desk.classify, model=model))
    monkeypatch.setattr(api, "classifying", lambda: warned)
    one = propose().body["classification_id"]

    better = {"loan_id": LOAN, "tier": "normal", "reason": "预警已解除，回款正常"}
    assert confirm(one, overrides=[better]).body["needs_second_approval"] is True
    assert approve(one).body["state_name"] == "待复批"
    assert approve(one).body["state_name"] == "待复批"
    final = approve(one, LATER_APPROVER).body

    assert (final["state_name"], final["loans"][0]["tier"]) == ("已生效", "normal")


def attention(loan_id: str) -> Opinion:
    """关注 by the model, although the books demand nothing: an early warning stands."""
    reason = Reason("ADVERSE_FACTORS", "存在影响偿还的不利因素，至少归为关注类")
    loan = LoanOpinion(
        loan_id=loan_id,
        tier=Tier.ATTENTION,
        stage=2,
        expected_loss=Money.of_yuan(2_025),
        reasons=(reason,),
    )
    return Opinion(basis="model", loans=(loan,), model_version="1.0.0")


def test_a_red_warning_is_read_from_its_own_table() -> None:
    debtor = Debtor(bank_id=NORTH, customer_id="cus-1", branch_id="b1")
    DynamoWarnings(SystemClock()).write(a_warning(Colour.RED, debtor=debtor), ())

    propose()

    desk = classifying()
    (seen,) = desk.classify.signals.of_debtor(NORTH, "cus-1", [LOAN], desk.calendar.today()).loans
    assert (seen.adverse_factors, seen.use_changed) == (True, None)


def test_facts_from_outside_are_a_floor_and_stand_from_then_on() -> None:
    known = {"overdue_90_everywhere_ppm": 300_000}

    assert propose(judgement=known).body["loans"][0]["tier"] == "substandard"
    assert propose().body["loans"][0]["tier"] == "substandard"
    retail = propose(judgement={**known, "retail": True}).body
    assert retail["loans"][0]["tier"] == "attention"


def test_an_override_below_the_floor_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    on_day(monkeypatch, "2020-07-15")
    one = propose().body["classification_id"]

    answer = confirm(
        one, overrides=[{"loan_id": LOAN, "tier": "attention", "reason": "客户承诺还款"}]
    )

    assert (answer.status, answer.error["rule"]) == (422, "override.floor")
    assert "逾期105天" in answer.error["message"]
    assert read().body["open"]["state"] == "proposed"


def test_a_worse_tier_needs_a_reason_and_one_approver() -> None:
    one = propose().body["classification_id"]
    worse = {"loan_id": LOAN, "tier": "substandard", "reason": "停产，设备被查封"}

    assert confirm(one, overrides=[worse | {"reason": ""}]).status == 422
    confirm(one, overrides=[worse])
    final = approve(one).body

    (loan,) = final["loans"]
    assert (loan["tier_name"], loan["proposed_tier_name"], loan["stage"]) == ("次级", "关注", 3)
    assert loan["expected_loss_fen"] == 13_500_000
    assert listed(state="final", tier="substandard").body["debtors"][0]["debtor_id"] == "cus-1"


def test_a_return_starts_the_confirmation_anew() -> None:
    one = propose().body["classification_id"]
    confirm(one)

    assert approve(one, decision="return").status == 422
    returned = approve(one, decision="return", comment="请补充现场检查").body

    assert returned["state_name"] == "待认定"
    assert returned["steps"][-1]["comment"] == "请补充现场检查"


def test_an_old_proposal_gives_way_to_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    old = propose().body["classification_id"]
    on_day(monkeypatch, "2020-07-15")
    new = propose().body["classification_id"]

    assert new != old
    assert confirm(old).error["rule"] == "classification.replaced"
    assert [one["classification_id"] for one in listed().body["items"]] == [new]


def test_lists_are_by_state_and_tier() -> None:
    propose()

    assert len(listed().body["items"]) == 1
    assert len(listed(tier="attention").body["items"]) == 1
    assert listed(tier="loss").body["items"] == []
    assert listed(state="confirmed").body["items"] == []


def test_who_was_not_classified_for_a_quarter_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    one = propose().body["classification_id"]
    confirm(one)
    approve(one)

    assert listed(overdue="true").body["debtors"] == []
    on_day(monkeypatch, "2020-08-20")

    (late,) = listed(overdue="true").body["debtors"]
    assert (late["due_on"], late["days_late"]) == ("2020-08-15", 5)


def test_history_is_shown_as_it_was_known_on_a_day() -> None:
    one = propose().body["classification_id"]
    confirm(one)
    approve(one)

    assert read(as_of="2020-05-14").body["in_effect"] == []
    assert len(read(as_of="2020-05-15").body["in_effect"]) == 1


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS.keys())
def test_a_stranger_does_not_even_learn_that_the_debtor_exists(stranger: Principal) -> None:
    one = propose().body["classification_id"]

    assert read(stranger).status == 404
    assert propose(stranger).status == 404
    assert confirm(one, stranger).status == 404


def test_an_unknown_debtor_is_not_found() -> None:
    assert propose(debtor_id="cus-9").status == 404


@pytest.mark.parametrize("role", sorted(ROLES - {"risk_manager"}))
def test_only_a_risk_manager_proposes_and_confirms(role: str) -> None:
    other = a_principal(role, branch="b1", customer_id="cus-1")

    assert propose(other).status == 403
    assert confirm("cls-1", other).status == 403
