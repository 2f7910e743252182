"""Fakes of signing's ports: small real things that keep the ports' promises."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from puhui.clock import Clock
from puhui.contracts.party import Party
from puhui.contracts.signing import SigningOutcome
from puhui.errors import StaleVersion
from puhui.events import Event
from puhui.sealed_parties import PartyUnreadable
from puhui.strict_json import dumps
from puhui.task_tokens import WaitIsOver
from puhui.tenancy import BankId
from signing.domain.certificate import CertificateOrder
from signing.domain.contract import LoanContract, StoredDocument
from signing.domain.errors import (
    ContractNotFound,
    DocumentNotAvailable,
)
from signing.domain.evidence import SignatureFinding
from signing.ports import Kept, SigningIdentity, Typeset


class InMemoryContracts:
    """Contracts with versions, a pointer per application, and the events saved with them."""

    def __init__(self, *contracts: LoanContract) -> None:
        self.rows: dict[tuple[str, str], LoanContract] = {}
        self.current: dict[tuple[str, str], str] = {}
        self.events: list[Event] = []
        for contract in contracts:
            self.issue(contract, [])

    def get(self, bank_id: BankId, contract_id: str) -> LoanContract:
        """By id, within the bank."""
        try:
            return self.rows[bank_id, contract_id]
        except KeyError:
            raise ContractNotFound(contract_id) from None

    def current_of(self, bank_id: BankId, application_id: str) -> LoanContract:
        """The last one issued."""
        contract_id = self.current.get((bank_id, application_id), "")
        return self.get(bank_id, contract_id)

    def issue(self, contract: LoanContract, events: Sequence[Event]) -> None:
        """Save and point to it."""
        self.save(contract, events)
        self.current[contract.bank_id, contract.application_id] = contract.contract_id

    def save(self, contract: LoanContract, events: Sequence[Event] = ()) -> None:
        """Only over the version that was read."""
        key = (contract.bank_id, contract.contract_id)
        known = self.rows.get(key)
        if (known.version if known else 0) != contract.version:
            raise StaleVersion
        self.rows[key] = replace(contract, version=contract.version + 1)
        self.events.extend(events)

    def names(self) -> list[str]:
        """The names of the events so far."""
        return [event.name for event in self.events]


class InMemoryParties:
    """Opens everything but what is broken."""

    def __init__(self, party: Party) -> None:
        self.party = party

    def open(self, sealed: str, bank_id: BankId, application_id: str) -> Party:
        """`broken` is the one seal that does not open."""
        if sealed == "broken":
            raise PartyUnreadable("the seal does not open here", rule="party.seal")
        return self.party


class PlainTypesetter:
    """A document in type is its JSON."""

    def __init__(self, lacking: str = "") -> None:
        self.lacking = lacking

    def has_glyph(self, char: str) -> bool:
        """All but the lacking ones."""
        return char not in self.lacking

    def set_contract(self, document: dict[str, Any]) -> Typeset:
        """JSON."""
        data = dumps(document)
        digest = hashlib.sha256(data.encode()).hexdigest()
        return Typeset(
            content=data.encode(), template="plain", template_sha256="0" * 64, input_sha256=digest
        )

    set_marks = set_contract


class InMemoryDrafts:
    """Documents by key."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put(self, key: str, content: bytes) -> StoredDocument:
        """Overwrite."""
        self.objects[key] = content
        return described(key, content)

    def get(self, document: StoredDocument) -> bytes:
        """Only the very bytes."""
        content = self.objects.get(document.key, b"")
        if described(document.key, content) != document:
            raise DocumentNotAvailable
        return content


class InMemoryVault:
    """The first writer wins."""

    def __init__(self, clock: Clock) -> None:
        self.objects: dict[str, Kept] = {}
        self._clock = clock

    def keep(self, key: str, content: bytes) -> Kept:
        """Conditional."""
        made = Kept(content=content, document=described(key, content), kept_at=self._clock.now())
        return self.objects.setdefault(key, made)

    def get(self, key: str) -> Kept:
        """What is there."""
        try:
            return self.objects[key]
        except KeyError:
            raise DocumentNotAvailable from None


class UnrepeatableCertificates:
    """Each identity is another one, as real keys are."""

    def __init__(self) -> None:
        self.issued: list[SigningIdentity] = []
        self.orders: list[CertificateOrder] = []

    @contextmanager
    def issue(self, order: CertificateOrder) -> Iterator[SigningIdentity]:
        """The certificate is the order's scene and a random number."""
        text = f"{order.scene_digest}:{uuid.uuid4().hex}"
        identity = SigningIdentity(uuid.uuid4().bytes, text.encode(), [])
        self.issued.append(identity)
        self.orders.append(order)
        try:
            yield identity
        finally:
            identity.destroy()


class OneSeal:
    """Every bank's seal names the bank."""

    def of(self, bank_id: BankId, bank_name: str) -> SigningIdentity:
        """The same each time."""
        return SigningIdentity(b"seal-key", f"seal:{bank_name}".encode(), [])


class AppendingSigner:
    """A signature is a line appended to the document; it needs the private key."""

    def sign(self, content: bytes, field: str, identity: SigningIdentity, marks: bytes) -> bytes:
        """Unlike a hash, the line differs from run to run."""
        assert identity.key_der
        return content + f"\n%{field}|".encode() + identity.certificate_der


class LineValidator:
    """Reads the lines that `AppendingSigner` wrote."""

    def examine(self, content: bytes, at: datetime) -> tuple[SignatureFinding, ...]:
        """Everything it finds it trusts."""
        lines = [line for line in content.split(b"\n") if line.startswith(b"%")]
        return tuple(_finding(*line[1:].split(b"|", 1)) for line in lines)


class WaitingWorkflow:
    """Waits for tokens; each may be used once."""

    def __init__(self, *tokens: str) -> None:
        self.waiting = set(tokens)
        self.answers: dict[str, dict[str, Any]] = {}

    def complete(self, task_token: str, outcome: SigningOutcome) -> None:
        """Take an outcome."""
        self._use(task_token, outcome.model_dump())

    def fail(self, task_token: str, error: str, cause: str) -> None:
        """Take a failure."""
        self._use(task_token, {"error": error, "cause": cause})

    def _use(self, task_token: str, answer: dict[str, Any]) -> None:
        if task_token not in self.waiting:
            raise WaitIsOver
        self.waiting.remove(task_token)
        self.answers[task_token] = answer


def described(key: str, content: bytes) -> StoredDocument:
    """A document as its bucket knows it."""
    return StoredDocument(
        key=key, sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content)
    )


def _finding(field: bytes, certificate: bytes) -> SignatureFinding:
    text = certificate.decode()
    is_seal = text.startswith("seal:")
    return SignatureFinding(
        field=field.decode(),
        intact=True,
        trusted=True,
        acceptable=True,
        covers_file=True,
        changes_after="none",
        signer_organisation=text.removeprefix("seal:") if is_seal else "",
        certificate_sha256=hashlib.sha256(certificate).hexdigest(),
        scene_digest=None if is_seal else text.partition(":")[0],
    )
