"""Servicing's cases asked of the real model M28 of risk."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.contracts.risk import ModelAnswer
from servicing.adapters.collection_score import MODEL, AskedCollectionScore
from servicing.domain.collections.case import CaseFacts
from servicing.domain.collections.strategy import Grade, grade_of
from servicing.domain.model_errors import ModelUnavailable
from tests.support.published_models import published_models
from tests.support.risk_stores import ARTEFACTS
from tests.support.servicing import NORTH

MILD = CaseFacts(
    days_past_due=3,
    earlier_episodes=0,
    days_since_last_payment=8,
    answered_percent=100,
    promises_broken=0,
)
GRAVE = CaseFacts(
    days_past_due=80,
    earlier_episodes=5,
    days_since_last_payment=120,
    answered_percent=0,
    promises_broken=3,
)


def points(facts: CaseFacts) -> int:
    return AskedCollectionScore(published_models()).points(NORTH, facts)


def test_the_model_knows_every_fact_that_servicing_tells() -> None:
    card = json.loads((ARTEFACTS / MODEL / "card.json").read_bytes())

    assert set(MILD.as_inputs()) == {
        one["name"] for one in card["inputs"] if one.get("name", "").startswith("case.")
    }


def test_a_mild_case_has_more_points_than_a_grave_one() -> None:
    assert points(MILD) > points(GRAVE)
    assert grade_of(points(GRAVE)) is Grade.HEAVY


@given(
    days=st.integers(1, 90),
    since=st.integers(0, 120),
    answered=st.integers(0, 100),
    broken=st.integers(0, 4),
)
def test_what_is_not_known_never_makes_a_case_milder(
    days: int, since: int, answered: int, broken: int
) -> None:
    known = CaseFacts(
        days_past_due=days,
        earlier_episodes=1,
        days_since_last_payment=since,
        answered_percent=answered,
        promises_broken=broken,
    )
    unknown = CaseFacts(
        days_past_due=days,
        earlier_episodes=1,
        days_since_last_payment=None,
        answered_percent=None,
        promises_broken=broken,
    )

    assert points(unknown) <= points(known)


def test_an_answer_without_points_counts_as_none() -> None:
    class Empty:
        def ask(self, bank_id: str, model: str, inputs: dict[str, Any]) -> ModelAnswer:
            return ModelAnswer(
                model=MODEL, catalogue_id="M28", version="1.0.0", sha256="a" * 64, answer={}
            )

    with pytest.raises(ModelUnavailable):
        AskedCollectionScore(Empty()).points(NORTH, MILD)
