"""The loan application's machine and the handlers agree: payloads, errors, stations, outcomes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

import puhui.errors
from factory import payloads
from factory.domain import errors as factory_errors
from infra.lint.asl import all_states
from infra.local.jsonata_engine import UNDEFINED, JsonataEngine
from puhui.contracts import extdata, operations, risk, servicing, signing
from puhui.contracts.borrower import BorrowerFacts
from puhui.contracts.common import Contract
from puhui.contracts.factory import OUTCOME_NAMES, STATION_OF_STATE, Outcome
from tests.support.factory_builders import SHA, TODAY, a_confirmation, a_product, a_quote

FILE = Path(__file__).parents[2] / "statemachines/factory/loan_application.asl.json"
MACHINE = json.loads(FILE.read_text(encoding="utf-8"))
STATES: dict[str, dict[str, Any]] = MACHINE["States"]
EVERY_STATE = dict(all_states(MACHINE))
"""Those inside the Map too."""
TASKS = {name: state for name, state in EVERY_STATE.items() if state["Type"] == "Task"}
SECONDS = re.compile(r"\$\{(\w+Seconds|Max\w+)\}")
ENGINE = JsonataEngine()
REASON = {"code": "thin_history", "text": "经营历史较短", "customer_text": "经营历史较短"}
VARIABLES: dict[str, Any] = {
    "application_id": "app-1",
    "bank_id": "north",
    "bank_name": "北方测试村镇银行",
    "business_date": TODAY.isoformat(),
    "attempt": 1,
    "disbursement_id": "dsb-app-1-1",
    "application": {
        "branch_id": "b1",
        "customer_id": "cus-1",
        "customer_kind": "firm",
        "maker_id": None,
        "amount_fen": 30_000_000,
        "term_months": 12,
        "repayment_method": "EQUAL_INSTALLMENT",
        "product_code": "sme-invoice-loan",
        "purpose": "采购原材料",
        "region_code": "341202",
        "industry_section": "F",
        "established_on": None,
        "party_sealed": "sealed",
        "consent_ids": ["con-1", "con-2"],
    },
    "product": a_product().model_dump(mode="json"),
    "facts": [{"product": "invoice/1", "state": "missing"}],
    "decision": {
        "decision_id": "dec-1",
        "verdict": "refer",
        "reasons": [REASON],
        "limit_fen": 50_000_000,
        "annual_rate_bps": 600,
        "borrower": {"firm_size": 4, "has_loan_records": False},
    },
    "limit_fen": 50_000_000,
    "annual_rate_bps": 600,
    "quote": a_quote().model_dump(mode="json"),
    "confirmation": a_confirmation().model_dump(mode="json"),
    "offer_id": "off-1",
    "terms_sha256": SHA,
    "contract_id": "con-1",
    "document_sha256": SHA,
    "bank_reference": "ref-1",
    "void_reason": "核心系统拒绝支付",
    "outcome": "disbursed",
    "reasons": [REASON],
    "loan_id": "loan-1",
    "failure": {"station": "decide", "error": "X", "cause": ""},
    "states": {
        "input": {"application_id": "app-1", "bank_id": "north", "product": "tax/1", "number": 1},
        "context": {"Task": {"Token": "token"}},
    },
}
CONTRACTS: dict[str, type[Contract]] = {
    "Check intake": payloads.StepPayload,
    "Collect data": payloads.CollectDataPayload,
    "Ask for a data product": extdata.ExternalDataQuery,
    "Decide": risk.DecisionRequest,
    "Ask an approver": operations.OpenTask,
    "Quote loan": servicing.QuoteRequest,
    "Offer loan": payloads.MakeOfferPayload,
    "Sign contract": signing.PrepareContract,
    "Confirm paper contract": operations.OpenTask,
    "Verify contract": signing.VerifyContract,
    "Occupy limit": payloads.OccupyLimitPayload,
    "Reserve funds": servicing.ReserveDisbursement,
    "Pay out": payloads.PaymentPayload,
    "Query payment": payloads.PaymentPayload,
    "Investigate payment": operations.OpenTask,
    "Post disbursement": servicing.ResolveDisbursement,
    "Activate loan": servicing.ActivateLoan,
    "Void reservation": servicing.ResolveDisbursement,
    "Release limit": payloads.ReleaseLimitPayload,
    "Close application": payloads.CloseApplicationPayload,
}


def evaluated(template: Any) -> Any:
    """What Step Functions would send: every expression replaced by its value."""
    if isinstance(template, dict):
        return {key: evaluated(value) for key, value in template.items()}
    if isinstance(template, list):
        return [evaluated(value) for value in template]
    if isinstance(template, str) and template.startswith("{%"):
        expression = SECONDS.sub("60", template.removeprefix("{%").removesuffix("%}"))
        value = ENGINE.evaluate(expression, VARIABLES)
        assert value is not UNDEFINED, f"{template} returns nothing"
        return value
    return template


def sent_by(state: dict[str, Any]) -> dict[str, Any]:
    arguments = state["Arguments"]
    body: dict[str, Any] = arguments.get("Payload") or arguments["MessageBody"]
    return body


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_what_a_state_sends_is_what_its_handler_takes(name: str) -> None:
    payload = evaluated(sent_by(TASKS[name]))

    model = CONTRACTS[name].model_validate_json(json.dumps(payload))

    assert set(payload) == set(model.model_fields_set)


def test_every_task_has_its_contract_named_here() -> None:
    assert set(TASKS) - {"Keep the failure"} == set(CONTRACTS)


def test_every_working_state_belongs_to_a_station() -> None:
    working = {name for name, state in STATES.items() if state["Type"] in ("Task", "Wait", "Map")}

    assert working - {"Close application", "Keep the failure"} == set(STATION_OF_STATE)


def test_every_error_that_is_caught_or_retried_exists() -> None:
    known = {
        name
        for module in (puhui.errors, factory_errors)
        for name, value in vars(module).items()
        if isinstance(value, type)
    }
    named = {
        error
        for state in TASKS.values()
        for rule in (*state["Retry"], *state["Catch"])
        for error in rule["ErrorEquals"]
        if "." not in error
    }

    from servicing.domain import errors as servicing_errors

    known |= set(vars(servicing_errors))
    assert named <= known, named - known


def test_what_is_retried_says_that_it_may_be() -> None:
    for state in TASKS.values():
        for rule in state["Retry"]:
            for error in rule["ErrorEquals"]:
                if "." not in error:
                    assert getattr(puhui.errors, error).retryable, error


def test_the_machine_reaches_every_named_outcome_and_no_other() -> None:
    assigned = set(re.findall(r'"outcome": "(\w+)"', FILE.read_text(encoding="utf-8")))

    assert assigned == set(get_args(Outcome)) == set(OUTCOME_NAMES)


def test_no_failure_before_the_reservation_leads_past_the_books() -> None:
    """Once money may be reserved, a failure goes through void and release, or keeps both."""
    compensated = {
        name: [catch["Next"] for catch in STATES[name]["Catch"]][-1]
        for name in ("Occupy limit", "Reserve funds", "Pay out", "Query payment")
    }

    assert compensated == {
        "Occupy limit": "Release limit",
        "Reserve funds": "Void reservation",
        "Pay out": "Wait for payment",
        "Query payment": "Paid?",
    }


def activated_borrower(decision: dict[str, Any]) -> BorrowerFacts:
    """What a loan is told of its borrower when this was decided."""
    expression = TASKS["Activate loan"]["Arguments"]["Payload"]["borrower"]
    variables = VARIABLES | {"decision": decision}
    told = ENGINE.evaluate(expression.removeprefix("{%").removesuffix("%}"), variables)
    return BorrowerFacts.model_validate(told)


def test_a_loan_learns_from_its_decision_how_large_the_firm_is_and_whether_it_borrowed() -> None:
    told = activated_borrower(VARIABLES["decision"])

    assert (told.customer_kind, told.firm_size, told.has_loan_records) == ("firm", 4, False)


@pytest.mark.parametrize("borrower", [None, {"firm_size": None, "has_loan_records": None}])
def test_what_a_decision_does_not_know_stays_unknown(borrower: dict[str, Any] | None) -> None:
    decision = {k: v for k, v in VARIABLES["decision"].items() if k != "borrower"}
    told = activated_borrower(decision if borrower is None else decision | {"borrower": borrower})

    assert (told.firm_size, told.has_loan_records) == (None, None)
