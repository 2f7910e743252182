"""Each kind of event on a loan, and what it refuses."""

from __future__ import annotations

import pytest

from puhui.money import Money
from servicing.domain.account.books import balances_of
from servicing.domain.account.events import (
    Component,
    Happening,
    Payoff,
    Provision,
    RateReset,
    Recovery,
    Refund,
    Renewal,
    Repayment,
    Restructure,
    Reversal,
    Waiver,
    WriteOff,
)
from servicing.domain.account.payoff import payoff_of
from servicing.domain.account.position import LoanStatus
from servicing.domain.account.rules import ServicingRules
from servicing.domain.errors import EventRefused
from tests.support.loan_accounts import INSTALMENT, a_book, closed, entered, on, with_event

RESTRUCTURE = Restructure(
    term_months=24,
    method="EQUAL_INSTALLMENT",
    annual_rate_bps=400,
    capitalise_interest=False,
    reason="受灾",
)


def test_twelve_instalments_on_their_days_settle_the_loan() -> None:
    book = a_book()
    for n, line in enumerate(book.loan.schedule.lines):
        book = with_event(book, f"r{n}", Repayment(amount=line.total), line.due_date)

    assert book.position.status is LoanStatus.SETTLED
    assert balances_of(book.account) == {"300101": 711564, "601101": -711564}


def test_money_that_comes_early_is_held_and_pays_on_the_due_day() -> None:
    paid = with_event(a_book(), "r1", Repayment(amount=INSTALMENT), on(5))

    assert paid.position.overpaid == INSTALMENT
    assert closed(paid, on(40)).position.overdue == Money(0)


def test_what_is_held_can_be_refunded_and_no_more() -> None:
    paid = with_event(a_book(), "r1", Repayment(amount=Money(500)), on(5))

    with pytest.raises(EventRefused) as refused:
        paid.enter(entered(paid, "f1", Refund(amount=Money(501)), on(6)))

    assert (refused.value.field, refused.value.rule) == ("amount", "refund.amount")
    assert with_event(paid, "f2", Refund(amount=Money(500)), on(6)).position.overpaid == Money(0)


def test_a_payoff_is_exact_to_the_fen() -> None:
    book = closed(a_book(), on(10))
    amount = payoff_of(book.account).total

    with pytest.raises(EventRefused) as refused:
        book.enter(entered(book, "p1", Payoff(amount=Money(amount - 1)), on(10)))
    paid = with_event(book, "p2", Payoff(amount=Money(amount)), on(10))

    assert refused.value.rule == "payoff.amount"
    assert paid.position.status is LoanStatus.SETTLED


def test_a_payoff_costs_the_fee_of_the_product() -> None:
    """One month's interest on 300,000 yuan at 4.35 %: 1,087.50."""
    free, dear = (closed(a_book(ServicingRules(prepay_fee_months=n)), on(10)) for n in (0, 1))

    difference = payoff_of(dear.account).total - payoff_of(free.account).total

    assert difference == 1_087_50
    paid = with_event(dear, "p", Payoff(amount=Money(payoff_of(dear.account).total)), on(10))
    assert balances_of(paid.account)["6021"] == -1_087_50


def test_a_payoff_takes_what_is_held_into_account() -> None:
    book = closed(with_event(a_book(), "r1", Repayment(amount=Money(100_00)), on(5)), on(10))
    amount = payoff_of(book.account)

    paid = with_event(book, "p", Payoff(amount=Money(amount.total)), on(10))

    assert amount.held == 100_00
    assert (paid.position.status, paid.position.overpaid) == (LoanStatus.SETTLED, Money(0))


def test_a_waiver_gives_up_no_more_than_is_due() -> None:
    late = closed(a_book(), on(41))
    penalty = late.position.penalty_due

    waived = with_event(
        late, "w", Waiver(component=Component.PENALTY, amount=penalty, reason="困难"), on(41)
    )
    with pytest.raises(EventRefused) as refused:
        with_event(
            waived, "w2", Waiver(component=Component.PENALTY, amount=Money(1), reason="x"), on(41)
        )

    assert waived.position.penalty_due == Money(0)
    assert refused.value.rule == "waiver.amount"


def test_a_written_off_loan_leaves_the_balance_sheet_and_its_claim_stays() -> None:
    late = closed(a_book(), on(400))
    claimed = late.position.owed

    gone = with_event(late, "w", WriteOff(reason="核销"), on(400))

    held = balances_of(gone.account)
    assert gone.position.status is LoanStatus.WRITTEN_OFF
    assert held == {
        "300101": -300_000_00,
        "6702": 300_000_00,
        "700201": claimed.minor,
        "700202": -claimed.minor,
    }


def test_a_write_off_uses_the_provision_first() -> None:
    late = closed(a_book(), on(400))
    set_aside = Provision(amount=Money(200_000_00), tier="loss", stage=3)

    gone = with_event(with_event(late, "p", set_aside, on(400)), "w", WriteOff(reason="x"), on(401))

    assert gone.position.provision == Money(0)
    assert balances_of(gone.account)["6702"] == 300_000_00


def test_a_recovery_is_income_and_never_more_than_the_claim() -> None:
    gone = with_event(closed(a_book(), on(400)), "w", WriteOff(reason="核销"), on(400))

    some = with_event(gone, "c", Recovery(amount=Money(10_000_00)), on(500))
    with pytest.raises(EventRefused):
        with_event(some, "c2", Recovery(amount=Money(999_999_99)), on(501))
    with pytest.raises(EventRefused) as as_repayment:
        with_event(some, "r", Repayment(amount=Money(1)), on(501))

    assert balances_of(some.account)["6702"] == 290_000_00
    assert as_repayment.value.rule == "repayment.written_off"


def test_a_settled_loan_needs_no_provision() -> None:
    book = with_event(
        a_book(), "p", Provision(amount=Money(3_000_00), tier="normal", stage=1), on(1)
    )
    amount = payoff_of(closed(book, on(10)).account).total

    paid = with_event(book, "o", Payoff(amount=Money(amount)), on(10))

    assert paid.position.provision == Money(0)
    assert "6702" not in balances_of(paid.account)


def test_a_restructuring_takes_all_principal_into_a_new_plan() -> None:
    late = closed(a_book(), on(100))

    new = with_event(late, "s", RESTRUCTURE, on(100)).position

    assert (new.principal_outstanding, new.principal_overdue) == (Money(300_000_00), Money(0))
    assert (new.restructured_times, new.restructured_on) == (1, on(100))
    assert new.interest_due > late.position.interest_due


def test_a_restructuring_may_make_interest_principal() -> None:
    late = closed(a_book(), on(100))
    owed = late.position.owed

    capital = Restructure(
        term_months=24,
        method="INTEREST_FIRST",
        annual_rate_bps=400,
        capitalise_interest=True,
        reason="受灾",
    )
    new = with_event(late, "s", capital, on(100)).position

    assert (new.principal_outstanding, new.owed) == (owed, owed)


def test_a_renewal_is_refused_where_anything_is_due() -> None:
    renewal = Renewal(
        term_months=12, method="INTEREST_FIRST", annual_rate_bps=400, decision_id="dec-1"
    )
    late, clean = closed(a_book(), on(31)), closed(a_book(), on(30))

    with pytest.raises(EventRefused) as refused:
        with_event(late, "n", renewal, on(31))
    renewed = with_event(clean, "n", renewal, on(30)).position

    assert refused.value.rule == "renewal.arrears"
    assert renewed.principal_outstanding == Money(300_000_00)
    assert renewed.matures_on.isoformat() == "2021-03-31"


def test_a_loan_is_renewed_on_its_last_day_once_its_interest_is_paid() -> None:
    book = a_book(method="INTEREST_FIRST")
    for n, line in enumerate(book.loan.schedule.lines):
        book = with_event(book, f"r{n}", Repayment(amount=line.interest), line.due_date)
    last = book.loan.schedule.maturity_date
    renewal = Renewal(
        term_months=12, method="INTEREST_FIRST", annual_rate_bps=400, decision_id="dec-1"
    )

    renewed = with_event(book, "n", renewal, last).position

    assert (renewed.principal_outstanding, renewed.owed) == (Money(300_000_00),) * 2
    assert (renewed.matures_on.isoformat(), renewed.renewed_times) == ("2022-03-01", 1)


def test_a_payment_that_comes_late_and_settles_the_loan_outlives_the_nights_after_it() -> None:
    """The rail tells of yesterday's payment after the night has provided and repriced."""
    book = closed(a_book(), on(10))
    amount = payoff_of(book.account).total
    book = with_event(book, "p", Provision(amount=Money(100_00), tier="normal", stage=1), on(10))
    book = with_event(closed(book, on(12)), "r", RateReset(annual_rate_bps=400, basis="x"), on(12))

    paid = with_event(book, "o", Payoff(amount=Money(amount)), on(10))

    assert paid.position.status is LoanStatus.SETTLED
    assert (paid.position.provision, sum(balances_of(paid.account).values())) == (Money(0), 0)


@pytest.mark.parametrize(
    "what",
    [
        Provision(amount=Money(1), tier="normal", stage=1),
        RateReset(annual_rate_bps=400, basis="x"),
    ],
)
def test_a_loan_that_has_ended_is_neither_provided_for_nor_repriced(what: Happening) -> None:
    gone = with_event(closed(a_book(), on(400)), "w", WriteOff(reason="核销"), on(400))

    with pytest.raises(EventRefused) as refused:
        with_event(gone, "e", what, on(401))

    assert refused.value.rule == "loan.open"


def test_a_reversal_gives_the_books_of_before_and_only_once() -> None:
    book = closed(a_book(), on(40))
    paid = with_event(book, "r1", Repayment(amount=INSTALMENT), on(40))

    back = with_event(paid, "x1", Reversal(reverses="r1", reason="误入账"), on(40))

    assert balances_of(back.account) == balances_of(book.account)
    for taken in ("r1", "x1", "r9"):
        with pytest.raises(EventRefused) as refused:
            with_event(back, "x2", Reversal(reverses=taken, reason="again"), on(40))
        assert refused.value.rule == "reversal.once"


def test_a_reversal_that_would_make_a_later_event_impossible_is_refused() -> None:
    paid = with_event(a_book(), "r1", Repayment(amount=Money(500)), on(5))
    refunded = with_event(paid, "f1", Refund(amount=Money(500)), on(6))

    with pytest.raises(EventRefused) as refused:
        with_event(refunded, "x1", Reversal(reverses="r1", reason="误入账"), on(7))

    assert refused.value.rule == "refund.amount"


@pytest.mark.parametrize(
    ("day", "rule"), [(-1, "value_date.disbursement"), (41, "value_date.future")]
)
def test_an_event_counts_from_a_day_of_the_loan_that_is_not_to_come(day: int, rule: str) -> None:
    book = closed(a_book(), on(40))
    asked = entered(book, "r1", Repayment(amount=Money(1)), on(day))

    with pytest.raises(EventRefused) as refused:
        book.enter(
            type(asked)(
                event_id="r1",
                loan_id=asked.loan_id,
                value_date=on(day),
                entered_on=on(40),
                at=asked.at,
                what=asked.what,
            )
        )

    assert refused.value.rule == rule
