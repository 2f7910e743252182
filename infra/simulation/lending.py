"""A loan that was approved is paid out and booked: reserve, post, activate, begin the watch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from infra.simulation.asking import Asking
from infra.simulation.bank import SimulatedBank
from infra.simulation.deciding import Decided
from infra.simulation.options import BANK, BRANCH, METHOD, PRODUCT_CODE, TERM_MONTHS
from infra.simulation.papers import PRODUCTS
from infra.simulation.watching import Watched
from puhui.contracts.disclosure import DisclosureConfirmation
from puhui.contracts.facts import FactReference
from puhui.contracts.monitoring import MonitoringBasis
from puhui.contracts.servicing import ActivateLoan, ReserveDisbursement, ResolveDisbursement
from puhui.contracts.settlement import CN_DEFAULT
from puhui.money import Money
from sandbox.domain.economy.loans import Instalment
from sandbox.domain.economy.trade import books_of
from servicing.domain.account.book import LoanBook
from servicing.domain.account.fold import brought_to
from servicing.domain.disclosure.table import CostTerms
from servicing.domain.loan import Loan
from servicing.domain.schedule import LoanTerms
from servicing.domain.warning.watch import opened_watch
from servicing.usecases.quote_loan import QuotedLoan


@dataclass(frozen=True)
class Lend:
    """Quote a loan, disclose its cost, pay it out today in three steps, and begin its watch."""

    bank: SimulatedBank

    def __call__(self, asking: Asking, decided: Decided) -> Loan:
        today = self.bank.time.today()
        quoted = self.bank.quote(_terms(asking, decided, today), COST)
        self._pay_out(asking, decided, quoted, today)
        loan = self.bank.activate(_activation(asking, decided, quoted, today))
        self.bank.watches.save(opened_watch(loan, _basis(asking)))
        self.bank.checks.write(BANK, loan.loan_id, loan.branch_id, loan.checks)
        self.bank.papers.borrowers[asking.application_id] = Watched(
            life=asking.life,
            decided=decided.values,
            path=lambda day: paid_path(self.bank.loan_books.get(BANK, loan.loan_id), day),
        )
        return loan

    def _pay_out(self, asking: Asking, decided: Decided, quoted: QuotedLoan, today: date) -> None:
        same: dict[str, Any] = {
            "bank_id": BANK,
            "correlation_id": asking.application_id,
            "application_id": asking.application_id,
            "disbursement_id": disbursement_id(asking),
            "business_date": today,
        }
        self.bank.reserve(
            ReserveDisbursement(
                **same,
                branch_id=BRANCH,
                customer_id=asking.customer_id,
                amount_fen=decided.amount_fen,
                terms_sha256=quoted.schedule.sha256,
                disclosure=quoted.disclosure,
                confirmation=self._confirmed(asking, quoted),
            )
        )
        self.bank.post(ResolveDisbursement(**same, bank_reference=f"rail-{asking.application_id}"))

    def _confirmed(self, asking: Asking, quoted: QuotedLoan) -> DisclosureConfirmation:
        """The borrower has read the 综合融资成本明示表."""
        now = self.bank.time.now()
        return DisclosureConfirmation(
            disclosure_sha256=quoted.disclosure.sha256,
            channel="online",
            confirmed_at=now,
            confirmed_by=asking.customer_id,
            shown_at=now - READING,
            reading_seconds=READING.seconds,
        )


COST: Final = CostTerms(lender="模拟银行", settlement=CN_DEFAULT)
"""No fees."""
READING: Final = timedelta(minutes=5)
DEVICE: Final = "device/1"
"""Read when somebody applies; nobody applies while a loan is watched."""


def disbursement_id(asking: Asking) -> str:
    """One for each application."""
    return f"dsb-{asking.application_id}"


def paid_path(book: LoanBook, day: date) -> Sequence[Instalment]:
    """The instalments that fell due before a day, and when each was settled."""
    account = brought_to(book.account, max(day, book.account.day))
    return [
        Instalment(due_on=due.due_date, paid_on=due.settled_on)
        for due in account.dues
        if due.due_date < day
    ]


def _terms(asking: Asking, decided: Decided, today: date) -> LoanTerms:
    return LoanTerms(
        principal=Money(decided.amount_fen),
        annual_rate_bps=decided.rate_bps,
        term_months=TERM_MONTHS,
        method=METHOD[asking.life.member.segment],
        disbursement_date=today,
    )


def _activation(asking: Asking, decided: Decided, quoted: QuotedLoan, today: date) -> ActivateLoan:
    segment = asking.life.member.segment
    return ActivateLoan(
        bank_id=BANK,
        branch_id=BRANCH,
        correlation_id=asking.application_id,
        application_id=asking.application_id,
        disbursement_id=disbursement_id(asking),
        customer_id=asking.customer_id,
        product_code=PRODUCT_CODE[segment],
        principal_fen=decided.amount_fen,
        annual_rate_bps=decided.rate_bps,
        term_months=TERM_MONTHS,
        method=METHOD[segment],
        disbursement_date=today,
        schedule_sha256=quoted.schedule.sha256,
        disclosure=quoted.disclosure,
        monitoring=_basis(asking),
    )


def _basis(asking: Asking) -> MonitoringBasis:
    """The products that were asked for; the documents themselves stay with the economy."""
    member = asking.member
    return MonitoringBasis(
        decided_on=asking.asked_on.replace(day=1),
        facts=tuple(
            FactReference(product=one, state="missing")
            for one in PRODUCTS[member.segment]
            if one != DEVICE
        ),
        region_code=books_of(member).applicant.region_code,
        consent_ids=(f"con-{asking.application_id}",),
    )
