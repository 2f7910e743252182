"""Risk's stores in memory: documents, decisions, and what decisions were made with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from puhui.contracts.facts import FactReference
from puhui.errors import UpstreamUnavailable
from puhui.tenancy import BankId
from risk.adapters.artefact_shelf import ArtefactShelf
from risk.domain.decision import Decision
from risk.domain.errors import DecisionNotFound
from risk.domain.record import Pin
from risk.ports import DocumentUnusable

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = ROOT / "layers" / "models" / "artefacts"
BUCKET = "documents"


@dataclass
class InMemoryDocuments:
    """Documents by key; hashes and owners are checked as the bucket's adapter does."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    down: bool = False
    reads: int = 0

    def read_columns(self, bank_id: BankId, reference: FactReference) -> bytes | None:
        """The columns, if they are what the reference says."""
        body = self.bodies.get(reference.columns_key or "")
        if body is None or hashlib.sha256(body).hexdigest() != reference.columns_sha256:
            return None
        return body

    def read(self, bank_id: BankId, reference: FactReference) -> bytes:
        """The bytes, if they are what the reference says."""
        self.reads += 1
        if self.down:
            raise UpstreamUnavailable
        key = reference.key or ""
        if reference.bucket != BUCKET:
            raise DocumentUnusable("bucket")
        if key.split("/")[1:2] != [bank_id]:
            raise DocumentUnusable("owner")
        if key not in self.bodies:
            raise DocumentUnusable("absent")
        if hashlib.sha256(self.bodies[key]).hexdigest() != reference.sha256:
            raise DocumentUnusable("sha256")
        return self.bodies[key]


@dataclass
class InMemoryDecisions:
    """Decisions by bank and id; none is ever replaced."""

    kept: dict[tuple[str, str], Decision] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)

    def find(self, bank_id: BankId, decision_id: str) -> Decision | None:
        """The decision, if there is one."""
        return self.kept.get((bank_id, decision_id))

    def add(self, decision: Decision, correlation_id: str) -> Decision:
        """Keep a new decision and tell of it; an older one stands."""
        key = (decision.bank_id, decision.result.decision_id)
        if key not in self.kept:
            self.kept[key] = decision
            self.events.append(decision.event.name)
        return self.kept[key]

    def latest_of(self, bank_id: BankId, application_id: str) -> Decision:
        """The last decision about an application."""
        found = [
            decision
            for (bank, _), decision in self.kept.items()
            if bank == bank_id and decision.result.application_id == application_id
        ]
        if not found:
            raise DecisionNotFound
        return max(found, key=lambda decision: decision.decided_at)


@dataclass
class InMemoryArtefacts:
    """What decisions were made with, by pin."""

    bodies: dict[Pin, bytes] = field(default_factory=dict)

    def keep(self, pins: tuple[Pin, ...], own: Mapping[str, bytes]) -> None:
        """Keep each once."""
        for pin in pins:
            if pin not in self.bodies:
                self.bodies[pin] = own.get(pin.sha256) or _shipped(pin)


@cache
def _shipped(pin: Pin) -> bytes:
    return ArtefactShelf(ARTEFACTS).body(pin)
