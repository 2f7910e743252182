"""Who asks for a loan: everybody once, in the first months; the orderly again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from infra.simulation.asking import Asking, asking_again, first_askings
from infra.simulation.options import SEGMENTS, Options
from sandbox.domain.providers.books import months_before

OPTIONS = Options(months=8, applicants=90)


def everybody(options: Options = OPTIONS) -> list[Asking]:
    return [asking for askings in first_askings(options).values() for asking in askings]


def test_everybody_asks_once_in_the_first_three_quarters() -> None:
    askings = everybody()

    last = months_before(OPTIONS.start, -6)
    assert len({one.application_id for one in askings}) == OPTIONS.applicants
    assert all(OPTIONS.start <= one.asked_on < last for one in askings)


def test_all_segments_ask_alike() -> None:
    segments = [one.life.member.segment for one in everybody()]

    assert {one: segments.count(one) for one in SEGMENTS} == dict.fromkeys(SEGMENTS, 30)


def test_documents_are_of_the_first_of_the_month_in_which_somebody_asks() -> None:
    assert all(one.member.observed_on == one.asked_on.replace(day=1) for one in everybody())


def test_the_same_seed_gives_the_same_applicants_and_another_one_others() -> None:
    days = [one.asked_on for one in everybody()]

    assert days == [one.asked_on for one in everybody()]
    assert days != [one.asked_on for one in everybody(replace(OPTIONS, seed="other"))]


def test_who_has_repaid_asks_again_in_the_month_after_under_a_new_application() -> None:
    first = next(one for one in everybody() if not one.life.cheats)

    again = asking_again(first, date(2025, 3, 15), 100)

    assert again is not None
    assert (again.asked_on.year, again.asked_on.month, again.times) == (2025, 4, 2)
    assert again.customer_id == first.customer_id
    assert again.application_id != first.application_id


def test_nobody_asks_again_where_nobody_is_expected_to() -> None:
    assert not any(asking_again(one, date(2025, 3, 15), 0) for one in everybody())
