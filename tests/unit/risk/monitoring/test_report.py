"""The report of a model: what goes into it, what alarms, and that order does not matter."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from puhui.bodies import Body
from risk.domain.errors import ModelNotTrusted
from risk.domain.models.catalogue import EVERY
from risk.domain.monitoring.card import Bins, can_be_monitored, monitored_card
from risk.domain.monitoring.report import Gaps, MonitoringReport, report_body, report_over
from risk.domain.monitoring.scored import Reading
from risk.domain.monitoring.thresholds import Level
from tests.support.monitoring import (
    DAY,
    REAL_CARDS,
    REAL_MODEL,
    SALES,
    a_card,
    a_scored,
    an_outcome,
)

STEADY = [a_scored(number) for number in range(800)]


def test_a_population_like_the_cards_is_green_and_alarms_nobody() -> None:
    report = report_over(STEADY, a_card())

    assert (report.score.psi_ppm, report.inputs[0].psi_ppm) == (0, 0)
    assert (report.level, report.alarms, report.gaps.complete) == (Level.GREEN, (), True)


def test_a_score_that_moved_into_one_bin_is_red() -> None:
    report = report_over([a_scored(n, pd_ppm=350_000) for n in range(800)], a_card())

    (alarm,) = report.alarms
    assert (alarm.name, alarm.level, report.level) == ("pd_ppm", "red", Level.RED)
    assert report.score.counts == (0, 0, 0, 800)


def test_the_distance_from_a_population_that_does_not_exist_is_told_and_alarms_nobody() -> None:
    moved = [a_scored(n, pd_ppm=350_000) for n in range(800)]

    report = report_over(moved, a_card(synthetic=True))

    assert (report.level, report.alarms) == (Level.RED, ())


def test_an_input_that_fails_to_arrive_alarms_although_the_score_is_steady() -> None:
    lost = (Reading(SALES, None),)
    decisions = [a_scored(n, readings=lost) if n % 3 == 0 else a_scored(n) for n in range(600)]

    report = report_over(decisions, a_card())

    (alarm,) = report.alarms
    assert (alarm.name, alarm.level) == (SALES, "red")
    assert report.inputs[0].missing_ppm == 333_333


def test_the_edge_itself_belongs_to_the_lower_bin() -> None:
    bins = Bins(edges=(Decimal("1000.5"),), shares_ppm=(1, 1))

    assert (bins.place(Decimal("1000.50")), bins.place(Decimal("1000.51"))) == (0, 1)


def test_decisions_of_other_models_are_passed_over_and_of_other_versions_counted() -> None:
    decisions = [a_scored(0), a_scored(1, model_version="0.9.0"), a_scored(2, model_id="other")]

    report = report_over(decisions, a_card(), gaps=Gaps(days_missing=2))

    assert (report.count, report.gaps) == (1, Gaps(days_missing=2, other_version=1))
    assert not report.gaps.complete


def test_outcomes_of_another_version_are_in_no_vintage() -> None:
    report = report_over(STEADY, a_card(), outcomes=[an_outcome(1, model_version="0.9.0")])

    assert report.vintages == ()


def test_an_answer_that_the_policy_did_not_take_is_looked_at_and_told_apart() -> None:
    report = report_over([*STEADY, a_scored(800, decided=False, verdict="decline")], a_card())

    assert (report.count, report.decided, report.score.count) == (801, 800, 801)
    assert (report.inputs[0].count, report.rates[-1].unscored) == (801, 1)


def test_a_card_without_its_population_is_named_and_never_read_as_stable() -> None:
    report = report_over(STEADY, a_card(score=None, inputs=()), outcomes=[an_outcome(1)])

    assert (report.score.psi_ppm, report.score.count) == (None, 800)
    assert (report.level, report.alarms) == (Level.NO_REFERENCE, ())
    assert [one.vintage for one in report.vintages] == ["2026-07", "all"]


def test_each_week_of_accounting_days_has_its_own_index() -> None:
    monday = date(2026, 7, 6)
    decisions = [
        a_scored(week * 400 + number, as_of=monday + timedelta(weeks=week, days=number % 7))
        for week in range(3)
        for number in range(400)
    ]

    weeks = report_over(decisions, a_card()).weeks
    assert [one.monday for one in weeks] == [monday + timedelta(weeks=n) for n in range(3)]
    assert {(one.count, one.psi_ppm) for one in weeks} == {(400, 0)}


@settings(max_examples=20)
@given(st.randoms(use_true_random=False), st.integers(1, 60))
def test_the_order_of_the_decisions_makes_no_difference(chance: random.Random, count: int) -> None:
    decisions = [
        a_scored(
            number,
            as_of=DAY - timedelta(days=number % 40),
            verdict=("approve", "refer", "decline")[number % 3],
            region_code=("340100", "410100")[number % 2],
        )
        for number in range(count)
    ]
    outcomes = [an_outcome(n, result=("good", "bad")[n % 2], pd_ppm=n % 7) for n in range(count)]
    before = report_body(report_over(decisions, a_card(), outcomes=outcomes))

    chance.shuffle(decisions)
    chance.shuffle(outcomes)

    assert report_body(report_over(decisions, a_card(), outcomes=outcomes)) == before


def test_a_report_is_read_back_as_it_was_written() -> None:
    outcomes = [an_outcome(n, result="bad" if n % 5 else "good", pd_ppm=n) for n in range(60)]
    report = report_over(STEADY, a_card(), outcomes=outcomes, reviewed={"dec-00001": "changed"})

    assert Body(MonitoringReport).read(report_body(report)) == report
    assert msgspec.json.decode(msgspec.json.encode(report)) == msgspec.json.decode(
        report_body(report)
    )


def test_no_decision_at_all_is_a_report_that_says_nothing() -> None:
    report = report_over([], a_card())

    assert (report.count, report.score.psi_ppm, report.level) == (0, None, Level.NOT_ENOUGH)
    assert (report.window_from, report.alarms) == (None, ())


def test_the_shipped_card_says_what_its_population_was() -> None:
    card = REAL_CARDS.all()[REAL_MODEL]

    assert card.sample_count == 83
    assert len(card.score.shares_ppm) == 10
    assert [one.indicator for one in card.inputs if one.bins is not None] == list(card.indicators)


def test_a_card_of_rules_has_nothing_to_be_stable_against() -> None:
    assert not can_be_monitored({"id": "rules", "kind": "rules"})


def test_every_shipped_statistical_model_is_monitored_against_its_population() -> None:
    cards = REAL_CARDS.all()

    assert set(cards) == {one.id for one in EVERY if one.is_onnx}
    assert [name for name, card in cards.items() if card.score is None] == []


@pytest.mark.parametrize(
    "psi",
    [
        {"edges_pd_ppm": [1], "shares": [1]},
        {"edges_pd_ppm": [2, 1], "shares": [1, 1, 1]},
        {"edges_pd_ppm": [], "shares": [0]},
    ],
)
def test_a_card_whose_bins_do_not_fit_is_not_believed(psi: dict[str, object]) -> None:
    document = {"id": "m", "version": "1", "name_zh": "模型", "inputs": [], "psi": psi}

    with pytest.raises(ModelNotTrusted):
        monitored_card(document)
