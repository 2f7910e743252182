"""The steps of a night as use cases: what is collected, measured, kept and told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from puhui.clock import FixedClock
from puhui.tenancy import BankId
from risk.domain.decision import Decision
from risk.domain.errors import (
    DayNotOver,
    ModelNotTrusted,
    MonitoringTooLarge,
    ReportNotFound,
)
from risk.domain.monitoring.scored import DayScores, ScoredDecision
from risk.domain.monitoring.thresholds import Level
from risk.usecases.collect_scores import CATCH_UP_DAYS, CollectScores, collected_archive
from risk.usecases.list_monitored import MAX_MEASUREMENTS, ListMonitored
from risk.usecases.measure_model import WINDOW_DAYS, MeasureModel
from risk.usecases.raise_drift_alarm import RaiseDriftAlarm
from risk.usecases.read_monitoring import ReadMonitoring
from risk.usecases.report_monitoring import ReportMonitoring
from tests.support.monitoring import (
    DAY,
    LISTENED,
    MODEL,
    REAL_CARDS,
    REAL_MODEL,
    FixedBanks,
    FixedCards,
    FixedReviews,
    InMemoryAlarms,
    InMemoryDays,
    InMemoryOutcomes,
    InMemoryReports,
    InMemoryScores,
    InMemorySignals,
    TodaysListings,
    a_card,
    a_day,
    a_scored,
    an_outcome,
    collected,
)
from tests.support.risk import NORTH, a_document, a_healthy_firm, decided
from tests.support.risk_archive import InMemoryArchive
from tests.support.risk_stores import InMemoryDecisions

SOUTH = BankId("south")
DECIDED_ON = date(2026, 8, 1)
NEXT_NIGHT = FixedClock(datetime(2026, 8, 1, 19, 30, tzinfo=UTC))
"""03:30 of 2 August in China."""
DECISION = decided(a_document(a_healthy_firm()))
CARDS = FixedCards({MODEL: a_card()})


def collecting(*decisions: Decision) -> tuple[CollectScores, InMemoryScores, InMemorySignals]:
    stored, days = InMemoryDecisions(), InMemoryDays()
    for one in decisions:
        stored.add(one, "app-1")
        days.ids.setdefault((NORTH, DECIDED_ON), []).append(one.result.decision_id)
    scores, signals = InMemoryScores(), InMemorySignals()
    collect = CollectScores(
        days=days,
        decisions=stored,
        listings=TodaysListings(),
        cards=REAL_CARDS,
        scores=scores,
        signals=signals,
        clock=NEXT_NIGHT,
    )
    return collect, scores, signals


def measuring(
    *decisions: ScoredDecision, outcomes: InMemoryOutcomes | None = None
) -> tuple[MeasureModel, FixedReviews]:
    scores, reviews = InMemoryScores(), FixedReviews()
    scores.keep(NORTH, a_day(*decisions))
    return MeasureModel(CARDS, scores, outcomes or InMemoryOutcomes(), reviews), reviews


def test_a_night_measures_yesterday_in_china() -> None:
    found = ListMonitored(FixedBanks((NORTH,)), CARDS, NEXT_NIGHT)()

    assert (found.day, found.banks, found.models) == (DECIDED_ON, (NORTH,), (MODEL,))


def test_a_day_that_is_not_over_is_refused() -> None:
    list_monitored = ListMonitored(FixedBanks((NORTH,)), CARDS, NEXT_NIGHT)
    collect, _, _ = collecting()

    with pytest.raises(DayNotOver):
        list_monitored(date(2026, 8, 2))
    with pytest.raises(DayNotOver):
        collect(NORTH, date(2026, 8, 2))


def test_more_work_than_a_night_has_is_refused() -> None:
    banks = FixedBanks(tuple(BankId(f"bank-{n}") for n in range(MAX_MEASUREMENTS + 1)))

    with pytest.raises(MonitoringTooLarge):
        ListMonitored(banks, CARDS, NEXT_NIGHT)()


def test_a_decision_is_collected_with_what_its_models_said_and_read() -> None:
    collect, scores, _ = collecting(DECISION)

    collect(NORTH, DECIDED_ON)

    kept = scores.read(NORTH, DECIDED_ON)
    assert kept is not None
    (one,) = kept.seen_by(REAL_MODEL)
    assert (one.verdict, one.pd_ppm) == (DECISION.result.verdict, DECISION.result.pd_ppm)
    assert (one.decided, one.as_of, one.decided_on) == (True, DECIDED_ON, DECIDED_ON)
    assert [reading.indicator for reading in one.readings] == list(
        REAL_CARDS.all()[REAL_MODEL].indicators
    )
    assert one.readings[0].value == 24 * 600_000


def test_a_model_that_is_only_listened_to_is_collected_as_well() -> None:
    collect, scores, _ = collecting(DECISION)
    told = json.loads(DECISION.record)["models"]
    said = {one["id"]: one["probability_ppm"] for one in told if "probability_ppm" in one}
    assert len(said) < len(told)

    collect(NORTH, DECIDED_ON)

    kept = scores.read(NORTH, DECIDED_ON)
    assert kept is not None
    (one,) = kept.seen_by(LISTENED)
    assert (one.pd_ppm, one.decided) == (said[LISTENED], False)
    assert [reading.indicator for reading in one.readings] == list(
        REAL_CARDS.all()[LISTENED].indicators
    )
    assert list(kept.seen_by("behaviour_score")) == []


def test_a_nights_catch_up_reaches_back_a_week_and_collects_nothing_twice() -> None:
    collect, scores, _ = collecting(DECISION)

    first = collect(NORTH, DECIDED_ON)
    second = collect(NORTH, DECIDED_ON)

    assert [one.day for one in first] == [
        DECIDED_ON - timedelta(days=back) for back in reversed(range(CATCH_UP_DAYS))
    ]
    assert (list(second), len(scores.days)) == ([], CATCH_UP_DAYS)


def test_one_record_that_cannot_be_read_hides_no_other() -> None:
    result = DECISION.result.model_copy(update={"decision_id": "dec-0"})
    broken = replace(
        DECISION, result=result, record=b'{"schema":"decision-record/1","manifest":{}}'
    )
    collect, scores, signals = collecting(broken, DECISION)

    collect(NORTH, DECIDED_ON)

    kept = scores.read(NORTH, DECIDED_ON)
    assert kept is not None
    assert (len(kept.decisions), kept.unreadable, signals.ids) == (1, 1, ["dec-0"])


def test_another_banks_decisions_are_not_collected() -> None:
    collect, scores, _ = collecting(DECISION)

    collect(SOUTH, DECIDED_ON)

    kept = scores.read(SOUTH, DECIDED_ON)
    assert kept is not None
    assert kept.decisions == ()


def test_an_archive_is_read_as_a_night_reads_the_table() -> None:
    archive = InMemoryArchive(records={DECISION.result.decision_id: DECISION.record})
    collect, scores, _ = collecting(DECISION)
    collect(NORTH, DECIDED_ON)
    kept = scores.read(NORTH, DECIDED_ON)
    assert kept is not None

    found = collected_archive(archive, TodaysListings(), REAL_CARDS.all())

    assert (found.banks, found.unreadable) == ({"north": kept.decisions}, ())


@pytest.mark.parametrize("body", [b"no JSON", b"[]", b"{}", DECISION.record[:-1]])
def test_a_broken_record_of_an_archive_is_named_and_hides_no_other(body: bytes) -> None:
    archive = InMemoryArchive(records={DECISION.result.decision_id: DECISION.record, "dec-0": body})

    found = collected_archive(archive, TodaysListings(), REAL_CARDS.all())

    assert (len(found.banks["north"]), found.unreadable) == (1, ("dec-0",))


def test_a_window_says_which_of_its_days_are_missing() -> None:
    measure, reviews = measuring(a_scored())

    report = measure(NORTH, MODEL, DAY)

    assert report is not None
    assert (report.count, report.gaps.days_missing) == (1, WINDOW_DAYS - 1)
    assert reviews.asked == [datetime(2026, 7, 3, 16, tzinfo=UTC)]


def test_a_model_that_answered_nothing_has_no_report() -> None:
    measure, _ = measuring(a_scored(model_id="other"))

    assert measure(NORTH, MODEL, DAY) is None
    assert measure(SOUTH, MODEL, DAY) is None


def test_a_refused_model_is_counted_although_it_said_nothing() -> None:
    measure, _ = measuring()
    refused = replace(collected(a_scored()), answers=(), refused=(MODEL,))
    day = DayScores(day=DAY - timedelta(days=1), decisions=(refused,))
    measure.scores.keep(NORTH, day)

    report = measure(NORTH, MODEL, DAY)

    assert report is not None
    assert (report.count, report.gaps.refused, report.gaps.complete) == (0, 1, False)


def test_a_model_without_a_card_cannot_be_measured() -> None:
    measure, _ = measuring(a_scored())

    with pytest.raises(ModelNotTrusted):
        measure(NORTH, "nobody", DAY)


def test_outcomes_of_old_vintages_keep_a_report_alive() -> None:
    outcomes = InMemoryOutcomes()
    outcomes.save(NORTH, an_outcome(decided_as_of=date(2024, 9, 1)))
    outcomes.save(NORTH, an_outcome(1, decided_as_of=date(2024, 7, 1)))
    measure, _ = measuring(outcomes=outcomes)

    report = measure(NORTH, MODEL, DAY)

    assert report is not None
    assert [one.vintage for one in report.vintages] == ["2024-09", "all"]


def test_the_report_of_a_day_is_made_once_and_its_alarm_is_raised_once() -> None:
    decisions = [a_scored(n, pd_ppm=350_000) for n in range(200)]
    measure, _ = measuring(*decisions)
    reports, alarms = InMemoryReports(), InMemoryAlarms()
    report_monitoring = ReportMonitoring(measure, reports)
    raise_alarm = RaiseDriftAlarm(reports, alarms)

    first, second = (report_monitoring(NORTH, MODEL, DAY) for _ in range(2))
    events = [raise_alarm(NORTH, MODEL, DAY) for _ in range(2)]

    assert first is not None
    assert first is second
    (event,) = alarms.raised.values()
    assert events == [event, event]
    assert (event.level, event.report_sha256) == ("red", first.sha256)
    assert [one.name for one in event.alarms] == ["pd_ppm"]


def test_a_steady_model_alarms_nobody() -> None:
    measure, _ = measuring(*(a_scored(n) for n in range(200)))
    reports, alarms = InMemoryReports(), InMemoryAlarms()
    ReportMonitoring(measure, reports)(NORTH, MODEL, DAY)

    assert RaiseDriftAlarm(reports, alarms)(NORTH, MODEL, DAY) is None
    assert alarms.raised == {}


def test_an_alarm_without_a_report_is_refused() -> None:
    with pytest.raises(ReportNotFound):
        RaiseDriftAlarm(InMemoryReports(), InMemoryAlarms())(NORTH, MODEL, DAY)


def test_the_latest_report_is_read_and_its_history() -> None:
    measure, _ = measuring(*(a_scored(n) for n in range(200)))
    reports = InMemoryReports()
    report_monitoring = ReportMonitoring(measure, reports)
    report_monitoring(NORTH, MODEL, DAY)
    report_monitoring(NORTH, MODEL, DAY + timedelta(days=1))
    read = ReadMonitoring(reports)

    assert read(NORTH, MODEL).day == DAY + timedelta(days=1)
    assert [one.level for one in read.history(NORTH, MODEL)] == [Level.GREEN] * 2
    with pytest.raises(ReportNotFound):
        read(SOUTH, MODEL)
