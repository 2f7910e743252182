"""The registry of live consents in DynamoDB; nothing of it is ever remembered."""

from __future__ import annotations

from dataclasses import replace

from extdata.adapters.rows import CONSENT_SK, ConsentRow, bank_pk
from extdata.domain.consent import LiveConsent
from extdata.domain.errors import ConsentMissing
from puhui.bodies import Body
from puhui.dynamodb import dynamo_errors, translate_write_errors
from puhui.errors import NotFound
from puhui.tenancy import BankId

_BODY = Body(LiveConsent)


class DynamoConsents:
    """`extdata.ports.Consents` on the module's table."""

    def get(self, bank_id: BankId, consent_id: str) -> LiveConsent:
        """One strongly consistent read each time."""
        try:
            with dynamo_errors(missing=NotFound):
                row = ConsentRow.get(
                    bank_pk(bank_id, "CONSENT", consent_id), CONSENT_SK, consistent_read=True
                )
        except NotFound as error:
            raise ConsentMissing(
                "no consent with this id is registered", field="consent_id", rule="consent.unknown"
            ) from error
        return replace(_BODY.read(row.body), version=row.version)

    def save(self, consent: LiveConsent) -> None:
        """Create it, or replace the version that was read."""
        row = ConsentRow(
            bank_pk(consent.bank_id, "CONSENT", consent.consent_id),
            CONSENT_SK,
            body=_BODY.write(consent),
        ).at_version(consent.version)
        with translate_write_errors():
            row.save()
