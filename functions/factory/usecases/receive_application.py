"""Take an application from the back office, for banks without the field-sales platform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from factory.domain.application import LoanApplication
from factory.ports import Documents, Parties
from factory.usecases.start_application import StartApplication
from puhui.clock import BusinessCalendar
from puhui.contracts.intake import ApplicationSubmitted, ConsentReference
from puhui.contracts.party import Party
from puhui.tenancy import BankId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveApplicationCommand:
    """The paper file as the back office typed it; `terms` are fields of ApplicationSubmitted."""

    bank_id: BankId
    application_id: str
    branch_id: str
    maker_id: str
    party: Party
    consents: Sequence[ConsentReference]
    documents: Mapping[str, bytes]
    terms: Mapping[str, Any]


@dataclass(frozen=True)
class ReceiveApplication:
    """Seal the party, keep the documents, start the workflow: the same path as a mobile one."""

    parties: Parties
    documents: Documents
    start_application: StartApplication
    calendar: BusinessCalendar

    def __call__(self, command: ReceiveApplicationCommand) -> LoanApplication:
        references = tuple(
            self.documents.put(command.bank_id, command.application_id, product, body)
            for product, body in command.documents.items()
        )
        submission = ApplicationSubmitted.model_validate(
            {
                **command.terms,
                "application_id": command.application_id,
                "branch_id": command.branch_id,
                "relationship_manager_id": command.maker_id,
                "customer_kind": command.party.kind,
                "region_code": command.party.region_code,
                "submitted_on": self.calendar.today(),
                "party_sealed": self.parties.seal(
                    command.party, command.bank_id, command.application_id
                ),
                "consents": tuple(command.consents),
                "documents": references,
            }
        )
        return self.start_application(command.bank_id, submission)
