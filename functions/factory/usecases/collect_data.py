"""Collect data (数据采集)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from factory.ports import Applications
from puhui.contracts.facts import FactReference
from puhui.tenancy import BankId


@dataclass(frozen=True)
class CollectData:
    """Find the documents that came with the application; one that is not there is `missing`.

    With the external data platform the workflow asks for those next, and a document that the
    customer brought is not bought a second time.
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
