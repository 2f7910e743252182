"""What collections need from the world."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from puhui.events import Event
from puhui.tenancy import BankId
from servicing.domain.collections.case import CaseFacts
from servicing.domain.collections.contacts import Contact
from servicing.domain.collections.file import CollectionFile


class CollectionScore(Protocol):
    """Model M28, which `risk` owns."""

    def points(self, bank_id: BankId, facts: CaseFacts) -> int:
        """The points of a case, more is better.

        Raises ModelAbsent without `risk`, ModelUnavailable when it cannot be asked.
        """


class CollectionFiles(Protocol):
    """The files of debtors, with the record of every contact."""

    def find(self, bank_id: BankId, debtor_id: str) -> CollectionFile | None:
        """The file, read consistently; None where the debtor never had one."""

    def save(
        self,
        file: CollectionFile,
        contact: Contact | None = None,
        told: Sequence[Event] = (),
    ) -> None:
        """Write the file, a new contact and what others hear of it in one transaction.

        Raises CollectionChanged when the file has moved on since it was read.
        """

    def contacts(self, bank_id: BankId, debtor_id: str) -> Sequence[Contact]:
        """Every contact ever recorded, the latest first, as many as one answer holds."""

    def worst_first(self, bank_id: BankId, branch_id: str | None) -> Sequence[CollectionFile]:
        """The files with something overdue of a branch or of all, as many as one answer holds."""
