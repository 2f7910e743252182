"""Step "Open the closing" (日终开始): the day, and the partitions to walk through."""

from __future__ import annotations

from typing import Any

from puhui.observability import instrument, logger
from puhui.tenancy import bank_id
from servicing.end_of_day_payloads import OpeningAsked
from servicing.end_of_day_wiring import end_of_day


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, open, encode."""
    asked, wired = OpeningAsked.model_validate(event), end_of_day()
    opened = wired.open_closing(
        bank_id(asked.bank_id), asked.business_date, asked.run_id, wired.last_day()
    )
    logger.info(
        "closing opened",
        bank_id=asked.bank_id,
        business_date=opened.day.isoformat(),
        attempt=opened.attempt,
        state="closed" if opened.already_closed else "closing",
    )
    return {
        "business_date": opened.day.isoformat(),
        "already_closed": opened.already_closed,
        "partitions": [] if opened.already_closed else list(range(wired.partitions)),
    }
