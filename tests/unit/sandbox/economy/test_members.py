"""Members of the economy: the same for the same seed, realistic base rates, no leakage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.domain.economy import outcomes
from sandbox.domain.economy.arrears import LATEST_DAYS, case_of, not_cured
from sandbox.domain.economy.chance import chance_ppm
from sandbox.domain.economy.loans import BAD_DAYS, days_past_due, path_until_observed
from sandbox.domain.economy.member import DOMAIN_WEIGHTS, SEGMENT_NAMES, Member, member_at
from sandbox.domain.economy.persona import PERSONAS
from sandbox.domain.economy.sectors import SHOCK_FROM, harvest, mean_condition

SEEDS = st.text(alphabet="abc0123456789", min_size=1, max_size=6)
SEGMENTS = st.sampled_from(sorted(SEGMENT_NAMES))
INDICES = st.integers(0, 1_000_000)
MEMBERS = 2_500


@cache
def members(segment: str, *, on_book: bool = False, count: int = MEMBERS) -> tuple[Member, ...]:
    """The first members of a segment."""
    return tuple(member_at("tests", segment, index, on_book=on_book) for index in range(count))


def share(group: Sequence[Member], happened: Callable[[Member], bool]) -> float:
    """The share of a group to whom something happened."""
    return sum(map(happened, group)) / len(group)


@given(SEEDS, SEGMENTS, INDICES)
@settings(max_examples=50, deadline=None)
def test_the_same_seed_gives_the_same_member(seed: str, segment: str, index: int) -> None:
    assert member_at(seed, segment, index) == member_at(seed, segment, index)


@given(SEEDS, SEGMENTS, INDICES)
@settings(max_examples=50, deadline=None)
def test_stress_lies_between_calm_and_desperate(seed: str, segment: str, index: int) -> None:
    member = member_at(seed, segment, index)

    assert all(0 <= member.stress(product) <= 100 for product in DOMAIN_WEIGHTS)


@given(st.integers(-20_000, 20_000), st.integers(0, 5_000))
def test_higher_log_odds_are_never_a_lower_chance(logit: int, more: int) -> None:
    assert chance_ppm(logit) <= chance_ppm(logit + more)


def test_another_seed_gives_another_economy() -> None:
    first, second = member_at("1", "S", 0), member_at("2", "S", 0)

    assert (first.ability, first.willingness) != (second.ability, second.willingness)


@pytest.mark.parametrize("segment", sorted(SEGMENT_NAMES))
def test_before_the_shock_two_to_eight_percent_turn_bad(segment: str) -> None:
    before = [member for member in members(segment) if not member.after_shock]

    assert 0.02 <= share(before, outcomes.bad_in_a_year) <= 0.08


@pytest.mark.parametrize("segment", "SFC")
def test_one_to_three_percent_are_fraud_and_about_three_are_brokered(segment: str) -> None:
    group = members(segment)

    assert 0.01 <= share(group, outcomes.fraud) <= 0.03
    assert 0.02 <= share(group, outcomes.brokered) <= 0.04


def test_after_the_shock_more_turn_bad() -> None:
    group = members("E") + members("S")

    before = share([m for m in group if not m.after_shock], outcomes.bad_in_a_year)
    after = share([m for m in group if m.after_shock], outcomes.bad_in_a_year)

    assert after > before * 1.2


def test_the_able_and_willing_pay_more_often() -> None:
    group = members("S")
    good = [m for m in group if m.ability + m.willingness > 1_000]
    poor = [m for m in group if m.ability + m.willingness < -1_000]

    assert share(good, outcomes.bad_in_a_year) * 3 < share(poor, outcomes.bad_in_a_year)


def test_nobody_is_observed_in_the_year_whose_outcomes_straddle_the_shock() -> None:
    days = {member.observed_on for member in members("C")}

    assert all(day < date(2024, 1, 1) or day >= SHOCK_FROM for day in days)


def test_the_shock_lowers_every_sector() -> None:
    for section in "ACEFGHILMO":
        before = mean_condition("tests", section, date(2021, 1, 1), 48)
        after = mean_condition("tests", section, SHOCK_FROM, 48)
        assert after < before


def test_neighbours_share_the_weather() -> None:
    years = range(1990, 2030)
    here = [harvest("tests", "340121", year) for year in years]
    near = [harvest("tests", "340122", year) for year in years]

    same = sum((a < 0) == (b < 0) for a, b in zip(here, near, strict=True))

    assert same > len(years) * 0.6


def test_two_to_eight_percent_of_current_loans_go_bad_in_half_a_year() -> None:
    paths = [(m, path_until_observed(m)) for m in members("S", on_book=True, count=1_500)]
    current = [(m, p) for m, p in paths if days_past_due(p, m.observed_on) < BAD_DAYS]

    bad = sum(outcomes.sixty_days_in_half_a_year(member, path) for member, path in current)

    assert 0.02 <= bad / len(current) <= 0.08


def test_about_half_of_the_late_loans_are_cured_in_a_month() -> None:
    found = [(m, case_of(m, path_until_observed(m))) for m in members("C", on_book=True)]
    cases = [(member, case) for member, case in found if case is not None]

    cured = sum(not not_cured(member, case) for member, case in cases) / len(cases)

    assert all(1 <= case.days_past_due <= LATEST_DAYS for _, case in cases)
    assert 0.3 <= cured <= 0.7


def test_shares_of_personas_add_up() -> None:
    assert sum(persona.permille for persona in PERSONAS.values()) == 1_000
