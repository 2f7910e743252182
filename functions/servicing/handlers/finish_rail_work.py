"""Every few minutes: books payments that were only written down, asks about unknown debits, frees
money that was promised and never paid."""

from __future__ import annotations

from typing import Any

from puhui.observability import instrument, logger, metrics
from servicing.rail_wiring import rail
from servicing.usecases.expire_transfers import ExpiredTransfers


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
    expired = rail().expire_transfers()
    _tell(expired)
    return {
        "booked": work.booked,
        "resolved": work.resolved,
        "overdue": len(work.overdue),
        "expired": len(expired.voided),
        "unresolved": len(expired.paid) + len(expired.unknown),
    }


def _tell(expired: ExpiredTransfers) -> None:
    """What is free again is counted; what only a person may end wakes one."""
    for transfer in expired.voided:
        logger.warning("transfer expired", transfer_id=transfer.transfer_id)
        metrics.count("TransferExpired", bank_id=transfer.bank_id)
    for outcome, transfers in (("paid", expired.paid), ("unknown", expired.unknown)):
        for transfer in transfers:
            logger.error(
                "transfer past its deadline",
                outcome=outcome,
                bank_id=transfer.bank_id,
                transfer_id=transfer.transfer_id,
                disbursement_id=transfer.disbursement_id,
            )
            metrics.count("TransferUnresolved", bank_id=transfer.bank_id, outcome=outcome)
