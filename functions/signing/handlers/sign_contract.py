"""The borrower asked to sign: certificates, two signatures, validation, seal."""

from __future__ import annotations

from typing import Any

from puhui.events import envelope_of_record, parse_event
from puhui.observability import instrument, logger, metrics
from puhui.sqs import each_record
from puhui.tenancy import bank_id
from signing.domain.contract import ContractStatus
from signing.domain.events import SignatureRequested
from signing.wiring import wiring


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Each request on its own; a failed one comes again and takes up where it stopped."""
    return each_record(event, receive)


def receive(record: dict[str, Any]) -> None:
    """Sign one contract."""
    envelope = envelope_of_record(record)
    logger.set_correlation_id(envelope.correlation_id)
    requested = parse_event(SignatureRequested, envelope)
    contract = wiring().sign_contract(bank_id(envelope.bank_id), requested.contract_id)
    if contract.status is ContractStatus.SEALED:
        metrics.count("ContractSealed", bank_id=envelope.bank_id)
    logger.info(
        "signature request worked off",
        bank_id=envelope.bank_id,
        contract_id=contract.contract_id,
        status=contract.status.value,
    )
