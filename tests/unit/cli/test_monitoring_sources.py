"""What is measured of an archive: every model that answered, and by name whatever cannot be."""

from __future__ import annotations

from dataclasses import replace

from infra.monitoring_sources import Told, challenged, measured
from risk.domain.monitoring.scored import CollectedDecision, ModelAnswer
from risk.domain.monitoring.thresholds import Level
from risk.usecases.collect_scores import CollectedArchive
from tests.support.monitoring import REAL_CARDS, REAL_MODEL, a_scored, an_outcome, collected

SYNTHETIC = "owner_application_score"
WORST_PPM = 990_000


def an_answer(model: str, pd_ppm: int, version: str | None = None) -> ModelAnswer:
    card = REAL_CARDS.all().get(model)
    known = version or (card.model_version if card else "1.0.0")
    return ModelAnswer(model_id=model, model_version=known, pd_ppm=pd_ppm, decided=False)


def a_case(number: int, *answers: ModelAnswer, refused: tuple[str, ...] = ()) -> CollectedDecision:
    return replace(collected(a_scored(number)), answers=answers, refused=refused)


def an_archive(*cases: CollectedDecision, unreadable: tuple[str, ...] = ()) -> CollectedArchive:
    return CollectedArchive(banks={"north": cases}, unreadable=unreadable)


def test_what_is_far_from_a_made_up_population_comes_after_what_really_moved() -> None:
    cases = [
        a_case(n, an_answer(REAL_MODEL, WORST_PPM), an_answer(SYNTHETIC, WORST_PPM))
        for n in range(150)
    ]

    lines = measured("north", an_archive(*cases), Told()).lines

    assert [(one.report.model_id, one.report.level) for one in lines] == [
        (REAL_MODEL, Level.RED),
        (SYNTHETIC, Level.RED),
    ]


def test_answers_of_a_model_without_a_card_are_counted_by_name() -> None:
    cases = [a_case(n, an_answer("retired", 1, "3.1.0")) for n in range(4)]

    found = measured("north", an_archive(*cases, unreadable=("dec-1",)), Told())

    assert (found.unknown, found.lines) == ({"retired@3.1.0": 4}, ())
    assert (REAL_MODEL in found.silent, found.unreadable) == (True, ("dec-1",))


def test_a_model_that_was_refused_everywhere_is_not_called_silent() -> None:
    found = measured("north", an_archive(a_case(1, refused=(REAL_MODEL,))), Told())

    (line,) = found.lines
    assert (line.report.model_id, line.report.gaps.refused) == (REAL_MODEL, 1)
    assert REAL_MODEL not in found.silent


def test_another_bank_has_nothing_to_tell() -> None:
    found = measured("south", an_archive(a_case(1, an_answer(REAL_MODEL, 1))), Told())

    assert found.lines == ()


def test_a_challenger_of_another_version_is_not_mixed_in() -> None:
    cases = [
        a_case(n, an_answer(REAL_MODEL, n), an_answer(SYNTHETIC, n, None if n else "0.1.0"))
        for n in range(3)
    ]

    report = challenged(REAL_MODEL, SYNTHETIC, cases, [an_outcome(1, result="bad")])

    assert (report.count, report.known, report.bad) == (2, 1, 1)
