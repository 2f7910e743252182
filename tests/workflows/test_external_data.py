"""The factory, external data and its simulated providers together, with the real handlers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.config import existing_modules
from infra.local.providers import SEED
from sandbox.domain.applicant import Applicant
from sandbox.domain.population import generate
from tests.support.loan_facts import Decided, forget_faults, onboard, plan_fault
from tests.support.loan_walk import LoanWalk, walking
from tests.support.walked_firms import BUSINESS_DATE

FACTS = ("invoice/1", "judicial/1", "bank_flow/1")
CONSENTS = (
    "tax_invoice",
    "data_processing",
    "sensitive_data",
    "automated_decision",
    "electronic_signature",
)


@pytest.fixture(scope="module")
def _outside() -> Iterator[LoanWalk]:
    quick = {"ExternalDataPollSeconds": "1", "MaxExternalDataPolls": "8"}
    product = {"required_facts": FACTS, "required_consents": CONSENTS}
    with walking(quick, modules=existing_modules(), product=product) as walk:
        onboard(walk, "sbx-invoice", "sbx-court", "sbx-bankflow")
        yield walk


@pytest.fixture
def outside(_outside: LoanWalk) -> Iterator[LoanWalk]:
    """A bank whose data comes from outside; bank flow by a callback, a moment later."""
    _outside.cloud.faults.clear()
    yield _outside
    _outside.cloud.faults.clear()
    forget_faults(_outside)


@pytest.fixture(scope="module")
def known_firms() -> Iterator[Applicant]:
    """Firms that the providers know, one after the other."""
    return generate(seed=SEED, n=40, as_of=BUSINESS_DATE)


def test_what_the_customer_did_not_bring_comes_from_outside(
    outside: LoanWalk, known_firms: Iterator[Applicant]
) -> None:
    decided = Decided(outside)

    loan = outside.bring_in(next(known_firms), upload=False)
    outside.wait_for_state(loan, "Decide")

    assert decided.states == [(product, "ok") for product in FACTS]
    assert {fact["key"].split("/")[1] for fact in decided.facts} == {"demo-bank"}
    assert loan.states.count("Wait for external data") >= 1
    assert "Data product not had" not in loan.states


def test_what_is_asked_for_is_decided_like_what_was_brought(
    outside: LoanWalk, known_firms: Iterator[Applicant]
) -> None:
    firm = next(firm for firm in known_firms if firm.persona == "healthy")
    brought = outside.bring_in(firm)
    outside.wait_for_state(brought, "Offer loan")
    brought.refuse()
    outside.wait_for_outcome(brought)

    asked = outside.bring_in(firm, upload=False, applicant_id=f"{firm.applicant_id}-again")
    outside.wait_for_state(asked, "Offer loan")

    terms = ("principal_fen", "annual_rate_bps", "term_months", "total_interest_fen")
    assert [asked.view["offer"][term] for term in terms] == [
        brought.view["offer"][term] for term in terms
    ]


def test_a_firm_that_nobody_knows_is_decided_with_its_facts_missing(outside: LoanWalk) -> None:
    decided = Decided(outside)

    loan = outside.bring_in(upload=False, applicant_id="of-another-population")
    outside.wait_for_state(loan, "Decide")

    assert decided.states == [(product, "missing") for product in FACTS]


def test_a_provider_that_fails_takes_only_its_own_fact_with_it(
    outside: LoanWalk, known_firms: Iterator[Applicant]
) -> None:
    plan_fault(outside, "sbx-court", "error")
    decided = Decided(outside)

    loan = outside.bring_in(next(known_firms), upload=False)
    outside.wait_for_state(loan, "Decide")

    assert decided.states == [
        ("invoice/1", "ok"),
        ("judicial/1", "vendor_error"),
        ("bank_flow/1", "ok"),
    ]


def test_a_consent_withdrawn_after_the_submission_ends_the_use_at_once(
    outside: LoanWalk, known_firms: Iterator[Applicant]
) -> None:
    decided = Decided(outside)
    loan = outside.submit(next(known_firms), upload=False)
    consents = outside.call("GET", f"/intake/customers/{loan.customer_id}/consents", loan.token)
    ended = next(one for one in consents["items"] if one["scope"] == "tax_invoice")
    outside.call("POST", f"/intake/consents/{ended['consent_id']}/withdrawal", loan.token)

    outside.cloud.settle()
    outside.wait_for_state(loan, "Decide")

    assert decided.states == [
        ("invoice/1", "not_consented"),
        ("judicial/1", "ok"),
        ("bank_flow/1", "ok"),
    ]
