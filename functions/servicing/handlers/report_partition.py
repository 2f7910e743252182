"""Step "Report partition" (分区日报): keep the figures of a partition."""

from __future__ import annotations

from typing import Any

from puhui.observability import instrument
from servicing.end_of_day_payloads import LegAsked
from servicing.end_of_day_wiring import end_of_day


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, keep, encode."""
    asked = LegAsked.model_validate(event)
    report = end_of_day().report_partition(asked.leg())
    return {"partition": report.partition, "loans": report.tally.loans}
