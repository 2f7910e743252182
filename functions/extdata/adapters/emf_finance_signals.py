"""Business metrics of bills and data quality: ids, codes and numbers for the boards."""

from __future__ import annotations

from extdata.domain.bill import MonthBill
from extdata.domain.quality import DayQuality
from puhui.observability import logger, metrics

PPM_PER_PERCENT = 10_000
MILLIONTHS_PER_THOUSANDTH = 1_000


class EmfFinanceSignals:
    """`extdata.finance_ports.BillSignals` and `QualitySignals`."""

    def closed(self, bill: MonthBill) -> None:
        """One line for the month, and each provider's bill in 分."""
        for provider_id in bill.providers:
            total = bill.total_of(provider_id)
            metrics.count("BillFen", total, bank_id=bill.bank_id, provider=provider_id)
        logger.info(
            "month closed",
            bank_id=bill.bank_id,
            amount_fen=bill.total_fen,
            count=len(bill.costs),
            sha256=bill.sha256,
        )

    def measured(self, day: DayQuality) -> None:
        """Shares in percent, and the field that drifted most, by provider."""
        bank, provider = day.bank_id, day.provider_id
        shares = {
            "AvailabilityPercent": day.availability_ppm,
            "HitPercent": day.hit_ppm,
            "NullPercent": day.null_ppm,
        }
        for name, ppm in shares.items():
            if ppm is not None:
                metrics.percent(name, ppm // PPM_PER_PERCENT, bank_id=bank, provider=provider)
        if day.worst_psi is not None:
            drift = day.worst_psi[1] // MILLIONTHS_PER_THOUSANDTH
            metrics.count("DriftPsiThousandths", drift, bank_id=bank, provider=provider)
