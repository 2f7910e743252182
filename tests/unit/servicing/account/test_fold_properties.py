"""State = fold(events): what holds for every life that a loan may have."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from puhui.money import Money
from servicing.domain.account.account import Account
from servicing.domain.account.book import LoanBook, LoanChange
from servicing.domain.account.books import balances_of
from servicing.domain.account.events import Happening, Repayment
from servicing.domain.account.fold import brought_to
from servicing.domain.account.rules import AllocateBy, GraceInterest, PenaltyBase, ServicingRules
from servicing.domain.errors import EventRefused
from tests.support.loan_accounts import (
    a_book,
    closed,
    entered,
    happenings,
    held_in_ledger,
    on,
    sum_of_books,
    with_event,
)
from tests.support.servicing import NOON

LIVES = st.lists(happenings(), max_size=8)
RULES = st.builds(
    ServicingRules,
    grace_days=st.integers(0, 5),
    grace_interest=st.sampled_from(GraceInterest),
    allocate_by=st.sampled_from(AllocateBy),
    compound_interest=st.booleans(),
    penalty_base=st.sampled_from(PenaltyBase),
    year_days=st.sampled_from([360, 365]),
    non_accrual_after_days=st.sampled_from([30, 90]),
)
END = on(520)


def lived(book: LoanBook, life: list[tuple[int, Happening]]) -> tuple[LoanBook, list[LoanChange]]:
    """The book after a life in the order of its days; what cannot be is left out."""
    changes = []
    for place, (days, what) in enumerate(sorted(life, key=lambda one: one[0])):
        try:
            change = book.enter(entered(book, f"e{place}", what, on(days)))
        except EventRefused:
            continue
        changes.append(change)
        book = change.after
    last = book.close_day(END, NOON)
    if last is not None:
        changes.append(last)
        book = last.after
    return book, changes


@given(LIVES, RULES)
def test_the_books_sum_to_zero_and_nothing_is_owed_twice(
    life: list[tuple[int, Happening]], rules: ServicingRules
) -> None:
    book, _ = lived(a_book(rules), life)

    account = book.account
    assert sum_of_books(book) == 0
    planned = sum(row.principal for row in account.rows)
    due = sum(one.principal_unpaid for one in account.dues)
    assert account.principal == planned + due
    assert min(account.principal, account.held, account.interest_due, account.due_now) >= 0


@given(LIVES, RULES)
def test_vouchers_add_up_to_what_the_account_says(
    life: list[tuple[int, Happening]], rules: ServicingRules
) -> None:
    new = a_book(rules)

    book, changes = lived(new, life)

    paid_out = balances_of(new.account)
    booked = {
        code: fen
        for code in {*paid_out, *held_in_ledger(changes)}
        if (fen := paid_out.get(code, 0) + held_in_ledger(changes).get(code, 0))
    }
    assert booked == balances_of(book.account)


@given(LIVES, RULES, st.integers(1, 60))
def test_one_step_or_many_give_the_same_account(
    life: list[tuple[int, Happening]], rules: ServicingRules, stride: int
) -> None:
    book, _ = lived(a_book(rules), life)

    stepwise = a_book(rules)
    events = list(book.events)
    for days in range(0, 521, stride):
        while events and events[0].value_date <= on(days):
            event = events.pop(0)
            stepwise = with_event(stepwise, event.event_id, event.what, event.value_date)
        stepwise = closed(stepwise, on(days))
    for event in events:
        stepwise = with_event(stepwise, event.event_id, event.what, event.value_date)

    assert closed(stepwise, END).account == book.account


@given(LIVES, RULES, st.data())
@settings(max_examples=60)
def test_entering_late_equals_entering_in_time(
    life: list[tuple[int, Happening]], rules: ServicingRules, data: st.DataObject
) -> None:
    """Events of one kind on one day count in the order of entry, so that order is kept."""
    once_a_day = {(days, type(what)): (days, what) for days, what in life}
    in_time, _ = lived(a_book(rules), list(once_a_day.values()))

    late = closed(a_book(rules), END)
    for event in data.draw(st.permutations(in_time.events)):
        try:
            late = with_event(late, event.event_id, event.what, event.value_date)
        except EventRefused:
            assume(False)  # what it needs, such as money to refund, comes later in this order

    assert brought_to(late.account, END) == brought_to(in_time.account, END)


@given(st.lists(st.integers(1, 3_000_000), min_size=2, max_size=5), st.integers(20, 200), RULES)
def test_repayments_of_one_day_may_come_in_any_order(
    amounts: list[int], days: int, rules: ServicingRules
) -> None:
    def paid(order: list[int]) -> Account:
        book = a_book(rules)
        for place, fen in enumerate(order):
            what = Repayment(amount=Money(fen))
            book = with_event(book, f"r{place}", what, on(days))
        return book.account

    one, other = paid(amounts), paid(amounts[::-1])

    assert balances_of(one) == balances_of(other)


@given(st.integers(32, 400), st.integers(0, 60), RULES)
def test_waiting_never_makes_a_debt_smaller(days: int, more: int, rules: ServicingRules) -> None:
    sooner = closed(a_book(rules), on(days)).account

    later = brought_to(sooner, on(days + more))

    assert later.due_now >= sooner.due_now
    assert later.days_overdue >= sooner.days_overdue
