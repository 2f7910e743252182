"""Replay: an archived decision computes again to the byte, and whatever was altered is named."""

from __future__ import annotations

import _socket
import json
import shutil
import socket
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from puhui.columns import encode_columns
from puhui.fact_schemas import PRODUCTS
from risk.adapters.artefact_shelf import ArtefactShelf
from risk.adapters.no_network import NetworkUsed, no_network
from risk.adapters.packaged_policies import MODULE, PackagedParameters, PackagedPolicies
from risk.domain.canonical import canonical_json
from risk.domain.errors import DecisionNotFound
from risk.domain.indicators.values import IndicatorValue, State
from risk.domain.listing import Listing, todays_listing
from risk.domain.record import Pin
from risk.usecases import compute_decision
from sandbox.adapters.firm_folder import FirmFolder
from sandbox.domain.applicant import Applicant
from tests.support.fact_documents import fact_bytes, fact_documents
from tests.support.real_data import REAL_FIRMS, needs_real_firms
from tests.support.risk import (
    ARTEFACTS,
    CODE_VERSION,
    NORTH,
    InMemoryDecisions,
    PackagedForAll,
    a_decide,
    a_document,
    a_healthy_firm,
    a_reference,
    a_request,
)
from tests.support.risk_archive import InMemoryArchive, altered, archived, keep, replayed
from tests.unit.risk.strategies import invoices

HEALTHY = a_document(a_healthy_firm())
WEAK = a_document([row | {"counterparty": "B1"} for row in a_healthy_firm(months=20)])
BROKEN = a_document(a_healthy_firm(), row_count=1)


def first_of(replay: Any) -> tuple[str, str]:
    return replay.differences[0].part, replay.differences[0].path


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


def test_an_altered_document_is_named() -> None:
    archive, (decision,) = archived([HEALTHY])
    (digest,) = archive.documents
    archive.documents[digest] = HEALTHY.replace(b"B1", b"B2", 1)

    replay = replayed(archive, decision)

    assert first_of(replay) == ("fact", "$.request.facts[0].sha256")
    assert replay.recomputed_verdict == "decline"


def test_an_absent_document_is_named() -> None:
    archive, (decision,) = archived([HEALTHY])
    archive.documents.clear()

    assert first_of(replayed(archive, decision))[0] == "fact"


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("policy", "policy"),
        ("model", "model"),
        ("card", "model"),
        ("parameters", "parameters"),
        ("labels", "labels"),
        ("listing", "library"),
    ],
)
@pytest.mark.parametrize("how", ["altered", "absent"])
def test_an_archived_artefact_that_is_not_as_kept_is_named(kind: str, part: str, how: str) -> None:
    archive, (decision,) = archived([HEALTHY])
    pin = next(pin for pin in archive.artefacts if pin.kind == kind)
    if how == "absent":
        del archive.artefacts[pin]
    else:
        archive.artefacts[pin] += b" "

    assert first_of(replayed(archive, decision))[0] == part


@pytest.fixture
def shelf(tmp_path: Path) -> ArtefactShelf:
    """What is shipped, as files that a test may alter."""
    shutil.copytree(ARTEFACTS, tmp_path / "models")
    for name in ("policies", "parameters"):
        shutil.copytree(MODULE / name, tmp_path / name)
    return ArtefactShelf(
        models_folder=tmp_path / "models",
        code_version=CODE_VERSION,
        policies=PackagedPolicies(tmp_path / "policies"),
        parameters=PackagedParameters(tmp_path / "parameters"),
        labels_path=tmp_path / "parameters" / "labels.json",
    )


def test_what_is_shipped_unaltered_is_no_difference(shelf: ArtefactShelf) -> None:
    archive, (decision,) = archived([HEALTHY])

    assert replayed(archive, decision, shelf).identical


def test_a_shipped_policy_with_other_bytes_is_named(shelf: ArtefactShelf) -> None:
    archive, (decision,) = archived([HEALTHY])
    (path,) = shelf.policies.folder.glob("*.json")
    altered(path, b'">= 590"', b'">= 591"')

    replay = replayed(archive, decision, shelf)

    assert first_of(replay) == ("policy", "$.manifest.policies[0].sha256")
    assert replay.verdict == replay.recomputed_verdict


def test_a_shipped_policy_that_is_damaged_is_named(shelf: ArtefactShelf) -> None:
    archive, (decision,) = archived([HEALTHY])
    (path,) = shelf.policies.folder.glob("*.json")
    altered(path, b"{", b"")

    assert first_of(replayed(archive, decision, shelf))[0] == "policy"


def test_a_newer_policy_version_alters_no_old_decision(shelf: ArtefactShelf) -> None:
    archive, (decision,) = archived([HEALTHY])
    (path,) = shelf.policies.folder.glob("*.json")
    version = json.loads(path.read_bytes())["version"]
    altered(path, version.encode(), b"2099.1.1")
    path.rename(path.with_name("newer.json"))

    assert replayed(archive, decision, shelf).identical


def test_a_model_byte_is_named(shelf: ArtefactShelf) -> None:
    archive, (decision,) = archived([HEALTHY])
    (path,) = shelf.models_folder.glob("*.onnx")
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(bytes(body))

    assert first_of(replayed(archive, decision, shelf)) == (
        "model",
        "$.manifest.models[0].sha256",
    )


def test_a_changed_price_parameter_is_named(shelf: ArtefactShelf) -> None:
    archive, (decision,) = archived([HEALTHY])
    altered(shelf.parameters.folder / "pricing.json", b"450000", b"450001")

    assert first_of(replayed(archive, decision, shelf))[0] == "parameters"


def test_a_row_that_begins_after_the_decision_is_no_difference(shelf: ArtefactShelf) -> None:
    archive, (decision,) = archived([HEALTHY])
    path = shelf.parameters.folder / "pricing.json"
    table = json.loads(path.read_bytes())
    table["rows"][0]["valid_to"] = "2027-01-01"
    table["rows"].append(table["rows"][0] | {"valid_from": "2027-01-02", "valid_to": None})
    path.write_text(json.dumps(table), encoding="utf-8")

    assert replayed(archive, decision, shelf).identical


def test_a_changed_label_rule_is_named(shelf: ArtefactShelf) -> None:
    archive, (decision,) = archived([HEALTHY])
    altered(shelf.labels_path, b"1000000000", b"1000000001")

    assert first_of(replayed(archive, decision, shelf))[0] == "labels"


def with_another_definition(monkeypatch: pytest.MonkeyPatch) -> str:
    """An indicator of the library is defined anew; answer its name."""
    name = "ent.inv.out_valid_amt.all.l12m.sum"
    indicators = tuple(
        replace(one, version="other") if one.id == name else one
        for one in todays_listing().indicators
    )
    changed = Listing("0" * 64, indicators)
    monkeypatch.setattr("risk.adapters.artefact_shelf.todays_listing", lambda: changed)
    return name


def test_another_definition_that_changes_nothing_here_is_no_difference(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    archive, (decision,) = archived([HEALTHY])
    with_another_definition(monkeypatch)

    assert replayed(archive, decision).identical


def test_another_definition_that_changes_a_decision_is_named_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    archive, (decision,) = archived([HEALTHY])
    name = with_another_definition(monkeypatch)
    right = compute_decision.compute
    monkeypatch.setattr(
        compute_decision,
        "compute",
        lambda facts, as_of: {**right(facts, as_of), name: IndicatorValue(State.MISSING)},
    )

    assert first_of(replayed(archive, decision)) == ("library", f"$.indicators.{name}.version")


def test_an_indicator_that_is_new_alters_no_old_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    archive, (decision,) = archived([HEALTHY])
    known = todays_listing()
    new = replace(known.indicators[0], id="ent.new.thing.all.l1m.sum")
    grown = Listing("0" * 64, (new, *known.indicators))
    monkeypatch.setattr("risk.adapters.artefact_shelf.todays_listing", lambda: grown)

    assert replayed(archive, decision).identical


def test_code_that_computes_something_else_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    archive, (decision,) = archived([HEALTHY])
    right = compute_decision.compute

    def wrong(facts: Any, as_of: Any) -> Any:
        values = dict(right(facts, as_of))
        name = "ent.inv.out_valid_amt.all.l12m.sum"
        values[name] = replace(values[name], scaled=1)
        return values

    monkeypatch.setattr(compute_decision, "compute", wrong)

    replay = replayed(archive, decision)

    assert first_of(replay) == ("code", "$.indicators.ent.inv.out_valid_amt.all.l12m.sum.scaled")
    assert replay.differences[0].recomputed == 1


def test_another_code_version_with_the_same_bytes_is_told_and_no_difference() -> None:
    archive, (decision,) = archived([HEALTHY])

    replay = replayed(archive, decision, ArtefactShelf(ARTEFACTS, "newer"))

    assert (replay.identical, replay.code_changed) == (True, True)


@pytest.mark.parametrize(
    "change", [{"verdict": "decline"}, {"limit_fen": 1}, {"reasons": []}, {"more": 1}]
)
def test_an_altered_record_is_named(change: dict[str, Any]) -> None:
    archive, (decision,) = archived([HEALTHY])
    record = json.loads(decision.record) | change
    archive.records[decision.result.decision_id] = canonical_json(record)

    (name,) = change
    assert first_of(replayed(archive, decision))[1].startswith(f"$.{name}")


def test_a_record_that_is_not_canonical_is_named() -> None:
    archive, (decision,) = archived([HEALTHY])
    archive.records[decision.result.decision_id] = decision.record + b"\n"

    assert first_of(replayed(archive, decision)) == ("record", "$")


def test_a_record_of_another_schema_is_named() -> None:
    archive, (decision,) = archived([HEALTHY])
    record = json.loads(decision.record) | {"schema": "decision-record/1"}
    archive.records[decision.result.decision_id] = canonical_json(record)

    assert first_of(replayed(archive, decision)) == ("record", "$.schema")


def test_a_decision_that_was_never_made_is_not_found() -> None:
    _, (decision,) = archived([HEALTHY])

    with pytest.raises(DecisionNotFound):
        replayed(InMemoryArchive(), decision)


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


@pytest.mark.parametrize("refused", [None, {}, {"BLACK_LISTED": "exc-2"}])
def test_a_waiver_is_replayed_as_it_counted_then(refused: dict[str, str] | None) -> None:
    """Records of before it was asked waived rules that had fired for lack of data, too."""
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

    assert found.identical
    assert found.verdict == ("approve" if refused is None else "refer")


def test_every_pin_of_a_decision_is_kept_before_the_decision_is() -> None:
    class Watching(InMemoryDecisions):
        def add(self, decision: Any, correlation_id: str) -> Any:
            kinds.append({pin.kind for pin in decide.artefacts.bodies})  # type: ignore[attr-defined]
            return super().add(decision, correlation_id)

    kinds: list[set[str]] = []
    decide = a_decide({}, Watching())
    decide(a_request())

    assert kinds == [{"policy", "model", "card", "parameters", "labels", "listing"}]


@pytest.mark.parametrize(
    "use",
    [
        lambda: socket.socket(),
        lambda: _socket.socket(),
        lambda: socket.socketpair(),
        lambda: socket.getaddrinfo("localhost", 80),
        lambda: socket.create_connection(("127.0.0.1", 9)),
    ],
)
def test_there_is_no_network_in_the_room(use: Any) -> None:
    with no_network(), pytest.raises(NetworkUsed):
        use()


def test_outside_the_room_there_is_a_network_again() -> None:
    with no_network(), no_network():
        pass

    one, other = socket.socketpair()
    one.close()
    other.close()


def test_the_recomputation_happens_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    archive, (decision,) = archived([HEALTHY])
    right = compute_decision.evaluate

    def calling_home(*arguments: Any, **named: Any) -> Any:
        socket.socket()
        return right(*arguments, **named)

    monkeypatch.setattr(compute_decision, "evaluate", calling_home)

    with pytest.raises(NetworkUsed):
        replayed(archive, decision)


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
