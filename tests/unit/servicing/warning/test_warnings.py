"""A warning's life: raised once, answered by people, closed by two where it is grave."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from servicing.domain.errors import MakerIsChecker, WarningNotOpen
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.repetition import told
from servicing.domain.warning.report import report
from servicing.domain.warning.warning import (
    MAX_EVIDENCE,
    Disposal,
    LoanWarning,
    Measure,
    WarningState,
)
from tests.support.warnings import DEBTOR, NINE, RULES, a_finding, a_warning, seen

HOUR = timedelta(hours=1)
MONTH = timedelta(days=RULES.quiet_days)


def a_disposal(at: datetime = NINE + HOUR, **changes: object) -> Disposal:
    values: dict[str, object] = {
        "measure": Measure.CUT_LIMIT,
        "text": "压降额度至二十万元",
        "documents": ("doc-1",),
        "made_by": "rm-1",
        "made_at": at,
    }
    return Disposal(**values | changes)  # type: ignore[arg-type]


def closed(colour: Colour = Colour.ORANGE, at: datetime = NINE + HOUR) -> LoanWarning:
    taken = a_warning(colour).acknowledge("rm-1", NINE)
    made = taken.dispose(a_disposal(at), RULES)
    return made.decide("boss", True, "同意", at) if colour is Colour.RED else made


# --- one warning for a debtor and a signal ----------------------------------------------------


def test_the_first_finding_is_a_warning() -> None:
    finding = a_finding()

    made = told(DEBTOR, finding, seen(finding), None, RULES)

    assert made.warning == a_warning()
    assert made.announced is Colour.ORANGE


def test_while_it_is_open_the_same_finding_only_adds_evidence() -> None:
    finding = a_finding()

    again = told(DEBTOR, finding, seen(finding, "watch-2"), a_warning(), RULES)

    assert again.announced is None
    assert again.warning is not None
    assert len(again.warning.seen) == 2
    assert again.warning.warning_id == a_warning().warning_id


def test_the_same_watch_twice_adds_nothing() -> None:
    finding = a_finding()

    assert told(DEBTOR, finding, seen(finding), a_warning(), RULES).warning is None
    assert told(DEBTOR, finding, seen(finding), closed(), RULES).warning is None


def test_a_graver_finding_raises_the_colour_of_the_open_warning() -> None:
    finding = a_finding(Colour.RED)

    again = told(DEBTOR, finding, seen(finding, "watch-2"), a_warning(), RULES)

    assert again.announced is Colour.RED
    assert again.warning is not None
    assert again.warning.colour is Colour.RED


def test_a_lighter_finding_does_not_lighten_the_warning() -> None:
    finding = a_finding(Colour.YELLOW)

    again = told(DEBTOR, finding, seen(finding, "watch-2"), a_warning(), RULES)

    assert again.warning is not None
    assert again.warning.colour is Colour.ORANGE


@pytest.mark.parametrize(
    ("colour", "after", "loud"),
    [
        (Colour.ORANGE, timedelta(days=1), False),
        (Colour.YELLOW, timedelta(days=1), False),
        (Colour.RED, timedelta(days=1), True),
        (Colour.ORANGE, MONTH - timedelta(minutes=1), False),
        (Colour.YELLOW, MONTH, True),
    ],
)
def test_after_its_end_only_a_rise_or_the_quiet_period_makes_another(
    colour: Colour, after: timedelta, loud: bool
) -> None:
    finding, last = a_finding(colour), closed()
    at = NINE + HOUR + after

    again = told(DEBTOR, finding, seen(finding, "watch-2", at), last, RULES)

    assert (again.warning is not None) is loud
    if again.warning is not None:
        assert again.warning.episode == 2
        assert again.warning.warning_id != last.warning_id


def test_evidence_is_bounded_and_keeps_the_first() -> None:
    warning = a_warning()
    for number in range(MAX_EVIDENCE * 2):
        warning = warning.seen_again(seen(a_finding(), f"run-{number}"))

    assert len(warning.seen) == MAX_EVIDENCE
    last = f"run-{MAX_EVIDENCE * 2 - 1}"
    assert (warning.seen[0].run, warning.seen[-1].run) == ("watch-1", last)


# --- the way to its end -------------------------------------------------------------------------


def test_one_person_closes_what_is_not_grave() -> None:
    warning = closed(Colour.ORANGE)

    assert warning.state is WarningState.DISPOSED
    assert warning.clock.answered_at == warning.closed_at == NINE + HOUR


def test_a_false_alarm_is_an_end_of_its_own() -> None:
    taken = a_warning().acknowledge("rm-1", NINE)

    made = taken.dispose(a_disposal(measure=Measure.FALSE_ALARM), RULES)

    assert made.state is WarningState.FALSE_ALARM


def test_a_red_one_waits_for_a_second_person() -> None:
    taken = a_warning(Colour.RED).acknowledge("rm-1", NINE)

    waiting = taken.dispose(a_disposal(), RULES)
    done = waiting.decide("boss", True, "同意", NINE + 2 * HOUR)

    assert (waiting.state, done.state) == (WarningState.DISPOSING, WarningState.DISPOSED)
    assert done.disposal is not None
    assert (done.disposal.made_by, done.disposal.checked_by) == ("rm-1", "boss")


def test_the_maker_does_not_check() -> None:
    waiting = a_warning(Colour.RED).acknowledge("rm-1", NINE).dispose(a_disposal(), RULES)

    with pytest.raises(MakerIsChecker):
        waiting.decide("rm-1", True, "同意", NINE + HOUR)


def test_what_the_checker_refuses_goes_back_and_its_clock_runs_on() -> None:
    waiting = a_warning(Colour.RED).acknowledge("rm-1", NINE).dispose(a_disposal(), RULES)

    back = waiting.decide("boss", False, "措施不足", NINE + 3 * HOUR)

    assert back.state is WarningState.ACKNOWLEDGED
    assert back.clock.remaining_seconds(NINE + 3 * HOUR) == 3600
    assert back.disposals[0].agreed is False


@pytest.mark.parametrize(
    "step",
    [
        lambda warning: warning.pause("rm-1", "等待", NINE),
        lambda warning: warning.resume(NINE),
        lambda warning: warning.dispose(a_disposal(), RULES),
        lambda warning: warning.decide("boss", True, "", NINE),
    ],
    ids=["pause", "resume", "dispose", "decide"],
)
def test_nothing_is_done_to_a_warning_that_nobody_has_taken(step: object) -> None:
    with pytest.raises(WarningNotOpen):
        step(a_warning())  # type: ignore[operator]


def test_who_took_it_may_take_it_again_and_nobody_else() -> None:
    taken = a_warning().acknowledge("rm-1", NINE)

    assert taken.acknowledge("rm-1", NINE + HOUR) == taken
    with pytest.raises(WarningNotOpen):
        taken.acknowledge("rm-2", NINE + HOUR)


# --- the report ---------------------------------------------------------------------------------


def test_the_report_counts_answers_breaches_and_minutes_by_colour() -> None:
    in_time = [closed(at=NINE + minutes * timedelta(minutes=1)) for minutes in (10, 20, 90)]
    late = closed(at=NINE + 5 * HOUR)
    running = a_warning(at=NINE + 4 * HOUR)
    unanswered = a_warning()

    red, orange, yellow = report([*in_time, late, running, unanswered], NINE + 5 * HOUR)

    assert (orange.raised, orange.in_time, orange.breached, orange.running) == (6, 3, 2, 1)
    assert (orange.median_minutes, orange.p95_minutes) == (20, 300)
    assert (red.raised, red.median_minutes, yellow.raised) == (0, None, 0)


def test_pauses_are_listed_and_not_counted_as_time() -> None:
    taken = a_warning().acknowledge("rm-1", NINE).pause("rm-1", "等待客户资料", NINE)
    made = taken.resume(NINE + 6 * HOUR).dispose(a_disposal(NINE + 7 * HOUR), RULES)

    _, orange, _ = report([made], NINE + 9 * HOUR)

    assert (orange.in_time, orange.paused, orange.median_minutes) == (1, 1, 60)


def test_a_disposal_is_not_dated_before_what_happened() -> None:
    warning = replace(a_warning(), clock=replace(a_warning().clock, last_at=NINE + 2 * HOUR))

    made = warning.acknowledge("rm-1", NINE).dispose(a_disposal(NINE), RULES)

    assert made.disposals[0].made_at == NINE + 2 * HOUR
