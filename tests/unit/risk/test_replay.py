"""Replay: an archived decision computes again to the byte."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from puhui.columns import encode_columns
from puhui.fact_schemas import PRODUCTS
from risk.domain.record import Pin
from risk.usecases import compute_decision
from sandbox.adapters.firm_folder import FirmFolder
from sandbox.domain.applicant import Applicant
from tests.support.fact_documents import fact_bytes, fact_documents
from tests.support.real_data import REAL_FIRMS, needs_real_firms
from tests.support.risk import (
    CODE_VERSION,
    NORTH,
    PackagedForAll,
    a_decide,
    a_document,
    a_healthy_firm,
    a_reference,
    a_request,
)
from tests.support.risk_archive import InMemoryArchive, archived, keep, replayed
from tests.support.risk_stores import InMemoryDecisions
from tests.unit.risk.strategies import invoices

HEALTHY = a_document(a_healthy_firm())
WEAK = a_document([row | {"counterparty": "B1"} for row in a_healthy_firm(months=20)])
BROKEN = a_document(a_healthy_firm(), row_count=1)


@pytest.mark.parametrize("body", [HEALTHY, WEAK, BROKEN, b"{", b""])
def test_a_decision_replays_to_the_byte(body: bytes) -> None:
    archive, (decision,) = archived([body])

    replay = replayed(archive, decision)

    assert replay.identical, replay.differences
    assert (replay.verdict, replay.code_changed) == (replay.recomputed_verdict, False)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=invoices(), amount=st.integers(10_000_000, 100_000_000), term=st.integers(1, 24))
def test_any_firm_replays_to_the_byte(rows: list[Any], amount: int, term: int) -> None:
    archive, (decision,) = archived([a_document(rows)], amount_fen=amount, term_months=term)

    assert replayed(archive, decision).identical


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "vendor_error"},
        {"sha256": "0" * 64},
        {"key": "intake/north/other"},
        {"key": "intake/south/doc-1"},
        {"bucket": "elsewhere"},
    ],
)
def test_a_document_that_could_not_be_had_then_replays_as_not_had(changes: dict[str, Any]) -> None:
    archive = InMemoryArchive()
    decide = a_decide({"intake/north/doc-1": HEALTHY})
    decision = decide(a_request([a_reference(HEALTHY, **changes)]))
    keep(archive, decision, decide.artefacts, decide.compute)

    assert replayed(archive, decision).identical


def test_a_decision_without_any_document_replays() -> None:
    archive, decide = InMemoryArchive(), a_decide()
    decision = keep(archive, decide(a_request()), decide.artefacts, decide.compute)

    assert replayed(archive, decision).identical


@settings(max_examples=20, deadline=None)
@given(data=st.data(), stored=st.booleans())
def test_decided_from_stored_columns_it_replays_from_the_documents(
    data: st.DataObject, stored: bool
) -> None:
    archive, lying, references = InMemoryArchive(), {}, []
    for product in PRODUCTS:
        body = fact_bytes(data.draw(fact_documents(product)))
        key = f"intake/north/{product.replace('/', '-')}"
        columns = encode_columns(product, body)
        lying |= {key: body, f"{key}.npz": columns}
        given = {"columns_key": f"{key}.npz", "columns_sha256": sha256(columns).hexdigest()}
        references.append(a_reference(body, key, product=product, **(given if stored else {})))
        archive.documents[sha256(body).hexdigest()] = body
    decide = a_decide(lying)
    decision = decide(a_request(references, as_of=date(2026, 3, 1)))
    keep(archive, decision, decide.artefacts, decide.compute)

    assert {fact["state"] for fact in json.loads(decision.record)["facts"]} == {"ok"}
    assert replayed(archive, decision).identical


def test_where_documents_lay_does_not_matter() -> None:
    """An export moves them; the hash is the address."""
    archive, (decision,) = archived([HEALTHY])

    assert list(archive.documents) == [json.loads(decision.record)["facts"][0]["sha256"]]
    assert replayed(archive, decision).identical


def test_what_was_given_then_is_given_again() -> None:
    """Name lists and waivers are of the day of the decision, not of today."""
    archive, decide = InMemoryArchive(), a_decide({"intake/north/doc-1": HEALTHY})
    request = a_request([a_reference(HEALTHY)])
    hit = {"entry_id": "ent-1", "list": "grey", "match": "name", "score_ppm": 930_000}
    hits = {"state": "ok", "hits": [hit | {"counts_as": "grey"}]}
    given = compute_decision.Given(
        decided_at=decide.clock.now(),
        code_version=CODE_VERSION,
        screening=hits,
        waivers={"TOP_BUYER": "exc-1"},
    )
    policy = PackagedForAll().in_force(NORTH, request.as_of)
    computed = decide.compute(request, policy, given)
    decide.artefacts.keep(computed.pins, {})
    keep(archive, computed.decision, decide.artefacts, decide.compute)
    archive.documents[request.facts[0].sha256 or ""] = HEALTHY

    assert replayed(archive, computed.decision).identical
    assert json.loads(computed.decision.record)["given"]["screening"] == hits


@pytest.mark.parametrize("refused", [{}, {"BLACK_LISTED": "exc-2"}])
def test_a_waiver_is_replayed_as_it_counted_then(refused: dict[str, str]) -> None:
    archive, decide = InMemoryArchive(), a_decide({"intake/north/doc-1": HEALTHY})
    request = a_request([a_reference(HEALTHY)], established_on=None)
    given = compute_decision.Given(
        decided_at=decide.clock.now(),
        code_version=CODE_VERSION,
        screening={"state": "ok", "hits": []},
        waivers={"FIRM_TOO_YOUNG": "exc-1"},
        waivers_refused=refused,
    )
    policy = PackagedForAll().in_force(NORTH, request.as_of)
    computed = decide.compute(request, policy, given)
    decide.artefacts.keep(computed.pins, {})
    keep(archive, computed.decision, decide.artefacts, decide.compute)
    archive.documents[request.facts[0].sha256 or ""] = HEALTHY

    found = replayed(archive, computed.decision)

    assert (found.identical, found.verdict) == (True, "refer")


def test_every_pin_of_a_decision_is_kept_before_the_decision_is() -> None:
    class Watching(InMemoryDecisions):
        def add(self, decision: Any, correlation_id: str) -> Any:
            kinds.append({pin.kind for pin in decide.artefacts.bodies})  # type: ignore[attr-defined]
            return super().add(decision, correlation_id)

    kinds: list[set[str]] = []
    decide = a_decide({}, Watching())
    decide(a_request())

    assert kinds == [{"policy", "model", "card", "parameters", "labels", "listing"}]


def test_pins_name_kind_and_hash() -> None:
    archive, _ = archived([HEALTHY])

    assert all(isinstance(pin, Pin) and len(pin.sha256) == 64 for pin in archive.artefacts)


@needs_real_firms
@pytest.mark.data
@pytest.mark.parametrize("firms", [12, pytest.param(None, marks=pytest.mark.full)])
def test_real_firms_replay_to_the_byte(firms: int | None) -> None:
    """All 302 in the full run; they have up to 34,000 invoices each."""
    folder = FirmFolder(REAL_FIRMS)
    day = folder.extract.business_date

    different = [
        firm.applicant_id
        for firm in folder.applicants(seed="replay", limit=firms)
        if not _replays(firm, as_of=day)
    ]

    assert different == []


def _replays(firm: Applicant, **changes: Any) -> bool:
    archive, (decision,) = archived(
        [firm.invoice_bytes()],
        industry_section=firm.industry_section,
        established_on=firm.established_on,
        amount_fen=firm.amount.minor,
        **changes,
    )
    return replayed(archive, decision).identical
