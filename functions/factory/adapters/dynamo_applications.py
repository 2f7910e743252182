"""Applications in DynamoDB, written together with their events."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from factory.adapters.rows import ApplicationRow, FactoryOutboxRow
from factory.domain.application import ApplicationStatus, LoanApplication
from factory.domain.errors import ApplicationNotFound
from factory.domain.offer import DEFAULT_READING_SECONDS, Offer, confirmation_text
from puhui.clock import Clock, utc_from_text, utc_text
from puhui.contracts.common import Reason
from puhui.contracts.disclosure import DisclosureConfirmation
from puhui.contracts.intake import ApplicationSubmitted
from puhui.contracts.servicing import Quote
from puhui.dynamodb import FieldCipher, dynamo_errors, field_aad, transaction
from puhui.errors import Conflict
from puhui.events import Event
from puhui.outbox import outbox_rows
from puhui.tenancy import BankId

MAX_OPEN_APPLICATIONS = 25
"""Applications of one customer read at a time; a customer has one open per product."""


def application_pk(bank_id: BankId, application_id: str) -> str:
    """The partition of everything about one application."""
    return f"BANK#{bank_id}#APP#{application_id}"


class ApplicationExists(Conflict):
    """The first delivery of this application was kept already."""


class DynamoApplications:
    """`factory.ports.Applications` on the factory's table."""

    def __init__(self, cipher: FieldCipher, clock: Clock) -> None:
        self._cipher = cipher
        self._clock = clock

    def get(self, bank_id: BankId, application_id: str) -> LoanApplication:
        """One consistent read."""
        key = application_pk(bank_id, application_id)
        with dynamo_errors(missing=ApplicationNotFound):
            row = ApplicationRow.get(key, "APPLICATION", consistent_read=True)
        return self._to_domain(bank_id, row)

    def add(self, application: LoanApplication) -> bool:
        """Conditional put: the first delivery wins."""
        row = self._to_row(application)
        try:
            with dynamo_errors(conflict=ApplicationExists):
                row.save()
        except ApplicationExists:
            return False
        return True

    def save(self, application: LoanApplication, events: Sequence[Event] = ()) -> None:
        """The row at its version and its events, in one transaction."""
        row = self._to_row(application)
        if not events:
            with dynamo_errors():
                row.save()
            return
        envelopes = [
            event.envelope(
                bank_id=application.bank_id,
                subject=application.application_id,
                correlation_id=application.application_id,
                clock=self._clock,
            )
            for event in events
        ]
        with transaction() as write:
            write.save(row)
            for event_row in outbox_rows(FactoryOutboxRow, envelopes):
                write.save(event_row)

    def open_of_customer(self, bank_id: BankId, customer_id: str) -> Sequence[LoanApplication]:
        """Newest first, without those that have an outcome."""
        with dynamo_errors():
            rows = list(
                ApplicationRow.by_customer.query(
                    f"BANK#{bank_id}#CUSTOMER#{customer_id}",
                    scan_index_forward=False,
                    limit=MAX_OPEN_APPLICATIONS,
                )
            )
        return [self._to_domain(bank_id, row) for row in rows if row.outcome is None]

    def _to_row(self, application: LoanApplication) -> ApplicationRow:
        pk = application_pk(application.bank_id, application.application_id)
        submission = application.submission
        offer = application.offer
        accepted = offer is not None and offer.accepted
        return ApplicationRow(
            pk,
            "APPLICATION",
            gsi1pk=f"BANK#{application.bank_id}#CUSTOMER#{submission.customer_id}",
            gsi1sk=application.application_id,
            status=application.status.value,
            withdrawn=application.withdrawn,
            attempt=application.attempt,
            disbursement_no=application.disbursement_no,
            accepted_terms=offer.terms_sha256 if offer is not None and accepted else None,
            contract_id=application.contract_id,
            outcome=application.outcome,
            submission=submission.model_dump_json(),
            offer=None if offer is None else self._offer_to_text(application.bank_id, pk, offer),
            ending=_ending_to_text(application),
        ).at_version(application.version)

    def _offer_to_text(self, bank_id: BankId, pk: str, offer: Offer) -> str:
        token = self._cipher.encrypt(offer.task_token, _token_aad(pk), bank_id=bank_id)
        return json.dumps(
            {
                "offer_id": offer.offer_id,
                "decision_id": offer.decision_id,
                "quote": offer.quote.model_dump(mode="json"),
                "terms_sha256": offer.terms_sha256,
                "answer": offer.answer,
                "task_token": token,
                "reading_seconds": offer.reading_seconds,
                "shown_at": None if offer.shown_at is None else utc_text(offer.shown_at),
                "confirmation": confirmation_text(offer),
            },
            separators=(",", ":"),
        )

    def _offer_of(self, row: ApplicationRow) -> Offer | None:
        if row.offer is None:
            return None
        kept = json.loads(row.offer)
        return Offer(
            offer_id=kept["offer_id"],
            decision_id=kept["decision_id"],
            quote=Quote.model_validate(kept["quote"]),
            terms_sha256=kept["terms_sha256"],
            answer=kept["answer"],
            task_token=self._cipher.decrypt(kept["task_token"], _token_aad(row.pk)),
            **_reading_of(kept),
        )

    def _to_domain(self, bank_id: BankId, row: ApplicationRow) -> LoanApplication:
        application = LoanApplication(
            bank_id=bank_id,
            submission=ApplicationSubmitted.model_validate_json(row.submission),
            status=ApplicationStatus(row.status),
            withdrawn=row.withdrawn,
            attempt=int(row.attempt),
            disbursement_no=int(row.disbursement_no),
            offer=self._offer_of(row),
            contract_id=row.contract_id,
            version=int(row.version or 0),
        )
        if row.ending is None:
            return application
        ending = json.loads(row.ending)
        return replace(
            application,
            outcome=ending["outcome"],
            reasons=tuple(Reason.model_validate(reason) for reason in ending["reasons"]),
            loan_id=ending["loan_id"],
        )


def _reading_of(kept: dict[str, Any]) -> dict[str, Any]:
    """What was read and confirmed; an offer kept before there were disclosures has none of it."""
    shown_at, confirmation = kept.get("shown_at"), kept.get("confirmation")
    return {
        "reading_seconds": kept.get("reading_seconds", DEFAULT_READING_SECONDS),
        "shown_at": None if shown_at is None else utc_from_text(shown_at),
        "confirmation": None
        if confirmation is None
        else DisclosureConfirmation.model_validate(confirmation),
    }


def _ending_to_text(application: LoanApplication) -> str | None:
    if application.outcome is None:
        return None
    return json.dumps(
        {
            "outcome": application.outcome,
            "reasons": [reason.model_dump(mode="json") for reason in application.reasons],
            "loan_id": application.loan_id,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _token_aad(pk: str) -> str:
    return field_aad(str(ApplicationRow.Meta.table_name), pk, "APPLICATION", "task_token")
