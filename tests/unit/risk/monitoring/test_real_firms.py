"""Monitoring over decisions about real firms: what an archive of a year would show."""

from __future__ import annotations

import pytest

from layers.models.training.firms import read_firms
from risk.domain.monitoring.report import report_body, report_over
from risk.domain.monitoring.thresholds import Level
from tests.support.monitored_firms import decided_about, month_ends, outcomes_of
from tests.support.monitoring import REAL_CARDS, REAL_MODEL
from tests.support.real_data import REAL_FIRMS, needs_real_firms

pytestmark = [pytest.mark.data, needs_real_firms, pytest.mark.full]


def test_a_year_of_decisions_about_the_labelled_firms() -> None:
    firms = read_firms(REAL_FIRMS, labelled=True)
    decisions = list(decided_about(firms, month_ends()))
    outcomes = list(outcomes_of(firms, decisions))
    card = REAL_CARDS.all()[REAL_MODEL]

    report = report_over(decisions, card, outcomes=outcomes)

    assert report.count == 12 * len(firms) == sum(one.count for one in report.weeks)
    assert [one.vintage for one in report.vintages] == [f"{d:%Y-%m}" for d in month_ends()] + [
        "all"
    ]
    assert all(one.ks_ppm is None or one.ks_ppm > 0 for one in report.vintages)
    assert report.level in {Level.YELLOW, Level.RED}, "the card's 83 firms are not these 123"
    assert report_body(report_over(reversed(decisions), card, outcomes=outcomes)) == report_body(
        report
    )
