"""M19: what covers a loan adds up to it, and nothing that secures it makes it worse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.domain.models.answer import ModelInputNotValid
from risk.domain.models.collateral_guarantee import Institution, PartyShare
from risk.domain.models.collateral_value import Collateral
from risk.domain.models.guarantor_capacity import Guarantor
from tests.support.risk_models import answer_of, codes, golden_inputs, parameters_of
from tests.unit.risk.models.in_loan import FEW

ID = "collateral_guarantee"
KINDS = [rule.kind for rule in parameters_of(ID).kinds]
FEN = st.integers(0, 3 * 10**8)
SHARE = st.integers(0, 333_333)
HOME = golden_inputs(ID).collaterals[0]
GUARANTOR = golden_inputs(ID, 2).guarantors[0]
THINGS = st.builds(
    lambda kind, worth, prior, day: replace(
        HOME, kind=kind, appraised_fen=worth, prior_claims_fen=prior, appraised_on=day
    ),
    st.sampled_from(KINDS),
    FEN,
    FEN,
    st.dates(date(2023, 1, 1), date(2026, 11, 26)),
)
PEOPLE = st.builds(
    lambda assets, income, debts, related, circle: replace(
        GUARANTOR,
        net_assets_fen=assets,
        yearly_income_fen=income,
        debts_fen=debts,
        is_related=related,
        is_cyclical=circle,
    ),
    st.integers(-(10**8), 3 * 10**8),
    FEN,
    FEN,
    st.booleans(),
    st.booleans(),
)
COMPANIES = st.builds(
    Institution,
    is_approved=st.booleans(),
    shares=st.lists(st.builds(PartyShare, party=st.just("one"), share_ppm=SHARE), max_size=3).map(
        tuple
    ),
    headroom_fen=FEN,
)
CASES = st.fixed_dictionaries(
    {
        "exposure_fen": st.integers(1, 3 * 10**8),
        "collaterals": THINGS.map(lambda thing: (thing,)),
        "guarantors": PEOPLE.map(lambda person: (person,)),
        "institution": st.none() | COMPANIES,
    }
)


@FEW
@given(case=CASES)
def test_what_covers_a_loan_and_what_does_not_are_the_loan(case: dict[str, Any]) -> None:
    answer = answer_of(ID, golden_inputs(ID, **case))

    covers = (answer.collateral_fen, answer.institution_fen, answer.guarantors_fen)
    assert min(*covers, answer.uncovered_fen) >= 0
    assert sum(covers) == answer.mitigated_fen
    assert answer.mitigated_fen + answer.uncovered_fen == case["exposure_fen"]


@FEW
@given(case=CASES, thing=THINGS, person=PEOPLE)
def test_more_security_never_uncovers_a_loan(
    case: dict[str, Any], thing: Collateral, person: Guarantor
) -> None:
    inputs = golden_inputs(ID, **case)
    more = replace(
        inputs,
        collaterals=(*case["collaterals"], replace(thing, collateral_id="C2")),
        guarantors=(*case["guarantors"], replace(person, guarantor_id="G2")),
    )

    before, after = answer_of(ID, inputs), answer_of(ID, more)

    assert after.uncovered_fen <= before.uncovered_fen
    assert after.capacity_fen >= before.capacity_fen
    assert after.lgd_ppm <= before.lgd_ppm


@FEW
@given(case=CASES)
def test_the_bank_keeps_its_share_of_what_a_company_guarantees(case: dict[str, Any]) -> None:
    answer = answer_of(ID, golden_inputs(ID, **case))

    left = case["exposure_fen"] - answer.collateral_fen
    borne = {share.party: share.fen for share in answer.risk_shares}
    assert answer.institution_fen * 10 <= left * 8
    assert borne["bank"] == left - answer.institution_fen
    assert sum(share.fen for share in answer.risk_shares) == left


@FEW
@given(case=CASES)
def test_the_loss_lies_between_that_of_secured_and_of_unsecured(case: dict[str, Any]) -> None:
    parameters = parameters_of(ID)

    answer = answer_of(ID, golden_inputs(ID, **case))

    assert parameters.secured_lgd_ppm <= answer.lgd_ppm <= parameters.unsecured_lgd_ppm


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("is_registered", False),
        ("owners_consent", False),
        ("is_seized", True),
        ("kind", "promise"),
        ("appraised_on", date(2026, 11, 27)),
        ("appraised_on", None),
        ("prior_claims_fen", None),
        ("is_seized", None),
    ],
)
def test_what_the_bank_cannot_sell_covers_nothing(field: str, value: object) -> None:
    thing = replace(HOME, **{field: value})

    answer = answer_of(ID, golden_inputs(ID, collaterals=(thing,)))

    assert answer.collateral_fen == 0
    assert len(answer.values[0].reasons) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("is_approved", False), ("is_approved", None), ("shares", None), ("headroom_fen", None)],
)
def test_a_company_that_is_not_surely_a_partner_covers_nothing(field: str, value: object) -> None:
    company = replace(golden_inputs(ID, 1).institution, **{field: value})

    answer = answer_of(ID, golden_inputs(ID, institution=company))

    assert answer.institution_fen == 0
    assert codes(answer) == ["institution_not_counted", "uncovered"]


def test_a_guarantor_named_twice_is_refused() -> None:
    with pytest.raises(ModelInputNotValid):
        answer_of(ID, golden_inputs(ID, guarantors=(GUARANTOR, GUARANTOR)))
