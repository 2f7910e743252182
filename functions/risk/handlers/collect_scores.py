"""Step "Collect scores" (归集评分): a bank's day, and days of the last week that are missing."""

from __future__ import annotations

from typing import Any

from puhui.observability import instrument, logger
from puhui.tenancy import bank_id
from risk.monitoring_wiring import night
from risk.payloads import DayOfBank


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, collect, encode."""
    asked = DayOfBank.model_validate(event)
    days = night().collect_scores(bank_id(asked.bank_id), asked.day)
    answer = {
        "days": len(days),
        "decisions": sum(len(one.decisions) for one in days),
        "unreadable": sum(one.unreadable for one in days),
        "left_out": sum(one.left_out for one in days),
    }
    logger.info(
        "scores collected",
        bank_id=asked.bank_id,
        business_date=asked.day.isoformat(),
        count=answer["decisions"],
        failed=answer["unreadable"],
    )
    return answer
