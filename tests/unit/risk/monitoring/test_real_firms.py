"""Monitoring over decisions about real firms: what an archive of a year would show."""

from __future__ import annotations

from datetime import date

import pytest

from layers.models.training.firms import read_firms
from risk.domain.monitoring.report import report_body, report_over
from risk.domain.monitoring.thresholds import Level
from tests.support.monitored_firms import decided_about, month_ends, outcomes_of
from tests.support.monitoring import REAL_CARDS, REAL_MODEL
from tests.support.real_data import REAL_FIRMS, needs_real_firms

pytestmark = [pytest.mark.data, needs_real_firms, pytest.mark.full]


def test_on_the_day_that_the_model_was_built_the_population_is_that_of_the_card() -> None:
    """The decisions of real requests lie in the bins as training counted them, score and inputs."""
    observed_on = date.fromisoformat(REAL_CARDS.cards.documents[REAL_MODEL]["observed_on"])
    firms = read_firms(REAL_FIRMS, labelled=True)
    card = REAL_CARDS.all()[REAL_MODEL]

    report = report_over(decided_about(firms, [observed_on]), card)

    for one in (report.score, *report.inputs):
        found = [round(10_000 * count / len(firms)) * 100 for count in one.counts]
        assert (one.psi_ppm, found) == (0, list(one.expected_ppm))


def test_the_firms_that_the_model_never_saw_are_another_population() -> None:
    firms = read_firms(REAL_FIRMS, labelled=False)
    card = REAL_CARDS.all()[REAL_MODEL]

    report = report_over(decided_about(firms, [month_ends()[1]]), card)

    assert (report.count, report.score.level) == (302, Level.RED)
    assert (report.score.psi_ppm or 0) > (report.score.chance_ppm or 0)


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
    assert report.level is Level.GREEN, "the same firms in another month are no other population"
    assert report_body(report_over(reversed(decisions), card, outcomes=outcomes)) == report_body(
        report
    )
