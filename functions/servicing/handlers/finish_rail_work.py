"""Every few minutes: books payments that were only written down, asks about unknown debits."""

from __future__ import annotations

from typing import Any

from puhui.observability import instrument, logger, metrics
from servicing.rail_wiring import rail


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """What fails is left for the next run and told of."""
    work = rail().finish_work()
    for one in work.failed:
        logger.error("rail work failed", bank_id=one.bank_id, serial_no=one.serial_no)
        metrics.count("RailWorkFailed", bank_id=one.bank_id, state=one.state.value)
    for debit in work.overdue:
        logger.warning("debit unknown too long", bank_id=debit.bank_id, serial_no=debit.serial_no)
        metrics.count("RailDebitUnresolved", bank_id=debit.bank_id, state=debit.state.value)
    return {"booked": work.booked, "resolved": work.resolved, "overdue": len(work.overdue)}
