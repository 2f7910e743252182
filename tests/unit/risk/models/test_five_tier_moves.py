"""M27: when a loan may rise to a better tier, and what alone makes it worse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from risk.domain.models import five_tier_ecl as model
from tests.unit.risk.models.debtors import DEBTOR, PARAMETERS, tier, with_first


@pytest.mark.parametrize(
    ("since", "periods", "resolved", "expected"),
    [
        (date(2025, 8, 1), 2, True, "normal"),
        (date(2025, 8, 2), 2, True, "attention"),
        (date(2025, 8, 1), 1, True, "attention"),
        (date(2025, 8, 1), 2, False, "attention"),
        (date(2026, 2, 1), 6, True, "attention"),
        (None, 2, True, "attention"),
    ],
)
def test_an_observation_ends_after_a_year_two_periods_and_the_difficulty(
    since: date | None, periods: int, resolved: bool, expected: str
) -> None:
    loan = {
        "restructured": True,
        "observed_from": since,
        "observed_periods": periods,
        "difficulty_resolved": resolved,
    }

    assert tier(with_first(DEBTOR, **loan)) == expected


@pytest.mark.parametrize(
    ("months", "periods", "keeps_paying", "expected"),
    [
        (6, 2, True, "normal"),
        (5, 2, True, "substandard"),
        (6, 1, True, "substandard"),
        (6, 2, False, "substandard"),
        (None, None, None, "substandard"),
    ],
)
def test_a_non_performing_loan_rises_only_when_it_has_earned_it(
    months: int | None, periods: int | None, keeps_paying: bool | None, expected: str
) -> None:
    loan = {
        "tier_before": "doubtful",
        "paid_up_months": months,
        "paid_up_periods": periods,
        "will_keep_paying": keeps_paying,
    }

    assert tier(with_first(DEBTOR, **loan)) == expected


@pytest.mark.parametrize(
    ("life", "at_grant", "stage"),
    [(40_000, 20_000, 2), (39_999, 20_000, 1), (10_000, 1, 1), (10_001, 1, 2), (40_000, None, 2)],
)
def test_a_probability_twice_that_at_grant_is_a_significant_rise(
    life: int, at_grant: int | None, stage: int
) -> None:
    risen = with_first(
        DEBTOR, default_12m_ppm=0, default_life_ppm=life, default_life_at_grant_ppm=at_grant
    )

    assert model.answer(risen, PARAMETERS).stage == stage


@pytest.mark.parametrize(
    ("asked_on", "expected"),
    [(date(2026, 5, 1), "normal"), (date(2026, 4, 30), "attention"), (None, "attention")],
)
def test_outside_facts_are_asked_for_at_least_every_quarter(
    asked_on: date | None, expected: str
) -> None:
    assert tier(replace(DEBTOR, outside_facts_on=asked_on)) == expected


@pytest.mark.parametrize(("share", "expected"), [(200_000, "normal"), (200_001, "substandard")])
def test_more_than_a_fifth_overdue_at_all_banks_is_substandard(share: int, expected: str) -> None:
    assert tier(replace(DEBTOR, overdue_90_everywhere_ppm=share)) == expected
