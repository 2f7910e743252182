"""What befalls borrowers: the same for the same draw, kinder to the able, unseen by documents."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.domain.economy.documents import facts_of
from sandbox.domain.economy.lives import BLOW_LASTS_MONTHS, NOTHING, Life
from sandbox.domain.economy.member import Member, Setback, member_at
from sandbox.domain.economy.trade import books_of
from sandbox.domain.providers.books import months_before

ASKED_ON = date(2024, 2, 1)
SEGMENTS = st.sampled_from("ESF")
INDICES = st.integers(0, 100_000)
DUE_DAYS = st.dates(date(2024, 3, 1), date(2026, 1, 28))


def a_life(segment: str = "S", index: int = 0, draw: str = "0", **changes: object) -> Life:
    """A member who asks in February 2024."""
    member = replace(member_at("tests", segment, index), observed_on=ASKED_ON, **changes)
    return Life(member=member, draw=draw)


def paid(life: Life, months: int = 12) -> list[int]:
    """What is paid of each of the first instalments, if all before were paid."""
    days = [months_before(ASKED_ON, -ahead).replace(day=10) for ahead in range(1, months + 1)]
    return [life.pays(day, 0).percent for day in days]


@given(SEGMENTS, INDICES, DUE_DAYS, st.integers(0, 6))
@settings(max_examples=60, deadline=None)
def test_the_same_life_is_lived_twice(segment: str, index: int, due_on: date, behind: int) -> None:
    life, again = a_life(segment, index), a_life(segment, index)

    assert life.pays(due_on, behind) == again.pays(due_on, behind)


@given(SEGMENTS, INDICES, DUE_DAYS, st.integers(0, 4), st.integers(0, 3_000))
@settings(max_examples=100, deadline=None)
def test_more_ability_never_pays_less(
    segment: str, index: int, due_on: date, behind: int, more: int
) -> None:
    life = a_life(segment, index)
    abler = Life(member=replace(life.member, ability=life.member.ability + more))

    assert abler.pays(due_on, behind).percent >= life.pays(due_on, behind).percent


@given(SEGMENTS, INDICES, DUE_DAYS)
@settings(max_examples=60, deadline=None)
def test_whoever_is_behind_pays_no_more_than_who_is_not(
    segment: str, index: int, due_on: date
) -> None:
    life = a_life(segment, index)

    assert life.pays(due_on, 1).percent <= life.pays(due_on, 0).percent


def test_who_cheats_never_pays_and_never_comes_back() -> None:
    lives = [a_life("S", index) for index in range(400)]
    cheats = [life for life in lives if life.cheats]

    assert cheats
    assert all(life.pays(date(2024, 3, 10), 0) == NOTHING for life in cheats)
    assert not any(life.asks_again(date(2025, 3, 1), 100) for life in cheats)
    assert not any(life.brings_back_percent(date(2025, 3, 1)) for life in cheats)


def test_another_draw_is_another_life() -> None:
    one = [paid(a_life("S", index, "0")) for index in range(200)]
    other = [paid(a_life("S", index, "1")) for index in range(200)]

    assert one != other


def test_no_document_of_the_application_knows_the_life() -> None:
    def documents(draw: str) -> object:
        member = a_life("S", 3, draw).seen_on(ASKED_ON)
        return facts_of(member, books_of(member), "bank_flow/1")

    assert documents("0") == documents("1")


def test_a_blow_shows_from_the_month_after_and_is_overcome() -> None:
    struck = _struck()
    first = next(month for month in _months() if struck.seen_on(month).setback is not None)
    hit = struck.seen_on(first).setback
    later = months_before(first, -BLOW_LASTS_MONTHS)
    later_hit = struck.seen_on(later).setback

    assert hit is not None
    assert hit.months_ago == 1
    assert later_hit is None or later_hit.months_ago <= BLOW_LASTS_MONTHS


def test_a_setback_before_the_application_grows_older() -> None:
    life = a_life("S", 0, setback=Setback(months_ago=2, loss_percent=40))

    assert life.seen_on(ASKED_ON).setback == Setback(months_ago=2, loss_percent=40)
    assert _age(life.seen_on(date(2024, 5, 1))) in range(1, 6)


def test_a_member_after_a_blow_pays_less_often() -> None:
    calm = [a_life("S", index, setback=None) for index in range(300)]
    hurt = [
        a_life("S", index, setback=Setback(months_ago=1, loss_percent=50)) for index in range(300)
    ]

    assert _share(hurt) < _share(calm)


def _share(lives: list[Life]) -> float:
    return sum(percent == 100 for life in lives for percent in paid(life, 6)) / (6 * len(lives))


def _months() -> list[date]:
    return [months_before(ASKED_ON, -ahead) for ahead in range(1, 24)]


def _struck() -> Life:
    """The first member without a setback whom something befalls later."""
    lives = (a_life("S", index, setback=None) for index in range(200))
    return next(
        life
        for life in lives
        if any(life.seen_on(month).setback is not None for month in _months())
    )


def _age(member: Member) -> int | None:
    return member.setback.months_ago if member.setback else None
