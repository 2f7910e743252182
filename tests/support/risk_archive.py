"""Decisions that were kept, in memory, and the replay of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from puhui.contracts.facts import FactReference
from puhui.tenancy import BankId
from risk.adapters.archived_engines import ArchivedEngines
from risk.adapters.artefact_shelf import ArtefactShelf
from risk.adapters.no_network import no_network
from risk.domain.decision import Decision
from risk.domain.errors import DecisionNotFound
from risk.domain.record import Pin
from risk.record_ports import ArchiveBroken
from risk.usecases.replay_decision import Replay, ReplayDecision
from tests.support.risk import CODE_VERSION, a_decide, a_reference, a_request
from tests.support.risk_stores import ARTEFACTS, InMemoryArtefacts, InMemoryDocuments

ENGINES = ArchivedEngines()


@dataclass
class InMemoryArchive:
    """`risk.record_ports.DecisionArchive`; every object can be altered."""

    records: dict[str, bytes] = field(default_factory=dict)
    documents: dict[str, bytes] = field(default_factory=dict)
    artefacts: dict[Pin, bytes] = field(default_factory=dict)

    def decisions(self) -> Iterator[str]:
        """In the order of their ids."""
        yield from sorted(self.records)

    def record(self, decision_id: str) -> bytes:
        """The record, if there is one."""
        if decision_id not in self.records:
            raise DecisionNotFound
        return self.records[decision_id]

    def document(self, bank_id: BankId, reference: FactReference) -> bytes:
        """The document with the reference's hash."""
        digest = reference.sha256 or ""
        return self._checked(f"document {digest}", digest, self.documents.get(digest))

    def artefact(self, pin: Pin) -> bytes:
        """The artefact with the pin's hash."""
        return self._checked(f"{pin.kind} {pin.sha256}", pin.sha256, self.artefacts.get(pin))

    def _checked(self, what: str, digest: str, body: bytes | None) -> bytes:
        if body is None:
            raise ArchiveBroken(what, "absent")
        if hashlib.sha256(body).hexdigest() != digest:
            raise ArchiveBroken(what, "sha256")
        return body


def archived(bodies: Iterable[bytes], **changes: Any) -> tuple[InMemoryArchive, list[Decision]]:
    """Decide about a firm for each invoice document, and keep everything."""
    archive, decisions = InMemoryArchive(), []
    for number, body in enumerate(bodies):
        reference = a_reference(body)
        decide = a_decide({reference.key or "": body})
        request = a_request([reference], application_id=f"app-{number}", **changes)
        decisions.append(keep(archive, decide(request), decide.artefacts, decide.compute))
        archive.documents[reference.sha256 or ""] = body
    return archive, decisions


def keep(archive: InMemoryArchive, decision: Decision, artefacts: Any, compute: Any) -> Decision:
    """Put a decision and what it was made with into an archive."""
    assert isinstance(artefacts, InMemoryArtefacts)
    assert isinstance(compute.read_facts.documents, InMemoryDocuments)
    archive.records[decision.result.decision_id] = decision.record
    archive.artefacts |= artefacts.bodies
    return decision


def replayed(
    archive: InMemoryArchive, decision: Decision, shipped: ArtefactShelf | None = None
) -> Replay:
    """The decision, computed again with no network."""
    replay = ReplayDecision(
        archive=archive,
        engines=ENGINES,
        shipped=shipped or ArtefactShelf(ARTEFACTS, CODE_VERSION),
        isolated=no_network,
    )
    return replay(decision.result.decision_id)


def first_of(replay: Replay) -> tuple[str, str]:
    """Where a replay first differs from what was kept."""
    return replay.differences[0].part, replay.differences[0].path


def altered(path: Path, old: bytes, new: bytes) -> None:
    """Change bytes of a file; they must be there."""
    body = path.read_bytes()
    assert old in body
    path.write_bytes(body.replace(old, new, 1))
