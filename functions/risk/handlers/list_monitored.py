"""Step "List banks and models" (监控清单): what this night measures."""

from __future__ import annotations

from typing import Any

from puhui.observability import instrument, logger
from risk.monitoring_wiring import night
from risk.payloads import MonitoringNight


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, list, encode: every bank, and every bank with every model."""
    asked = MonitoringNight.model_validate(event)
    found = night().list_monitored(asked.day)
    logger.info("night listed", business_date=found.day.isoformat(), count=len(found.banks))
    return {
        "day": found.day.isoformat(),
        "banks": [{"bank_id": bank} for bank in found.banks],
        "models": [
            {"bank_id": bank, "model_id": model} for bank in found.banks for model in found.models
        ],
    }
