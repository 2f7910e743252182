"""Step "Raise drift alarm" (发出漂移预警): the event for everyone, the metric for the alarm."""

from __future__ import annotations

from typing import Any

from puhui.observability import instrument, logger, metrics
from puhui.tenancy import bank_id
from risk.monitoring_wiring import night
from risk.payloads import ModelOfDay


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, raise, encode."""
    asked = ModelOfDay.model_validate(event)
    alarm = night().raise_drift_alarm(bank_id(asked.bank_id), asked.model_id, asked.day)
    if alarm is None:
        return {"level": None, "alarms": 0}
    name = f"ModelDrift{alarm.level.capitalize()}"
    metrics.count(name, bank_id=asked.bank_id, model=asked.model_id)
    logger.warning(
        "model drifts",
        bank_id=asked.bank_id,
        model=asked.model_id,
        state=alarm.level,
        indicators=[one.name for one in alarm.alarms],
        sha256=alarm.report_sha256,
    )
    return {"level": alarm.level, "alarms": len(alarm.alarms)}
