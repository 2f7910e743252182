"""The published function `keep-consent`: a consent was given, or ended, at once and for all."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from extdata.usecases.keep_consent import GivenConsent
from extdata.wiring import wiring
from puhui.contracts.extdata import ConsentKept, KeepConsentCommand
from puhui.observability import instrument, logger
from puhui.tenancy import bank_id

_NUMBERS: TypeAdapter[dict[str, str | None]] = TypeAdapter(dict[str, str | None])


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Keep the consent of a KeepConsentCommand; its subject travels sealed."""
    command = KeepConsentCommand.model_validate(event)
    opened = wiring().sealer.open(
        command.subject_sealed,
        {"bank_id": command.bank_id, "application_id": command.consent_id},
    )
    numbers = _NUMBERS.validate_python(opened)
    kept = wiring().keep_consent(
        GivenConsent(
            bank_id=bank_id(command.bank_id),
            consent_id=command.consent_id,
            scope=command.scope,
            numbers={
                name: value
                for name, value in numbers.items()
                if name in ("uscc", "id_number") and value
            },
            purposes=frozenset(command.purposes),
            granted_on=command.granted_on,
            expires_on=command.expires_on,
            evidence_sha256=command.evidence_sha256,
            withdrawn=command.withdrawn,
        )
    )
    live = kept.withdrawn_at is None
    logger.info(
        "consent kept",
        bank_id=command.bank_id,
        consent_id=command.consent_id,
        outcome="live" if live else "withdrawn",
    )
    return ConsentKept(consent_id=kept.consent_id, live=live).model_dump(mode="json")
