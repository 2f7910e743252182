"""Overdue, 罚息 and 复利 to the 分, grace days, non-accrual."""

from __future__ import annotations

from dataclasses import replace

import pytest

from puhui.money import Money
from servicing.domain.account.books import balances_of
from servicing.domain.account.events import Repayment
from servicing.domain.account.position import LoanStatus
from servicing.domain.account.rules import (
    CN_DEFAULT_RULES,
    GraceInterest,
    PenaltyBase,
    ServicingRules,
)
from tests.support.loan_accounts import INSTALMENT, a_book, closed, on, with_event

FIRST_DUE = 31
"""Days from 1 March to 1 April."""


def test_an_instalment_is_not_overdue_on_its_own_day() -> None:
    book = closed(a_book(), on(FIRST_DUE))

    assert (book.position.days_overdue, book.position.status) == (0, LoanStatus.ACTIVE)


def test_ten_days_late_cost_penalty_on_principal_and_compound_on_interest() -> None:
    """罚息 24,505.47 × 6.525 % × 10 ÷ 360 = 44.42; 复利 1,087.50 × 6.525 % × 10 ÷ 360 = 1.97."""
    book = closed(a_book(), on(FIRST_DUE + 10))

    position = book.position
    assert (position.penalty_due, position.compound_due) == (Money(4442), Money(197))
    assert (position.days_overdue, position.status) == (10, LoanStatus.OVERDUE)


def test_a_repayment_pays_lateness_then_interest_then_principal() -> None:
    late = closed(a_book(), on(FIRST_DUE + 10))

    paid = with_event(late, "r1", Repayment(amount=Money(1_200_00)), on(FIRST_DUE + 10)).position

    left = 24_505_47 - (1_200_00 - 44_42 - 1_97 - 1_087_50)
    assert paid.principal_overdue == Money(left)
    assert (paid.penalty_due, paid.compound_due, paid.interest_due) == (Money(0),) * 3


@pytest.mark.parametrize(
    ("rule", "days", "penalty"),
    [
        (GraceInterest.NONE, 3, 0),
        (GraceInterest.NORMAL, 3, 8_88),
        (GraceInterest.PENALTY, 3, 13_32),
        (GraceInterest.NONE, 4, 17_77),
        (GraceInterest.NORMAL, 4, 17_77),
    ],
)
def test_grace_days_are_cheaper_and_lateness_after_them_counts_from_the_due_day(
    rule: GraceInterest, days: int, penalty: int
) -> None:
    rules = replace(CN_DEFAULT_RULES, grace_days=3, grace_interest=rule, compound_interest=False)

    position = closed(a_book(rules), on(FIRST_DUE + days)).position

    assert position.penalty_due == Money(penalty)


def test_who_pays_within_the_grace_days_never_owes_the_penalty() -> None:
    rules = ServicingRules(grace_days=3)

    paid = with_event(a_book(rules), "r1", Repayment(amount=INSTALMENT), on(FIRST_DUE + 3))

    assert closed(paid, on(FIRST_DUE + 20)).position.overdue == Money(0)


def test_a_product_may_charge_no_penalty() -> None:
    rules = ServicingRules(penalty_base=PenaltyBase.NONE, compound_interest=False)

    position = closed(a_book(rules), on(FIRST_DUE + 80)).position

    assert (position.penalty_due, position.compound_due) == (Money(0), Money(0))


def test_a_product_may_charge_the_uplift_on_the_whole_principal() -> None:
    """Overdue 24,505.47 × 6.525 % and the rest 275,494.53 × 2.175 %, 10 days: 44.42 + 166.44."""
    rules = ServicingRules(penalty_base=PenaltyBase.WHOLE_PRINCIPAL)

    position = closed(a_book(rules), on(FIRST_DUE + 10)).position

    assert position.penalty_due == Money(44_42 + 166_44)


def test_more_than_ninety_days_overdue_stops_the_accrual_on_the_balance_sheet() -> None:
    before = closed(a_book(), on(FIRST_DUE + 90))
    after = closed(before, on(FIRST_DUE + 91))

    assert before.position.status is LoanStatus.OVERDUE
    assert after.position.status is LoanStatus.NON_ACCRUAL
    held = balances_of(after.account)
    assert not {"113201", "113202", "113203", "113204", "601101", "601102"} & set(held)
    owed = after.position
    uncollected = owed.interest_due + owed.interest_accrued + owed.penalty_due + owed.compound_due
    assert held["700101"] == uncollected.minor == -held["700102"]


def test_accrual_comes_back_only_when_nothing_is_overdue() -> None:
    late = closed(a_book(), on(FIRST_DUE + 91))

    partly = with_event(late, "r1", Repayment(amount=INSTALMENT), on(FIRST_DUE + 91))
    owed = partly.position.overdue
    wholly = with_event(partly, "r2", Repayment(amount=owed), on(FIRST_DUE + 91))

    assert partly.position.status is LoanStatus.NON_ACCRUAL
    assert wholly.position.status is LoanStatus.ACTIVE


def test_after_its_term_a_loan_with_arrears_has_expired() -> None:
    rules = ServicingRules(non_accrual_after_days=9_999)

    position = closed(a_book(rules), on(380)).position

    assert position.status is LoanStatus.EXPIRED
