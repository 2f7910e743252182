"""A month is closed as it stood: open loans, ended ones, and loans that have moved on since."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from infra.simulation.in_memory_month_ends import InMemoryMonthEnds, InMemoryPortfolioFiles
from puhui.contracts.servicing import BorrowerFacts
from puhui.money import Money
from servicing.book_ports import PARTITIONS
from servicing.domain.account.book import Entered
from servicing.domain.account.events import Happening, Payoff, Provision, Repayment
from servicing.domain.account.payoff import payoff_of
from servicing.domain.end_of_day.business_day import BusinessDay
from servicing.domain.errors import LedgerBehind
from servicing.domain.loan import Loan
from servicing.domain.portfolio.report import Cell, PortfolioReport
from servicing.usecases.close_month import CloseMonth
from servicing.usecases.draw_up_portfolio import DrawUpPortfolio
from servicing.usecases.ensure_reached import EnsureReached
from servicing.usecases.keep_month_end import KeepMonthEnd
from tests.support.end_of_day import InMemoryBusinessDays
from tests.support.servicing import NOON, NORTH, MemoryWorld, a_disbursed_loan

MARCH, APRIL = date(2020, 3, 31), date(2020, 4, 30)
ONE_DAY = timedelta(days=1)


class Bank:
    """A bank whose months are closed in memory."""

    def __init__(self) -> None:
        self.world = MemoryWorld()
        self.days = InMemoryBusinessDays()
        self.month_ends, files = InMemoryMonthEnds(), InMemoryPortfolioFiles()
        self.close_month = CloseMonth(
            self.world.loan_books,
            KeepMonthEnd(self.month_ends),
            DrawUpPortfolio(self.month_ends, files, PARTITIONS),
            EnsureReached(self.days),
            PARTITIONS,
        )

    def happens(self, loan: Loan, event_id: str, what: Happening, on: date) -> None:
        """An event, on its day."""
        books = self.world.loan_books
        book = books.get(NORTH, loan.loan_id)
        books.record(
            book.enter(
                Entered(
                    event_id=event_id,
                    loan_id=loan.loan_id,
                    value_date=on,
                    entered_on=on,
                    at=NOON,
                    what=what,
                )
            )
        )

    def night(self, day: date) -> PortfolioReport | None:
        """All loans are closed to a day; then the month is."""
        books = self.world.loan_books
        for loan in self.world.snapshot().loans:
            change = books.get(NORTH, loan.loan_id).close_day(day, NOON)
            if change is not None:
                books.record(change)
        self.days.days[NORTH] = BusinessDay(bank_id=NORTH, day=day + ONE_DAY)
        return self.close_month(NORTH, day, day + ONE_DAY)


@pytest.fixture
def bank() -> Bank:
    """Without a loan."""
    return Bank()


def test_a_day_within_a_month_closes_no_month(bank: Bank) -> None:
    a_disbursed_loan(bank.world)

    assert bank.night(date(2020, 3, 30)) is None


def test_a_month_end_counts_tier_labels_and_balance(bank: Bank) -> None:
    loan = a_disbursed_loan(bank.world, borrower=BorrowerFacts(customer_kind="sole_proprietor"))
    set_aside = Provision(amount=Money(100_00), tier="attention", stage=2)
    bank.happens(loan, "p", set_aside, MARCH)

    report = bank.night(MARCH)

    assert report is not None
    assert report.by_tier == {"attention": Cell(1, 30_000_000)}
    assert report.inclusive == {"yes": Cell(1, 30_000_000)}
    assert (report.first_loan, report.provision_fen) == ({"unknown": Cell(1, 30_000_000)}, 100_00)


def test_a_loan_that_moved_on_before_the_report_counts_as_it_stood(bank: Bank) -> None:
    loan = a_disbursed_loan(bank.world)
    bank.night(MARCH)
    bank.happens(loan, "r", Repayment(amount=Money(25_592_97)), date(2020, 4, 1))

    report = bank.close_month(NORTH, MARCH, date(2020, 4, 1))

    assert report is not None
    assert report.outstanding == Cell(1, 30_000_000)


def test_a_loan_that_ended_in_the_month_is_counted_as_settled_once(bank: Bank) -> None:
    loan = a_disbursed_loan(bank.world)
    bank.night(MARCH)
    book = bank.world.loan_books.get(NORTH, loan.loan_id)
    due = book.close_day(date(2020, 4, 10), NOON)
    assert due is not None
    bank.world.loan_books.record(due)
    amount = payoff_of(due.after.account).total
    bank.happens(loan, "o", Payoff(amount=Money(amount)), date(2020, 4, 10))

    april, may = bank.night(APRIL), bank.night(date(2020, 5, 31))

    assert april is not None
    assert may is not None
    assert april.migration == {("unclassified", "settled"): Cell(1, 30_000_000)}
    assert may.migration == {}
    assert may.vintages["2020-03"].disbursed_fen == 30_000_000


@pytest.mark.parametrize("days_behind", [1, 40, None])
def test_a_month_is_not_closed_from_books_that_are_older_than_the_message(
    bank: Bank, days_behind: int | None
) -> None:
    a_disbursed_loan(bank.world)
    if days_behind is not None:
        older = MARCH + ONE_DAY - timedelta(days=days_behind)
        bank.days.days[NORTH] = BusinessDay(bank_id=NORTH, day=older)

    with pytest.raises(LedgerBehind):
        bank.close_month(NORTH, MARCH, MARCH + ONE_DAY)

    assert bank.month_ends.kept == {}
