"""Servicing's facts asked of the real model M27 of risk: it understands them, and is no milder.

The two modules never import each other; here both answer about the same debtors.
"""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.strict_json import dumps
from servicing.adapters.model_answers import NoModelAnswers
from servicing.adapters.tier_model import MODEL, AskedTierModel
from servicing.domain.classification.days_only import NotAsked
from servicing.domain.classification.facts import DebtorFacts
from servicing.domain.classification.judgement import Judgement, LoanJudgement
from servicing.domain.classification.opinion import Opinion
from servicing.domain.classification.tiers import Tier
from servicing.domain.model_errors import ModelAbsent, ModelUnavailable
from tests.support.classification import RULES, a_debtor_loan, by_days, some_facts
from tests.support.published_models import published_models
from tests.support.risk_stores import ARTEFACTS
from tests.support.servicing import NORTH
from tests.unit.servicing.classification.test_tiers_without_the_model import debtors

KNOWN_GOOD = LoanJudgement(
    loan_id="loan-1", use_changed=False, adverse_factors=False, will_keep_paying=True
)
ASKED_TODAY = Judgement(outside_facts_on=date(2026, 8, 1), loans=(KNOWN_GOOD,))


@pytest.fixture(scope="module")
def model() -> AskedTierModel:
    """M27 behind servicing's own adapter."""
    return _model()


def _model() -> AskedTierModel:
    return AskedTierModel(published_models())


def asked(facts: DebtorFacts) -> Opinion:
    """M27's opinion."""
    return _model().propose(NORTH, facts)


def test_a_performing_debtor_about_whom_all_is_known_is_normal(model: AskedTierModel) -> None:
    opinion = model.propose(NORTH, some_facts(judgement=ASKED_TODAY))

    assert (opinion.basis, opinion.tier, opinion.loans[0].stage) == ("model", Tier.NORMAL, 1)
    assert opinion.model_version == "1.0.0"
    # 100,000 · 1.5 % · 45 % = 675.00, discounted by half a year at 4.35 %.
    assert opinion.expected_loss.minor == 66_048


def test_what_nobody_looked_at_is_a_ground_for_attention(model: AskedTierModel) -> None:
    opinion = model.propose(NORTH, some_facts())

    codes = {one.code for one in opinion.loans[0].reasons}
    assert opinion.tier is Tier.ATTENTION
    assert {"USE_CHANGED", "ADVERSE_FACTORS", "OUTSIDE_FACTS_OLD"} <= codes


def test_the_numbers_of_servicing_are_those_of_the_model() -> None:
    theirs = json.loads((ARTEFACTS / MODEL / "parameters.json").read_bytes())["parameters"]
    ours = {name: getattr(RULES, name) for name in theirs if hasattr(RULES, name)}

    assert len(ours) == 11
    assert ours == {name: theirs[name] for name in ours}


@given(facts=debtors())
def test_the_floors_of_the_books_are_never_stricter_than_the_model(facts: DebtorFacts) -> None:
    """Else a proposal could not be confirmed as it is."""
    proposed, floor = asked(facts).tiers, by_days(facts, NotAsked.ABSENT).tiers

    assert all(proposed[loan_id].rank >= floor[loan_id].rank for loan_id in floor)


@given(facts=debtors(), more=st.integers(1, 400), place=st.integers(0, 3))
def test_more_days_overdue_never_make_the_models_tier_better(
    facts: DebtorFacts, more: int, place: int
) -> None:
    place %= len(facts.loans)
    loans = tuple(
        replace(one, overdue_days=one.overdue_days + more) if n == place else one
        for n, one in enumerate(facts.loans)
    )

    before, after = asked(facts), asked(replace(facts, loans=loans))

    for then, now in zip(before.loans, after.loans, strict=True):
        assert now.tier.rank >= then.tier.rank
        assert now.stage >= then.stage


def test_an_outage_is_not_an_absence() -> None:
    class Refusing:
        def invoke(self, **_: Any) -> dict[str, Any]:
            body = {"errorType": "ModelNotTrusted", "errorMessage": "changed"}
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(dumps(body).encode())}

    with pytest.raises(ModelUnavailable):
        published_models(Refusing()).ask(NORTH, MODEL, {})
    with pytest.raises(ModelAbsent):
        NoModelAnswers().ask(NORTH, MODEL, {})


def test_an_answer_about_other_loans_counts_as_none() -> None:
    class Other:
        def ask(self, bank_id: str, model: str, inputs: dict[str, Any]) -> Any:
            facts = some_facts(a_debtor_loan("loan-9"))
            return published_models().ask(NORTH, MODEL, facts.as_inputs())

    with pytest.raises(ModelUnavailable):
        AskedTierModel(Other()).propose(NORTH, some_facts())
