"""Step "Occupy limit" (占用额度)."""

from __future__ import annotations

from typing import Any

from factory.payloads import LimitOccupiedView, OccupyLimitPayload
from factory.ports import Occupation
from factory.wiring import wiring
from puhui.money import Money
from puhui.observability import instrument
from puhui.tenancy import bank_id


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, occupy, encode."""
    payload = OccupyLimitPayload.model_validate(event)
    business_date = wiring().occupy_limit(
        Occupation(
            bank_id=bank_id(payload.bank_id),
            application_id=payload.application_id,
            customer_id=payload.customer_id,
            disbursement_id=payload.disbursement_id,
            amount=Money(payload.amount_fen),
            limit=Money(payload.limit_fen),
            terms_sha256=payload.terms_sha256,
            contract_id=payload.contract_id,
        )
    )
    return LimitOccupiedView(business_date=business_date).model_dump(mode="json")
