"""Step "Record the failure" (日终失败登记): where the attempt stopped, for operators."""

from __future__ import annotations

from typing import Any

from puhui.observability import instrument, logger, metrics
from puhui.tenancy import bank_id
from servicing.end_of_day_payloads import FailureAsked
from servicing.end_of_day_wiring import end_of_day


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, record, encode."""
    asked = FailureAsked.model_validate(event)
    end_of_day().fail_end_of_day(
        bank_id(asked.bank_id), asked.business_date, asked.run_id, asked.told()
    )
    metrics.count("EndOfDayFailed", bank_id=asked.bank_id)
    for one in asked.failures[:10]:
        logger.warning(
            "end of day stopped",
            bank_id=asked.bank_id,
            business_date=asked.business_date.isoformat(),
            station=one.station,
            error_class=one.error,
        )
    return {"count": len(asked.failures)}
