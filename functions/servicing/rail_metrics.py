"""What operators and finance are told of a reconciliation, as counts that alarms watch."""

from __future__ import annotations

from collections import Counter

from puhui.observability import logger, metrics
from servicing.domain.rail.reconciliation import Reconciliation


def tell_of(result: Reconciliation) -> None:
    """One line in the log; each kind of difference counted, a missing file by itself."""
    logger.info(
        "day reconciled",
        bank_id=result.bank_id,
        business_date=result.on.isoformat(),
        version=result.version,
        posted=result.matched,
        failed=len(result.differences),
        amount_fen=result.apart.minor,
    )
    metrics.count("ReconciliationMatched", result.matched, bank_id=result.bank_id)
    for kind, count in Counter(one.kind for one in result.differences).items():
        metrics.count(
            "ReconciliationDifference", count, bank_id=result.bank_id, difference=kind.value
        )
    if result.file_is_missing:
        metrics.count("RailFileMissing", bank_id=result.bank_id, file="statement")
