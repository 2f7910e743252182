"""Step "Close the day" (日切): the report is whole, the books balance, the next day is open."""

from __future__ import annotations

from typing import Any

from puhui.observability import instrument, logger, metrics
from puhui.tenancy import bank_id
from servicing.end_of_day_payloads import DayAsked
from servicing.end_of_day_wiring import end_of_day


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, close, encode; a repetition is counted again, the report is kept once."""
    asked = DayAsked.model_validate(event)
    ended = end_of_day().close_business_day(bank_id(asked.bank_id), asked.business_date)
    metrics.count("DayClosed", bank_id=asked.bank_id)
    logger.info(
        "day closed",
        bank_id=asked.bank_id,
        business_date=ended.day.isoformat(),
        count=ended.tally.loans,
        attempt=ended.attempts,
    )
    return {"business_date": ended.day.isoformat(), "loans": ended.tally.loans}
