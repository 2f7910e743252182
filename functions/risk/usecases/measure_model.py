"""Measure model (测量模型): one model of one bank over its last four weeks of decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from puhui.clock import CHINA
from puhui.tenancy import BankId
from risk.domain.errors import ModelNotTrusted
from risk.domain.monitoring.card import MonitoredCard
from risk.domain.monitoring.fairness import Groups
from risk.domain.monitoring.outcome import vintage_of
from risk.domain.monitoring.report import Gaps, MonitoringReport, report_over
from risk.domain.monitoring.scored import DayScores
from risk.monitoring_ports import MonitoredCards, Outcomes, ReviewedDecisions, Scores

WINDOW_DAYS: Final = 28
"""Four whole weeks, so that every weekday counts the same ✎."""
VINTAGES: Final = 24
"""Months of decisions of which outcomes are looked at: a year to default, and a year of them."""


@dataclass(frozen=True)
class MeasureModel:
    """Read the window once and measure everything; None where the model answered nothing."""

    cards: MonitoredCards
    scores: Scores
    outcomes: Outcomes
    reviews: ReviewedDecisions

    def __call__(
        self, bank_id: BankId, model_id: str, day: date, groups: Groups | None = None
    ) -> MonitoringReport | None:
        """The report of the window that ends on a day; the groups are the caller's knowledge."""
        card = self._card(model_id)
        days = [day - timedelta(days=back) for back in range(WINDOW_DAYS)]
        read = [self.scores.read(bank_id, one) for one in days]
        found = [one for one in read if one is not None]
        opens = datetime.combine(days[-1], time.min, CHINA)
        report = report_over(
            (one for collected in found for one in collected.seen_by(model_id)),
            card,
            outcomes=self.outcomes.of_vintages(bank_id, months_before(day, VINTAGES)),
            reviewed=self.reviews.reviewed_since(bank_id, opens),
            groups=groups,
            gaps=_gaps(model_id, found, len(days)),
        )
        used = report.count or report.vintages or report.gaps.other_version or report.gaps.refused
        return report if used else None

    def _card(self, model_id: str) -> MonitoredCard:
        card = self.cards.all().get(model_id)
        if card is None:
            raise ModelNotTrusted(f"there is no card of {model_id} that can be monitored")
        return card


def months_before(day: date, count: int) -> list[str]:
    """The month of a day and those before it, the oldest first.

    >>> months_before(date(2026, 1, 15), 3)
    ['2025-11', '2025-12', '2026-01']
    """
    last = day.year * 12 + day.month - 1
    months = range(last - count + 1, last + 1)
    return [vintage_of(date(month // 12, month % 12 + 1, 1)) for month in months]


def _gaps(model_id: str, found: Sequence[DayScores], wanted: int) -> Gaps:
    return Gaps(
        days_missing=wanted - len(found),
        unreadable=sum(one.unreadable for one in found),
        left_out=sum(one.left_out for one in found),
        refused=sum(one.refused(model_id) for one in found),
    )
