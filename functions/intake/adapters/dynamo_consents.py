"""Consents in DynamoDB: each in its customer's file, found by its own id through a pointer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from intake.adapters.rows import (
    ConsentPointerRow,
    ConsentRow,
    IntakeOutboxRow,
    consent_pointer_key,
    consent_sort_key,
    customer_key,
)
from intake.domain.consent import Consent
from intake.domain.errors import ConsentNotFound
from puhui.contracts.extdata import ConsentScope
from puhui.dynamodb import dynamo_errors, transaction
from puhui.errors import StaleVersion
from puhui.events import Envelope
from puhui.outbox import outbox_rows
from puhui.tenancy import BankId

_POINTER = "CONSENT"


@dataclass(frozen=True)
class DynamoConsents:
    """Consents inside their customer's partition, each with a pointer from its own id."""

    def add(self, consent: Consent) -> None:
        """Keep a new consent; the id comes from its content, so a known one is the same one."""
        pointer = ConsentPointerRow(
            pk=consent_pointer_key(consent.bank_id, consent.consent_id),
            sk=_POINTER,
            customer_id=consent.customer_id,
        )
        try:
            with transaction(conflict=StaleVersion) as write:
                write.save(consent_row(consent))
                write.save(pointer)
        except StaleVersion:
            self.get(consent.bank_id, consent.consent_id)

    def get(self, bank_id: BankId, consent_id: str) -> Consent:
        """Return the consent, or raise ConsentNotFound."""
        with dynamo_errors(missing=ConsentNotFound):
            pointer = ConsentPointerRow.get(
                consent_pointer_key(bank_id, consent_id), _POINTER, consistent_read=True
            )
            row = ConsentRow.get(
                customer_key(bank_id, pointer.customer_id),
                consent_sort_key(consent_id),
                consistent_read=True,
            )
        return consent_of(row)

    def save(self, consent: Consent, events: Sequence[Envelope]) -> None:
        """Keep a changed consent with its events, or raise StaleVersion."""
        with transaction(conflict=StaleVersion) as write:
            write.save(consent_row(consent))
            for outbox in outbox_rows(IntakeOutboxRow, events):
                write.save(outbox)


def consent_row(consent: Consent) -> ConsentRow:
    """Write a consent as a row."""
    return ConsentRow(
        pk=customer_key(consent.bank_id, consent.customer_id),
        sk=consent_sort_key(consent.consent_id),
        bank_id=consent.bank_id,
        consent_id=consent.consent_id,
        branch_id=consent.branch_id,
        customer_id=consent.customer_id,
        scope=consent.scope,
        wording_version=consent.wording_version,
        evidence_sha256=consent.evidence_sha256,
        granted_on=consent.granted_on,
        expires_on=consent.expires_on,
        created_by=consent.created_by,
        created_at=consent.created_at,
        withdrawn_on=consent.withdrawn_on,
        withdrawn_by=consent.withdrawn_by,
    ).at_version(consent.version)


def consent_of(row: ConsentRow) -> Consent:
    """Read a consent from its row."""
    return Consent(
        consent_id=row.consent_id,
        bank_id=BankId(row.bank_id),
        branch_id=row.branch_id,
        customer_id=row.customer_id,
        scope=cast(ConsentScope, row.scope),
        wording_version=row.wording_version,
        evidence_sha256=row.evidence_sha256,
        granted_on=row.granted_on,
        expires_on=row.expires_on,
        created_by=row.created_by,
        created_at=row.created_at,
        withdrawn_on=row.withdrawn_on,
        withdrawn_by=row.withdrawn_by,
        version=row.version or 0,
    )
