"""On schedule: start each bank's end of day when it is time, and tell of days that are late."""

from __future__ import annotations

from typing import Any

from puhui.observability import instrument, logger, metrics
from servicing.end_of_day_wiring import starter


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Call and count; nothing is read from the event."""
    found = starter()()
    metrics.count("DayNotClosed", len(found.late))
    for bank in found.late:
        logger.warning("day not closed in time", bank_id=bank)
    return {"started": list(found.started), "late": list(found.late)}
