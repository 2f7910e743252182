"""Close the day (日终) every night: seal its audit chains and measure quality, bank by bank."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from extdata.night_wiring import night
from puhui.errors import PuhuiError
from puhui.observability import instrument, logger


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, int]:
    """Do what can be done for every bank; a bank that failed fails the run, which comes again.

    Both steps can be repeated: a day is measured anew, a chain is sealed where it ends by then.
    """
    job = night()
    day = job.calendar.today() - timedelta(days=1)
    failed: PuhuiError | None = None
    measured = sealed = 0
    for bank_id in job.banks.all():
        try:
            sealed += job.seal_audit.up_to(bank_id, day)
            measured += len(job.measure_quality(bank_id, day))
        except PuhuiError as error:
            logger.error("day not closed", error=error, bank_id=bank_id)
            failed = error
    if failed is not None:
        raise failed
    return {"measured": measured, "sealed": sealed}
