"""The audit record of a query: who, about whom, why, on which consent, at what cost."""

from __future__ import annotations

from dataclasses import replace

from extdata.domain.audit_record import audit_record, record_id
from puhui.strict_json import dumps, loads
from tests.support.extdata import SUBJECT_KEY, a_query, an_attempt


def test_a_record_tells_who_asked_what_about_whom_why_on_which_consent_at_what_cost() -> None:
    attempt = an_attempt(archive_key="manifest/north/qry-1/1-abc.json", because="priority 1")

    record = audit_record(a_query(callers=("role:underwriter", "factory"), attempts=(attempt,)))

    assert (record["caller"], record["callers"]) == ("factory", ["factory", "role:underwriter"])
    assert (record["product"], record["subject_key"]) == ("tax/1", SUBJECT_KEY)
    assert (record["purpose"], record["consent_id"]) == ("loan_application", "con-1")
    assert (record["status"], record["cost_fen"]) == ("hit", 80)
    assert record["attempts"][0]["archive_key"] == "manifest/north/qry-1/1-abc.json"
    assert len(record["document_sha256"]) == 64


def test_a_record_survives_json_unchanged() -> None:
    record = audit_record(a_query(document=None, status="refused", reason="consent.expired"))

    assert loads(dumps(record)) == record


def test_a_query_left_pending_and_answered_later_has_two_records() -> None:
    query = a_query()

    ids = {record_id(query), record_id(replace(query, status="pending"))}

    assert len(ids) == 2
    assert record_id(query) == record_id(replace(query, version=7, gateway_ms=9))


def test_a_record_is_the_same_each_time_it_is_made() -> None:
    query = a_query(callers=("b", "a"), masked_fields=("y", "x"))

    assert dumps(audit_record(query)) == dumps(audit_record(query))
