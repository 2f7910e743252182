"""Hears which product versions operations publishes."""

from __future__ import annotations

from typing import Any

from intake.wiring import wiring
from puhui.contracts.operations import ProductPublished
from puhui.events import envelope_of_record, parse_event
from puhui.observability import instrument, logger
from puhui.sqs import each_record
from puhui.tenancy import bank_id


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Keep each version; a message that fails comes again."""
    return each_record(event, _keep)


def _keep(record: dict[str, Any]) -> None:
    envelope = envelope_of_record(record)
    product = parse_event(ProductPublished, envelope).product
    wiring().keep_product(bank_id(envelope.bank_id), product)
    logger.info(
        "product kept",
        bank_id=envelope.bank_id,
        product_code=product.code,
        version=product.version,
        event_id=envelope.event_id,
    )
