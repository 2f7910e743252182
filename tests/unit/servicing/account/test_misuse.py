"""挪用罚息: the heavier rate and never both, from its day until the money is back or repaid."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.money import Money
from servicing.domain.account.book import LoanBook
from servicing.domain.account.books import balances_of
from servicing.domain.account.events import Component, Misuse, Payoff, Repayment, Waiver
from servicing.domain.account.fold import brought_to
from servicing.domain.account.payoff import payoff_of
from servicing.domain.account.position import LoanStatus
from servicing.domain.account.rules import CN_DEFAULT_RULES, PenaltyBase, ServicingRules
from servicing.domain.accounts import DUE_PENALTY, LATE_INCOME
from servicing.domain.classification.debtor_loan import debtor_loan_of
from servicing.domain.errors import EventRefused
from tests.support.loan_accounts import INSTALMENT, a_book, closed, on, sum_of_books, with_event

ONLY_PENALTY = replace(CN_DEFAULT_RULES, compound_interest=False)
SOME = Misuse(amount=Money(10_000_000), reason="资金流入证券账户")
ALL = Misuse(amount=Money(30_000_000), reason="资金流入证券账户")
BACK = Misuse(amount=Money(0), reason="资金已归位")
FIRST_DUE, DUE_PRINCIPAL = 31, 24_505_47


def a_misused(what: Misuse = SOME, day: int = 10, rules: ServicingRules = ONLY_PENALTY) -> LoanBook:
    """A loan of 300,000 yuan at 4.35 % of which some is misused from a day on."""
    return with_event(a_book(rules), "m1", what, on(day))


def penalty(book: LoanBook, day: int) -> int:
    """罚息 that is owed at the opening of a day, in 分."""
    return brought_to(book.account, on(day)).late(Component.PENALTY)


def test_what_is_not_due_bears_the_rest_up_to_the_misuse_rate() -> None:
    """100,000 yuan × 4.35 % (8.70 % less the 4.35 % of the plan) × 20 ÷ 360 = 241.67."""
    assert penalty(a_misused(), 30) == 241_67


def test_it_begins_on_its_value_date_and_makes_nothing_overdue() -> None:
    book = closed(a_misused(), on(30))

    assert penalty(a_misused(), 10) == 0
    assert (book.position.days_overdue, book.position.status) == (0, LoanStatus.ACTIVE)


def test_overdue_principal_bears_the_misuse_rate_instead_of_the_overdue_rate() -> None:
    """All is misused: the first instalment bears 8.70 % in full, the rest 4.35 % more."""
    late, due = 10, DUE_PRINCIPAL
    before = 30_000_000 * 435 * FIRST_DUE
    after = (due * 870 + (30_000_000 - due) * 435) * late
    exact = before + after

    charged = penalty(a_misused(ALL, day=0), FIRST_DUE + late)

    assert charged == round(exact / (10_000 * 360))


def test_a_heavier_overdue_rate_stands() -> None:
    """A fixed overdue rate of 24 % is above 8.70 %: misuse adds nothing to what is overdue."""
    rules = replace(ONLY_PENALTY, penalty_rate_bps=2_400)
    due_only = Misuse(amount=Money(DUE_PRINCIPAL), reason="x")

    misused = with_event(a_book(rules), "m1", due_only, on(FIRST_DUE))

    assert penalty(misused, FIRST_DUE + 10) == penalty(a_book(rules), FIRST_DUE + 10)


@given(
    st.integers(0, 30_000_000), st.integers(0, 60), st.sampled_from(PenaltyBase),
    st.sampled_from([None, 500, 2_400]), st.integers(30, 50), st.integers(50, 100),
)  # fmt: skip
def test_it_adds_at_most_the_misuse_rate_and_takes_no_penalty_away(
    fen: int, days: int, base: PenaltyBase, fixed: int | None, overdue: int, misuse: int
) -> None:
    """Thirty days late: at least what lateness costs, at most the misuse rate beside it."""
    rules = ServicingRules(
        penalty_base=base, penalty_rate_bps=fixed, penalty_uplift_pct=overdue,
        misuse_uplift_pct=misuse, compound_interest=False,
    )  # fmt: skip
    end = FIRST_DUE + 30
    without = penalty(a_book(rules), end)
    if fen == 0:
        return

    both = penalty(a_misused(Misuse(amount=Money(fen), reason="x"), days, rules), end)

    lasted = max(end - days, 0)
    heaviest = fen * 435 * (100 + misuse) * lasted / (10_000 * 100 * 360)
    assert without <= both + 1
    assert both <= without + heaviest + 1


def test_many_steps_give_what_one_step_gives() -> None:
    often = a_misused()
    for day in range(11, 120):
        often = closed(often, on(day))

    assert often.account == closed(a_misused(), on(119)).account


def test_it_ends_when_the_money_is_back_and_what_was_charged_stays() -> None:
    back = with_event(a_misused(), "m2", BACK, on(30))

    assert (penalty(back, FIRST_DUE), back.position.misused_principal) == (241_67, Money(0))


def test_it_is_paid_like_any_penalty_and_booked_as_one() -> None:
    book = closed(a_misused(), on(30))
    held = balances_of(book.account)

    paid = with_event(book, "r1", Repayment(amount=Money(241_67)), on(30))

    assert (held[DUE_PENALTY.code], held[LATE_INCOME.code]) == (241_67, -241_67)
    assert DUE_PENALTY.code not in balances_of(paid.account)
    assert (paid.account.held, sum_of_books(paid)) == (0, 0)


def test_it_goes_on_after_a_part_was_paid() -> None:
    paid = with_event(a_misused(), "r1", Repayment(amount=Money(241_67)), on(30))

    assert penalty(paid, FIRST_DUE) == 12_08, "one more day: 12.08"


def test_money_repays_first_what_was_used_rightly() -> None:
    book = with_event(a_misused(ALL, day=0), "r1", Repayment(amount=INSTALMENT), on(FIRST_DUE))

    assert book.position.misused_principal == book.position.principal_outstanding


def test_a_payoff_pays_it_and_settles_the_loan() -> None:
    book = closed(a_misused(), on(30))
    amount = payoff_of(book.account)

    settled = with_event(book, "p1", Payoff(amount=Money(amount.total)), on(30))

    assert (amount.late, settled.position.status) == (241_67, LoanStatus.SETTLED)


def test_it_can_be_given_up() -> None:
    what = Waiver(component=Component.PENALTY, amount=Money(241_67), reason="困难减免")

    assert penalty(with_event(a_misused(), "w1", what, on(30)), 30) == 0


def test_misuse_that_is_entered_late_counts_from_its_day() -> None:
    late = with_event(closed(a_book(ONLY_PENALTY), on(30)), "m1", SOME, on(10))

    assert late.account == closed(a_misused(), on(30)).account


def test_it_is_no_repayment_period_of_the_loan() -> None:
    loan = debtor_loan_of(closed(a_misused(), on(FIRST_DUE)), on(FIRST_DUE))

    assert [one.due_on for one in loan.history.periods] == [on(FIRST_DUE)]


@pytest.mark.parametrize(
    ("what", "rule"),
    [
        (Misuse(amount=Money(30_000_001), reason="x"), "misuse.amount"),
        (SOME, "misuse.unchanged"),
    ],
)
def test_more_than_is_owed_and_what_is_known_already_are_refused(what: Misuse, rule: str) -> None:
    with pytest.raises(EventRefused) as refused:
        with_event(a_misused(), "m2", what, on(20))

    assert refused.value.rule == rule
