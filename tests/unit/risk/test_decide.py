"""Deciding: what the answer and the record hold, and that asking twice is asking once."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from typing import Any

import pytest

from puhui.errors import UpstreamUnavailable
from risk.domain.decision import decision_id_of, read_decision
from risk.domain.indicators.library import LIBRARY_SHA256
from risk.domain.listing import todays_listing
from tests.support.risk import (
    AS_OF,
    CODE_VERSION,
    MODELS,
    PARAMETERS,
    POLICIES,
    a_decide,
    a_document,
    a_healthy_firm,
    a_reference,
    a_request,
    an_invoice,
    decided,
    numbered,
)
from tests.support.risk_stores import InMemoryDecisions, InMemoryDocuments

HEALTHY = a_document(a_healthy_firm())


def record_of(decision: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(decision.record)
    return found


def test_a_steady_firm_is_approved_with_limit_and_rate() -> None:
    result = decided(HEALTHY).result

    assert (result.verdict, result.limit_fen) == ("approve", 50_000_000)
    assert 400 <= result.annual_rate_bps <= 1_500
    assert [reason.code for reason in result.reasons] == ["AUTO_APPROVED"]


def test_a_firm_with_one_customer_is_referred_with_a_proposal() -> None:
    rows = [row | {"counterparty": "B1"} for row in a_healthy_firm() if row["direction"] == "out"]

    result = decided(a_document(rows)).result

    assert [reason.code for reason in result.reasons] == ["TOP_BUYER"]
    assert (result.verdict, result.limit_fen > 0, result.annual_rate_bps > 0) == (
        "refer",
        True,
        True,
    )


def test_a_firm_that_stopped_selling_is_declined_without_limit_or_rate() -> None:
    rows = [row for row in a_healthy_firm() if row["issued_on"] < "2025-12-01"]

    result = decided(a_document(rows)).result

    assert (result.verdict, result.limit_fen, result.annual_rate_bps) == ("decline", 0, 0)
    assert "SALES_STOPPED" in [reason.code for reason in result.reasons]


def test_invoices_of_days_to_come_are_not_counted() -> None:
    later = [an_invoice(issued_on=AS_OF + timedelta(days=1))]
    document = a_document(numbered(later), period_to="2026-12-31")

    result = decided(document).result

    assert "INVOICES_ABSENT" in [reason.code for reason in result.reasons]


def test_without_invoices_one_sentence_says_why() -> None:
    result = a_decide()(a_request()).result

    assert result.verdict == "decline"
    assert [reason.code for reason in result.reasons] == ["INVOICES_ABSENT", "SALES_WINDOW_ABSENT"]


@pytest.mark.parametrize("state", ["missing", "vendor_error", "not_consented", "stale"])
def test_a_document_that_is_not_ok_gives_its_state_to_its_indicators(state: str) -> None:
    reference = a_reference(HEALTHY, state=state)

    record = record_of(a_decide({reference.key or "": HEALTHY})(a_request([reference])))

    values = todays_listing().values(record["indicators"])
    assert {value.state for name, value in values.items() if ".inv." in name} == {state}
    assert record["verdict"] == "decline"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sha256": "0" * 64}, "sha256"),
        ({"key": "intake/north/other"}, "absent"),
        ({"key": "intake/south/doc-1"}, "owner"),
        ({"bucket": "elsewhere"}, "bucket"),
    ],
)
def test_a_reference_that_is_not_true_makes_the_fact_missing(
    changes: dict[str, str], reason: str
) -> None:
    reference = a_reference(HEALTHY, **changes)

    record = record_of(a_decide({"intake/north/doc-1": HEALTHY})(a_request([reference])))

    (fact,) = record["facts"]
    assert (fact["state"], fact["reason"], record["verdict"]) == ("missing", reason, "decline")


def test_a_document_that_breaks_its_declaration_is_missing() -> None:
    record = record_of(decided(a_document(a_healthy_firm(), row_count=1)))

    assert record["facts"][0]["reason"] == "rows"


def test_two_documents_for_one_question_are_none() -> None:
    other = a_reference(HEALTHY, key="intake/north/doc-2")
    bodies = {"intake/north/doc-1": HEALTHY, "intake/north/doc-2": HEALTHY}

    record = record_of(a_decide(bodies)(a_request([a_reference(HEALTHY), other])))

    assert {fact["reason"] for fact in record["facts"]} == {"ambiguous"}
    assert record["verdict"] == "decline"


def test_a_silent_document_store_is_no_decision() -> None:
    decide = a_decide()
    documents = decide.compute.read_facts.documents
    assert isinstance(documents, InMemoryDocuments)
    documents.down = True

    with pytest.raises(UpstreamUnavailable):
        decide(a_request([a_reference(HEALTHY)]))


def test_the_same_question_has_the_same_answer_and_one_event() -> None:
    decisions = InMemoryDecisions()
    decide = a_decide({"intake/north/doc-1": HEALTHY}, decisions)
    request = a_request([a_reference(HEALTHY)])

    first = decide(request)
    second = decide(request.model_copy(update={"correlation_id": "another"}))

    assert second is first
    assert decisions.events == ["DecisionMade"]


def test_a_repeated_question_reads_no_document() -> None:
    decide = a_decide({"intake/north/doc-1": HEALTHY})
    request = a_request([a_reference(HEALTHY)])
    decide(request)
    documents = decide.compute.read_facts.documents
    assert isinstance(documents, InMemoryDocuments)
    reads = documents.reads

    decide(request)

    assert documents.reads == reads == 1


@pytest.mark.parametrize(
    "change",
    [
        {"amount_fen": 30_000_000},
        {"as_of": date(2026, 8, 2)},
        {"bank_id": "south"},
        {"application_id": "app-2"},
        {"established_on": None},
        {"facts": ()},
    ],
)
def test_another_question_is_another_decision(change: dict[str, Any]) -> None:
    request = a_request([a_reference(HEALTHY)])

    assert decision_id_of(request) != decision_id_of(request.model_copy(update=change))


def test_a_decision_made_meanwhile_by_another_stands() -> None:
    request = a_request([a_reference(HEALTHY)])
    bodies = {"intake/north/doc-1": HEALTHY}
    theirs = a_decide(bodies)(request)

    class Late(InMemoryDecisions):
        def find(self, bank_id: Any, decision_id: str) -> Any:
            found = super().find(bank_id, decision_id)
            self.kept.setdefault((bank_id, decision_id), theirs)
            return found

    assert a_decide(bodies, Late())(request) is theirs


def test_the_record_pins_everything_that_the_decision_depended_on() -> None:
    decision = decided(HEALTHY)
    record = record_of(decision)
    policy, card = POLICIES.in_force(AS_OF), MODELS.card("sme_application_score")

    manifest = record["manifest"]
    assert record["facts"][0]["sha256"] == hashlib.sha256(HEALTHY).hexdigest()
    assert manifest["policies"] == [
        {"id": policy.id, "version": policy.version, "sha256": policy.sha256}
    ]
    assert manifest["models"][0]["sha256"] == card.sha256
    assert manifest["parameters_sha256"] == PARAMETERS.on(AS_OF).sha256
    assert manifest["library_sha256"] == LIBRARY_SHA256
    assert (record["given"]["code_version"], record["given"]["decided_at"]) == (
        CODE_VERSION,
        "2026-08-01T04:00:00.000000Z",
    )


def test_the_record_is_canonical_and_its_hash_is_in_the_answer() -> None:
    decision = decided(HEALTHY)

    again = json.dumps(
        record_of(decision), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    assert decision.record == again.encode()
    assert decision.result.record_sha256 == hashlib.sha256(decision.record).hexdigest()


def test_the_record_tells_of_every_node_what_it_read_and_gave() -> None:
    tree = record_of(decided(HEALTHY))["tree"]

    assert [node["id"] for node in tree] == [node.id for node in POLICIES.in_force(AS_OF).nodes]
    read = [pair for node in tree for pair in node.get("inputs", {}).items()]
    assert {name for name, found in read if found["state"] != "ok"} == set()
    assert not any(node.get("fired") for node in tree)


def test_the_record_alone_tells_the_whole_answer() -> None:
    for document in (HEALTHY, a_document(a_healthy_firm()[:400]), a_document([])):
        decision = decided(document)

        assert read_decision(decision.result.decision_id, decision.record) == decision


def test_two_runs_write_the_same_bytes() -> None:
    assert decided(HEALTHY).record == decided(HEALTHY).record


def test_absurd_amounts_are_decided_like_any_others() -> None:
    rows = [row | {"amount_fen": 10**13} for row in a_healthy_firm()]

    assert decided(a_document(rows)).result.verdict in ("approve", "refer", "decline")


def test_the_event_carries_codes_and_no_texts() -> None:
    event = decided(HEALTHY).event

    assert event.reason_codes == ("AUTO_APPROVED",)
    assert "通过" not in event.model_dump_json()
