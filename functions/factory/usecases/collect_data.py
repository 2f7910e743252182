"""Collect data (数据采集)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from factory.ports import Applications
from puhui.contracts.facts import FactReference
from puhui.tenancy import BankId


@dataclass(frozen=True)
class CollectData:
    """Find a document for every fact the product needs; one that is not there is `missing`.

    Without the external data platform the documents are those that came with the application.
    """

    applications: Applications

    def __call__(
        self, bank_id: BankId, application_id: str, required_facts: Sequence[str]
    ) -> tuple[FactReference, ...]:
        application = self.applications.get(bank_id, application_id)
        brought = {document.product: document for document in application.submission.documents}
        return tuple(
            brought.get(product) or FactReference(product=product, state="missing")
            for product in required_facts
        )
