"""What asking for a decision over the API needs from outside."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from puhui.contracts.facts import FactReference
from puhui.tenancy import BankId
from risk.domain.asking import AskedSubject


class InlineDocuments(Protocol):
    """Documents that came inside a request, kept before anything is decided on them."""

    def keep(self, bank_id: BankId, product: str, body: bytes) -> FactReference:
        """Store under its hash; the same document twice is one object."""
        ...


class PastPolicies(Protocol):
    """What became of the policies that decided on past days."""

    def is_withdrawn(self, bank_id: BankId, day: date, today: date) -> bool:
        """Whether the policy that decides on a day is withdrawn as of today."""
        ...


class SubjectSeals(Protocol):
    """Seals who asks, as other modules do."""

    def seal(self, subject: AskedSubject, bank_id: BankId, application_id: str) -> str:
        """A text that opens for this application only."""
        ...

    def index(self, subject: AskedSubject) -> str:
        """A blind fingerprint that is the same for the same subject."""
        ...
