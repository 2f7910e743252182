"""Station "Collect data" (数据采集)."""

from __future__ import annotations

from typing import Any

from factory.payloads import CollectDataPayload, DataCollectedView
from factory.wiring import wiring
from puhui.observability import instrument
from puhui.tenancy import bank_id


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, collect, encode."""
    payload = CollectDataPayload.model_validate(event)
    facts = wiring().collect_data(
        bank_id(payload.bank_id), payload.application_id, payload.required_facts
    )
    return DataCollectedView(facts=facts).model_dump(mode="json")
