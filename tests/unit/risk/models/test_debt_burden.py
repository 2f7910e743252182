"""M14: more debt never lowers a ratio, and the service of each debt is never below its least."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.domain.models.answer import ModelInputNotValid
from risk.domain.models.debt_burden import LEVELS, Debt
from tests.support.risk_models import answer_of, codes, golden_inputs, parameters_of
from tests.unit.risk.models.in_loan import FEW

KINDS = [rule.kind for rule in parameters_of("debt_burden").kinds]
FEN = st.integers(0, 10**9)
DEBTS = st.builds(
    Debt, kind=st.sampled_from([*KINDS, None]), balance_fen=FEN, monthly_payment_fen=FEN
)


@FEW
@given(debts=st.lists(DEBTS, max_size=4), more=DEBTS, income=st.integers(1, 10**8))
def test_one_more_debt_never_lowers_what_is_owed_or_what_it_takes(
    debts: list[Debt], more: Debt, income: int
) -> None:
    inputs = golden_inputs("debt_burden", monthly_income_fen=income, debts=tuple(debts))
    before = answer_of("debt_burden", inputs)

    after = answer_of("debt_burden", replace(inputs, debts=(*debts, more)))

    assert after.dsr_ppm >= before.dsr_ppm
    assert after.dti_ppm >= before.dti_ppm
    assert after.free_service_fen <= before.free_service_fen


@FEW
@given(debts=st.lists(DEBTS, max_size=4), income=st.integers(1, 10**8))
def test_the_service_is_the_sum_of_its_parts(debts: list[Debt], income: int) -> None:
    inputs = golden_inputs("debt_burden", monthly_income_fen=income, debts=tuple(debts))

    answer = answer_of("debt_burden", inputs)

    assert answer.monthly_service_fen == (
        answer.known_service_fen + inputs.requested_monthly_payment_fen
    )
    assert answer.known_service_fen >= sum(debt.monthly_payment_fen or 0 for debt in debts)


@FEW
@given(debts=st.lists(DEBTS, max_size=4), income=st.integers(1, 10**8))
def test_a_request_within_the_free_service_is_within_the_cap(
    debts: list[Debt], income: int
) -> None:
    inputs = golden_inputs("debt_burden", monthly_income_fen=income, debts=tuple(debts))
    free = answer_of("debt_burden", inputs).free_service_fen

    asked = answer_of("debt_burden", replace(inputs, requested_monthly_payment_fen=free + 1))

    assert asked.burden == "above_cap"
    if free:
        fitting = answer_of("debt_burden", replace(inputs, requested_monthly_payment_fen=free))
        assert fitting.burden == "within"


@FEW
@given(lenders=st.integers(0, 9), inquiries=st.integers(0, 9), more=st.integers(0, 3))
def test_more_lenders_or_inquiries_never_lower_the_level(
    lenders: int, inquiries: int, more: int
) -> None:
    def level(lender_count: int, inquiry_count: int) -> int:
        inputs = golden_inputs(
            "debt_burden", lender_count=lender_count, recent_inquiry_count=inquiry_count
        )
        return LEVELS.index(answer_of("debt_burden", inputs).multi_lender_level)

    assert level(lenders + more, inquiries) >= level(lenders, inquiries)
    assert level(lenders, inquiries + more) >= level(lenders, inquiries)


def test_two_lenders_do_not_hide_that_inquiries_are_unknown() -> None:
    answer = answer_of("debt_burden", golden_inputs("debt_burden", recent_inquiry_count=None))

    assert answer.multi_lender_level == "undetermined"
    assert "inquiries_unknown" in codes(answer)


def test_a_negative_balance_is_refused() -> None:
    debt = Debt(kind="card", balance_fen=-1, monthly_payment_fen=0)

    with pytest.raises(ModelInputNotValid):
        answer_of("debt_burden", golden_inputs("debt_burden", debts=(debt,)))
