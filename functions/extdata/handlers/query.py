"""The published function `query`: one product about the party of one application."""

from __future__ import annotations

from typing import Any

from extdata.payloads import NO_CONSENT, answer_of, command_of
from extdata.wiring import wiring
from puhui.contracts.extdata import ExternalDataQuery
from puhui.contracts.party import Party
from puhui.observability import instrument, logger
from puhui.tenancy import bank_id


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer an ExternalDataQuery with an ExternalDataAnswer; asked again, the same answer."""
    asked = ExternalDataQuery.model_validate(event)
    parts, bank = wiring(), bank_id(asked.bank_id)
    opened = parts.sealer.open(
        asked.party_sealed,
        {"bank_id": asked.bank_id, "application_id": asked.application_id},
    )
    today = parts.calendar.today()
    consent_id = parts.pick_consent(bank, asked.consent_ids, asked.product, today)
    command = command_of(asked, Party.model_validate(opened), consent_id or NO_CONSENT)
    query = parts.gateway.answer_query(command)
    logger.info(
        "external data answered",
        bank_id=query.bank_id,
        application_id=query.application_id,
        record_id=query.query_id,
        product=query.product,
        outcome=query.status,
        rule=query.reason,
        duration_ms=query.gateway_ms,
    )
    return answer_of(query, today).model_dump(mode="json")
