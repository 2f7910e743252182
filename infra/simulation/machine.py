"""The time machine (时间机器): a portfolio lived through day by day, in process.

lived = live(Options(applicants=30, months=6))
lived.sha256        # the same for the same options, on every machine
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time

from infra.simulation.asking import Asking, first_askings
from infra.simulation.bank import SimulatedBank
from infra.simulation.borrowers import Borrower, Borrowers
from infra.simulation.deciding import Decide, Decided
from infra.simulation.desk import OPENS, Desk
from infra.simulation.journal import Journal
from infra.simulation.lending import Lend
from infra.simulation.night import Night
from infra.simulation.options import BANK, Options
from infra.simulation.paying import Cashier
from infra.simulation.time import ONE_DAY, at, days_from, is_month_end, is_working_day
from sandbox.domain.providers.books import months_before
from servicing.domain.account.account import position_of
from servicing.domain.account.fold import brought_to
from servicing.domain.book_invariants import Violation, check_book
from servicing.domain.portfolio.report import PortfolioReport
from servicing.domain.warning.warning import LoanWarning

BUSINESS, AFTER_HOURS = time(18), time(23)
"""Loans and payments of a day are entered at the first, the day is closed at the second."""

Say = Callable[[str], None]


@dataclass(kw_only=True)
class Lived:
    """What was lived through."""

    options: Options
    bank: SimulatedBank
    borrowers: Borrowers
    decisions: list[tuple[Asking, Decided]] = field(default_factory=list)
    months: list[PortfolioReport] = field(default_factory=list)
    days: int = 0
    unbalanced: list[date] = field(default_factory=list)
    """Days on which debits and credits differed: none, or the books are wrong."""
    violations: list[Violation] = field(default_factory=list)
    watched: int = 0
    sha256: str = ""
    happenings: int = 0


class TimeMachine:
    """One life of one portfolio."""

    def __init__(self, options: Options) -> None:
        """Nothing has happened yet."""
        self.options, self.journal = options, Journal()
        self.bank, self.borrowers = SimulatedBank(options.start), Borrowers()
        self.lived = Lived(options=options, bank=self.bank, borrowers=self.borrowers)
        self.askings: dict[date, list[Asking]] = defaultdict(list)
        for day, askings in first_askings(options).items():
            self.askings[day].extend(askings)
        self.decide = Decide(self.bank.models, options.max_pd_percent)
        self.lend = Lend(self.bank)
        self.cashier = Cashier(self.bank, self.journal, options.again_percent, self._ask_again)
        self.desk = Desk(self.bank, self.borrowers, self.journal, options.officers)
        self.night = Night(
            self.bank,
            self.borrowers,
            self.cashier,
            self.journal,
            options.write_off_after_days,
        )

    def run(self, say: Say = lambda _: None) -> Lived:
        """Live from the first day to the last."""
        end = months_before(self.options.start, -self.options.months)
        for day in days_from(self.options.start, end):
            self._day(day)
            if is_month_end(day):
                say(self._told(day))
        self._check_books()
        self.lived.sha256, self.lived.happenings = self.journal.sha256, self.journal.lines
        return self.lived

    def _day(self, day: date) -> None:
        self.desk.run_to(at(day, OPENS))
        if self._is_watch_day(day):
            self.desk.take(self._watch(day))
        self.desk.plan(day)
        self.desk.run_to(at(day, BUSINESS))
        for asking in self.askings.pop(day, ()):
            self._answer(asking)
        self.cashier.serve(day)
        self.desk.run_to(at(day, AFTER_HOURS))
        if self.options.daily or is_month_end(day):
            self.night.close(day)
        if is_month_end(day):
            self.lived.months.append(self.night.month_end(day))
            self._weigh(day)
        self._balance(day)

    def _is_watch_day(self, day: date) -> bool:
        """Every working day, or the first one of each week."""
        if not is_working_day(day):
            return False
        return self.options.daily or not is_working_day(day - ONE_DAY)

    def _watch(self, day: date) -> list[LoanWarning]:
        """贷后监测 of every open loan, as of the morning."""
        raised: list[LoanWarning] = []
        for borrower in self.borrowers.by_loan.values():
            book = self.bank.loan_books.get(BANK, borrower.loan_id)
            if book.account.closed_on is not None:
                continue
            account = brought_to(book.account, day)
            borrower.observe(account)
            watch = self.bank.watches.get(BANK, borrower.loan_id)
            found = self.bank.watch(watch, position_of(book.loan, account), day)
            raised.extend(found.raised)
            self.lived.watched += 1
        for one in raised:
            self.journal.write("raised", one.warning_id, one.colour.value, one.signal)
        return raised

    def _answer(self, asking: Asking) -> None:
        decided = self.decide(asking)
        self.lived.decisions.append((asking, decided))
        self.journal.write("decided", asking.application_id, decided.verdict, *decided.why)
        if decided.verdict != "approve":
            return
        loan = self.lend(asking, decided)
        borrower = Borrower(asking=asking, decided=decided, loan=loan)
        self.borrowers.add(borrower)
        self.cashier.expect(borrower)
        self.journal.write("booked", loan.loan_id, decided.amount_fen, decided.rate_bps)

    def _ask_again(self, asking: Asking) -> None:
        self.askings[asking.asked_on].append(asking)

    def _weigh(self, day: date) -> None:
        """What each loan cost money on in the month that ends."""
        for borrower in self.borrowers.by_loan.values():
            account = self.bank.loan_books.get(BANK, borrower.loan_id).account
            borrower.balance_days_fen += account.principal * day.day

    def _balance(self, day: date) -> None:
        sheet = self.bank.trial_balance(BANK)
        self.lived.days += 1
        if not sheet.difference.is_zero or not sheet.pending_difference.is_zero:
            self.lived.unbalanced.append(day)
        totals = [sheet.total_debit.minor, sheet.total_credit.minor]
        self.journal.write("balance", day.isoformat(), *totals)

    def _check_books(self) -> None:
        """Every loan's log, account and balances once more, from the first event on."""
        for loan_id in self.borrowers.by_loan:
            held = self.bank.loan_books.held(BANK, loan_id)
            self.lived.violations.extend(check_book(held.book, held.held))

    def _told(self, day: date) -> str:
        report = self.lived.months[-1]
        return (
            f"{day:%Y-%m}  {report.outstanding.loans:>5} loans  NPL {report.npl_ppm / 10_000:.2f} %"
        )


def live(options: Options, say: Say = lambda _: None) -> Lived:
    """Live a portfolio through."""
    return TimeMachine(options).run(say)
