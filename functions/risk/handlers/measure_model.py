"""Step "Measure model" (测量模型): measure one model of one bank and keep the day's report."""

from __future__ import annotations

from typing import Any

from puhui.observability import instrument, logger, metrics
from puhui.tenancy import bank_id
from risk.monitoring_wiring import report_monitoring
from risk.payloads import ModelOfDay

THOUSANDTHS_PPM = 1_000


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, measure, encode; the report itself travels by reference."""
    asked = ModelOfDay.model_validate(event)
    kept = report_monitoring()(bank_id(asked.bank_id), asked.model_id, asked.day)
    if kept is None:
        return {"level": "not_used", "report_sha256": None, "count": 0}
    report = kept.report
    if report.score.psi_ppm is not None:
        thousandths = report.score.psi_ppm // THOUSANDTHS_PPM
        metrics.count(
            "ModelPsiThousandths", thousandths, bank_id=asked.bank_id, model=asked.model_id
        )
    logger.info(
        "model measured",
        bank_id=asked.bank_id,
        model=asked.model_id,
        count=report.count,
        state=report.level.value,
        sha256=kept.sha256,
    )
    return {
        "level": "drift" if report.alarms else report.level.value,
        "report_sha256": kept.sha256,
        "count": report.count,
    }
