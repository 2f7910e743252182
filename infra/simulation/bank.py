"""The simulated bank: servicing's own use cases over stores in memory, on simulated time."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from infra.simulation.in_memory_books import Books, InMemoryLedger, InMemoryLoans
from infra.simulation.in_memory_classifications import InMemoryClassifications
from infra.simulation.in_memory_loan_books import InMemoryChangeRequests, InMemoryLoanBooks
from infra.simulation.in_memory_month_ends import InMemoryMonthEnds, InMemoryPortfolioFiles
from infra.simulation.in_memory_warnings import (
    CountedSignals,
    InMemoryChecks,
    InMemoryFundUses,
    InMemoryWarnings,
    InMemoryWatches,
)
from infra.simulation.models import Models
from infra.simulation.time import SimulatedTime
from infra.simulation.watching import PapersAsOfMonths
from servicing.adapters.booked_debtors import BookedDebtors
from servicing.adapters.packaged_signals import packaged_signals
from servicing.adapters.tier_model import AskedTierModel
from servicing.adapters.watched_signals import WatchedSignals
from servicing.domain.account.repricing import published_lpr_bps
from servicing.usecases.activate_loan import ActivateLoan
from servicing.usecases.answer_warning import AcknowledgeWarning, CheckDisposal, DisposeWarning
from servicing.usecases.approve_classification import ApproveClassification
from servicing.usecases.check_books import CheckBooks
from servicing.usecases.check_misuse import CheckMisuse
from servicing.usecases.classify_debtor import ClassifyDebtor
from servicing.usecases.close_loans import CloseLoans
from servicing.usecases.confirm_classification import ConfirmClassification
from servicing.usecases.decide_change import ApproveChange
from servicing.usecases.draw_up_portfolio import DrawUpPortfolio
from servicing.usecases.keep_month_end import KeepMonthEnd
from servicing.usecases.post_disbursement import PostDisbursement
from servicing.usecases.quote_loan import QuoteLoan
from servicing.usecases.raise_findings import RaiseFindings
from servicing.usecases.read_trial_balance import ReadTrialBalance
from servicing.usecases.record_event import RecordEvent
from servicing.usecases.reprice_loan import RepriceLoan
from servicing.usecases.request_change import RequestChange
from servicing.usecases.reserve_disbursement import ReserveDisbursement
from servicing.usecases.sweep_warning_clocks import SweepWarningClocks
from servicing.usecases.watch_loan import WatchLoan


class SimulatedBank:
    """Every store once, and every use case that the simulation calls."""

    def __init__(self, start: date) -> None:
        """A bank without a loan."""
        self.time = SimulatedTime(start)
        self.books = Books()
        self.ledger = InMemoryLedger(self.books, self.time)
        self.loans = InMemoryLoans(self.books, self.time)
        self.loan_books = InMemoryLoanBooks(self.books, self.time)
        self.requests = InMemoryChangeRequests(self.books)
        self.warnings = InMemoryWarnings()
        self.signals = CountedSignals()
        self.watches = InMemoryWatches()
        self.checks = InMemoryChecks()
        self.fund_uses = InMemoryFundUses()
        self.classifications = InMemoryClassifications(self.time)
        self.month_ends = InMemoryMonthEnds()
        self.files = InMemoryPortfolioFiles()
        self.models = Models()
        self.papers = PapersAsOfMonths()
        self.library = packaged_signals()

    @cached_property
    def quote(self) -> QuoteLoan:
        """试算."""
        return QuoteLoan()

    @cached_property
    def reserve(self) -> ReserveDisbursement:
        """账务预留."""
        return ReserveDisbursement(self.ledger, self.time)

    @cached_property
    def post(self) -> PostDisbursement:
        """入账."""
        return PostDisbursement(self.ledger, self.time)

    @cached_property
    def activate(self) -> ActivateLoan:
        """贷款生效."""
        return ActivateLoan(self.ledger, self.loans)

    @cached_property
    def record(self) -> RecordEvent:
        """贷款事件入账."""
        return RecordEvent(self.loan_books, self.time, self.time)

    @cached_property
    def request_change(self) -> RequestChange:
        """经办."""
        return RequestChange(
            self.loan_books,
            self.requests,
            self.time,
            self.time,
            CheckMisuse(self.warnings, InMemoryFundUses()),
        )

    @cached_property
    def approve_change(self) -> ApproveChange:
        """复核."""
        return ApproveChange(self.requests, self.record, self.time)

    @cached_property
    def close_loans(self) -> CloseLoans:
        """贷款日终."""
        return CloseLoans(
            self.loan_books,
            self.loan_books,
            RepriceLoan(self.loan_books, published_lpr_bps, lambda *_: None, self.time),
            self.time,
        )

    @cached_property
    def trial_balance(self) -> ReadTrialBalance:
        """试算平衡."""
        return ReadTrialBalance(self.ledger)

    @cached_property
    def check_books(self) -> CheckBooks:
        """账务核对."""
        return CheckBooks(self.loan_books, self.loan_books)

    @cached_property
    def raise_findings(self) -> RaiseFindings:
        """生成预警."""
        return RaiseFindings(self.warnings, self.checks, self.library.rules, self.time)

    @cached_property
    def watch(self) -> WatchLoan:
        """贷后监测."""
        return WatchLoan(self.watches, self.papers, self.models, self.raise_findings, self.library)

    @cached_property
    def acknowledge(self) -> AcknowledgeWarning:
        """响应."""
        return AcknowledgeWarning(self.warnings, self.library.rules, self.time, self.signals)

    @cached_property
    def dispose(self) -> DisposeWarning:
        """处置."""
        return DisposeWarning(self.warnings, self.library.rules, self.time, self.signals)

    @cached_property
    def check_disposal(self) -> CheckDisposal:
        """复核."""
        return CheckDisposal(self.warnings, self.library.rules, self.time, self.signals)

    @cached_property
    def sweep(self) -> SweepWarningClocks:
        """预警时钟巡检."""
        return SweepWarningClocks(self.warnings, self.warnings, self.time, self.signals)

    @cached_property
    def classify(self) -> ClassifyDebtor:
        """初分."""
        debtors = BookedDebtors(self.loan_books, self.loan_books)
        model = AskedTierModel(self.models)
        signals = WatchedSignals(self.watches, self.warnings, self.fund_uses)
        return ClassifyDebtor(debtors, signals, model, self.classifications, self.time)

    @cached_property
    def confirm(self) -> ConfirmClassification:
        """认定."""
        return ConfirmClassification(self.classifications, self.time, self.time)

    @cached_property
    def approve(self) -> ApproveClassification:
        """审批."""
        return ApproveClassification(self.classifications, self.time, self.time)

    @cached_property
    def keep_month_end(self) -> KeepMonthEnd:
        """月末留存."""
        return KeepMonthEnd(self.month_ends)

    @cached_property
    def draw_up_portfolio(self) -> DrawUpPortfolio:
        """资产组合报告."""
        return DrawUpPortfolio(self.month_ends, self.files, parts=1)
