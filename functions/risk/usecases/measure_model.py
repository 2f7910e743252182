"""Measure model (测量模型): one model of one bank over its last four weeks of decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from puhui.clock import CHINA
from puhui.tenancy import BankId
from risk.domain.errors import ModelNotTrusted
from risk.domain.monitoring.card import MonitoredCard
from risk.domain.monitoring.fairness import Groups
from risk.domain.monitoring.outcome import vintage_of
from risk.domain.monitoring.report import Gaps, MonitoringReport, report_over
from risk.domain.monitoring.scored import ScoredDecision
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
        decisions, gaps = self._window(bank_id, model_id, days)
        report = report_over(
            decisions,
            card,
            outcomes=self.outcomes.of_vintages(bank_id, months_before(day, VINTAGES)),
            reviewed=self.reviews.reviewed_since(
                bank_id, datetime.combine(days[-1], time.min, CHINA)
            ),
            groups=groups,
            gaps=gaps,
        )
        used = report.count or report.vintages or report.gaps.other_version or report.gaps.refused
        return report if used else None

    def _window(
        self, bank_id: BankId, model_id: str, days: Sequence[date]
    ) -> tuple[list[ScoredDecision], Gaps]:
        """Day by day: a day holds the answers of all models, and one model's are kept of it."""
        decisions: list[ScoredDecision] = []
        gaps = Gaps()
        for day in days:
            found = self.scores.read(bank_id, day)
            if found is None:
                gaps = replace(gaps, days_missing=gaps.days_missing + 1)
                continue
            decisions += found.seen_by(model_id)
            gaps = replace(
                gaps,
                unreadable=gaps.unreadable + found.unreadable,
                left_out=gaps.left_out + found.left_out,
                refused=gaps.refused + found.refused(model_id),
            )
        return decisions, gaps

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
