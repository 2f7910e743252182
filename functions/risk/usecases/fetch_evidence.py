"""Fetch evidence (调取决策依据): everything that an archived decision was made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from puhui.contracts.facts import FactReference
from puhui.contracts.risk import DecisionRequest
from puhui.strict_json import loads
from puhui.tenancy import BankId, bank_id
from risk.domain.difference import Difference, Part
from risk.domain.errors import RecordOfAnotherKind
from risk.domain.record import RECORD_SCHEMA, Pin, PinKind, pins_of
from risk.ports import DocumentUnusable
from risk.record_ports import ArchiveBroken, DecisionArchive

NEVER_READ: Final = frozenset({"ambiguous"})
OBSERVED: Final = frozenset({"absent", "sha256", "size", "bucket", "owner"})
"""What the document store answered when the decision was made; a replay repeats the answer."""
PARTS: Final[Mapping[PinKind, Part]] = {
    "policy": "policy",
    "model": "model",
    "card": "model",
    "parameters": "parameters",
    "labels": "labels",
    "listing": "library",
}


@dataclass
class FetchedDocuments:
    """`risk.ports.FactDocuments` by hash, in memory: where a document lay does not matter."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    unusable: dict[str, str] = field(default_factory=dict)

    def read(self, bank_id: BankId, reference: FactReference) -> bytes:
        """The bytes, or what the store answered instead."""
        digest = reference.sha256 or ""
        if digest not in self.bodies:
            raise DocumentUnusable(self.unusable.get(digest, "absent"))
        return self.bodies[digest]

    def read_columns(self, bank_id: BankId, reference: FactReference) -> None:
        """None: columns are derived, and a replay begins with the document itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One archived decision with all that it was made from."""

    body: bytes
    record: Mapping[str, Any]
    request: DecisionRequest
    documents: FetchedDocuments
    artefacts: Mapping[Pin, bytes]
    lost: tuple[Difference, ...]
    """What the archive lacks, or has with other bytes."""


@dataclass(frozen=True)
class FetchEvidence:
    """Read a decision's record, documents and artefacts; `ArchiveBroken` without its record."""

    archive: DecisionArchive

    def __call__(self, decision_id: str) -> Evidence:
        body = self.archive.record(decision_id)
        record = loads(body)
        if record.get("schema") != RECORD_SCHEMA:
            raise RecordOfAnotherKind(str(record.get("schema")))
        request = DecisionRequest.model_validate(record["request"])
        lost: list[Difference] = []
        return Evidence(
            body=body,
            record=record,
            request=request,
            documents=self._documents(record, request, lost),
            artefacts=self._artefacts(record, lost),
            lost=tuple(lost),
        )

    def _documents(
        self, record: Mapping[str, Any], request: DecisionRequest, lost: list[Difference]
    ) -> FetchedDocuments:
        found = FetchedDocuments()
        reasons = {(fact["product"], fact["sha256"]): fact["reason"] for fact in record["facts"]}
        for at, reference in enumerate(request.facts):
            digest = reference.sha256
            reason = reasons.get((reference.product, digest))
            if digest is None or reference.state != "ok" or reason in NEVER_READ:
                continue
            if reason in OBSERVED:
                found.unusable[digest] = str(reason)
                continue
            try:
                body = self.archive.document(bank_id(request.bank_id), reference)
                found.bodies[digest] = body
            except ArchiveBroken as broken:
                found.unusable[digest] = broken.why
                lost.append(loss("fact", broken, f"$.request.facts[{at}].sha256", digest))
        return found

    def _artefacts(self, record: Mapping[str, Any], lost: list[Difference]) -> dict[Pin, bytes]:
        bodies: dict[Pin, bytes] = {}
        for pin in pins_of(record["manifest"]):
            try:
                bodies[pin] = self.archive.artefact(pin)
            except ArchiveBroken as broken:
                path = f"$.manifest.{pin.kind}"
                lost.append(loss(PARTS[pin.kind], broken, path, pin.sha256))
        return bodies


def loss(part: Part, broken: ArchiveBroken, path: str, digest: str) -> Difference:
    """An object that the archive does not give back as it was kept."""
    return Difference(part=part, path=path, recorded=digest, recomputed=f"{broken}")
