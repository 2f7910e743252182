"""What signing's use cases need from the world, in their own words."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from puhui.contracts.party import Party
from puhui.contracts.signing import SigningOutcome
from puhui.events import Event
from puhui.tenancy import BankId
from signing.domain.certificate import CertificateOrder
from signing.domain.contract import LoanContract, StoredDocument
from signing.domain.errors import KeyDestroyed
from signing.domain.evidence import SignatureFinding


class Contracts(Protocol):
    """The contracts. Saving publishes the events with the row, or neither."""

    def get(self, bank_id: BankId, contract_id: str) -> LoanContract:
        """The contract; raises ContractNotFound."""
        ...

    def current_of(self, bank_id: BankId, application_id: str) -> LoanContract:
        """The application's latest contract; raises ContractNotFound."""
        ...

    def issue(self, contract: LoanContract, events: Sequence[Event]) -> None:
        """Keep a contract and make it its application's current one; raises StaleVersion."""
        ...

    def save(self, contract: LoanContract, events: Sequence[Event] = ()) -> None:
        """Keep a changed contract; raises StaleVersion when somebody else changed it."""
        ...


class Parties(Protocol):
    """Opens sealed borrowers."""

    def open(self, sealed: str, bank_id: BankId, application_id: str) -> Party:
        """The party inside; raises PartyUnreadable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Typeset:
    """A document set in type, with the template and the input that made it."""

    content: bytes
    template: str
    template_sha256: str
    input_sha256: str


class Typesetter(Protocol):
    """Sets documents in type from versioned templates; same input, same bytes."""

    def has_glyph(self, char: str) -> bool:
        """Whether every font of the contract can print the character."""
        ...

    def set_contract(self, document: dict[str, Any]) -> Typeset:
        """The contract as PDF."""
        ...

    def set_marks(self, document: dict[str, Any]) -> Typeset:
        """The marks of the two signatures as a PDF of two pages."""
        ...


class Drafts(Protocol):
    """The bucket of documents that wait for signatures."""

    def put(self, key: str, content: bytes) -> StoredDocument:
        """Keep a document."""
        ...

    def get(self, document: StoredDocument) -> bytes:
        """Its bytes; raises DocumentNotAvailable when they are gone or other ones."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the vault holds under a key, and since when."""

    content: bytes
    document: StoredDocument
    kept_at: datetime


class Vault(Protocol):
    """The write-once bucket of sealed contracts."""

    def keep(self, key: str, content: bytes) -> Kept:
        """Keep the content unless something is there already; answer what is there."""
        ...

    def get(self, key: str) -> Kept:
        """What is there; raises DocumentNotAvailable."""
        ...


class Downloads(Protocol):
    """Short-lived links to documents."""

    def link(self, contract: LoanContract, filename: str, seconds: int) -> str:
        """A link that downloads the contract's document as an attachment."""
        ...


class SigningIdentity:
    """A private key with its certificate chain; unusable once it is destroyed."""

    def __init__(self, key_der: bytes, certificate_der: bytes, chain_der: Sequence[bytes]) -> None:
        self._key = bytearray(key_der)
        self._destroyed = False
        self.certificate_der = certificate_der
        self.chain_der = tuple(chain_der)

    @property
    def key_der(self) -> bytes:
        """The private key (PKCS 8), while it exists."""
        if self._destroyed:
            raise KeyDestroyed("this signing key was destroyed after its one use")
        return bytes(self._key)

    def destroy(self) -> None:
        """Overwrite the key; Python may hold copies until its memory is reused."""
        self._key[:] = bytes(len(self._key))
        self._destroyed = True


class EventCertificates(Protocol):
    """One-time signing identities."""

    def issue(self, order: CertificateOrder) -> AbstractContextManager[SigningIdentity]:
        """A fresh key, certified; destroyed when the block ends."""
        ...


class BankSeals(Protocol):
    """The banks' electronic seals."""

    def of(self, bank_id: BankId, bank_name: str) -> SigningIdentity:
        """The bank's seal; made on first use, once."""
        ...


class PdfSigner(Protocol):
    """Signs PDFs."""

    def sign(self, content: bytes, field: str, identity: SigningIdentity, marks: bytes) -> bytes:
        """Append a signature in a field, showing the field's mark."""
        ...


class PdfValidator(Protocol):
    """Examines signed PDFs."""

    def examine(self, content: bytes, at: datetime) -> tuple[SignatureFinding, ...]:
        """Findings for each signature, judged as of an instant, in the order of signing.

        Raises ContractNotValid when it is no readable PDF.
        """
        ...


class Workflow(Protocol):
    """The state machine that waits for the contract."""

    def complete(self, task_token: str, outcome: SigningOutcome) -> None:
        """Let it go on; raises WaitIsOver when it waits no longer."""
        ...

    def fail(self, task_token: str, error: str, cause: str) -> None:
        """Tell it why there is no contract; raises WaitIsOver when it waits no longer."""
        ...
