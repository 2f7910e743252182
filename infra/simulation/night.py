"""The end of a day: close the loans; at a month's end classify, provide, write off, report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from infra.simulation.bank import SimulatedBank
from infra.simulation.borrowers import Borrower, Borrowers
from infra.simulation.journal import Journal
from infra.simulation.options import BANK
from infra.simulation.paying import Cashier
from servicing.book_ports import PARTITIONS
from servicing.domain.account.account import position_of
from servicing.domain.account.book import LoanBook
from servicing.domain.account.events import Provision, WriteOff
from servicing.domain.account.fold import brought_to
from servicing.domain.classification.classification import Classification
from servicing.domain.classification.effect import Effect
from servicing.domain.classification.judgement import Judgement, LoanJudgement
from servicing.domain.end_of_day.leg import Leg
from servicing.domain.portfolio.month_end import LoanLabels, MonthEndLoan
from servicing.domain.portfolio.report import PortfolioReport
from servicing.usecases.classify_debtor import Classified, ClassifyDebtorCommand
from servicing.usecases.confirm_classification import StepCommand

CONFIRMS, APPROVES = "risk-manager", "approver"
PART = 0
"""The simulated book is one part."""


@dataclass
class Night:
    """What happens after hours."""

    bank: SimulatedBank
    borrowers: Borrowers
    cashier: Cashier
    journal: Journal
    write_off_after_days: int

    def close(self, day: date) -> None:
        """贷款日终: every open loan is brought to the day."""
        changed = 0
        for partition in range(PARTITIONS):
            leg = Leg(bank_id=BANK, day=day, partition=partition)
            changed += self.bank.close_loans(leg, _no_hurry).changed
        for borrower, book in self._open():
            borrower.observe(book.account)
        self.journal.write("closed", day.isoformat(), changed)

    def month_end(self, day: date) -> PortfolioReport:
        """Classification with its consequences, and the reports of the month.

        What is written off gets no provision on the day: a write-off counts before a provision.
        """
        effects = self._classified(day)
        for borrower, book in self._open():
            if book.account.days_overdue > self.write_off_after_days:
                self.cashier.enter(borrower, "write-off", WriteOff(reason="逾期核销"))
        for borrower, book in self._open():
            self._provide(borrower, book, effects[borrower.loan_id], day)
        loans = [self._loan(one, effects, day) for one in self.borrowers.by_loan.values()]
        self.bank.keep_month_end(BANK, day, PART, loans)
        report = self.bank.draw_up_portfolio(BANK, day)
        for name, body in sorted(self.bank.files.kept[BANK, day].items()):
            self.journal.enclose(f"{day.isoformat()}/{name}", body)
        return report

    def _open(self) -> list[tuple[Borrower, LoanBook]]:
        found = [
            (borrower, self.bank.loan_books.get(BANK, loan_id))
            for loan_id, borrower in self.borrowers.by_loan.items()
        ]
        return [(borrower, book) for borrower, book in found if book.account.closed_on is None]

    def _classified(self, day: date) -> dict[str, Effect]:
        """初分, 认定 and 审批 of every debtor, by loan."""
        debtors: dict[str, list[Borrower]] = {}
        for borrower, _ in self._open():
            debtors.setdefault(borrower.asking.customer_id, []).append(borrower)
        effects: dict[str, Effect] = {}
        for debtor, loans in debtors.items():
            found = self.bank.classify(
                ClassifyDebtorCommand(
                    bank_id=BANK, debtor_id=debtor, as_of=day, judgement=self._judged(loans, day)
                )
            )
            effects |= {one.loan_id: one for one in self._decided(debtor, found)}
        return effects

    def _decided(self, debtor: str, found: Classified) -> Iterable[Effect]:
        if found.open is not None:
            return self._taken(debtor, found.open).effects()
        return found.effects

    def _taken(self, debtor: str, proposed: Classification) -> Classification:
        """Both people agree with the proposal."""
        classification_id = proposed.classification_id
        for step, by in ((self.bank.confirm, CONFIRMS), (self.bank.approve, APPROVES)):
            step(
                StepCommand(
                    bank_id=BANK, debtor_id=debtor, classification_id=classification_id, by=by
                )
            )
        final = self.bank.classifications.get(BANK, debtor, classification_id)
        self.journal.write("classified", debtor, final.tier.value, final.opinion.basis)
        return final

    def _judged(self, loans: Sequence[Borrower], day: date) -> Judgement:
        """What the risk manager knows beside the books and the warnings, from visits."""
        return Judgement(
            retail=loans[0].asking.life.member.segment in "SF",
            loans=tuple(self._judged_loan(one, day) for one in loans),
        )

    def _judged_loan(self, borrower: Borrower, day: date) -> LoanJudgement:
        account = self.bank.loan_books.get(BANK, borrower.loan_id).account
        hurt = borrower.asking.life.seen_on(day.replace(day=1)).setback is not None
        return LoanJudgement(
            loan_id=borrower.loan_id,
            will_keep_paying=not (account.overdue and hurt),
            use_changed=False,
        )

    def _provide(self, borrower: Borrower, book: LoanBook, effect: Effect, day: date) -> None:
        """计提: the expected loss of the classification, where it has changed."""
        if book.account.provision == effect.expected_loss.minor:
            return
        what = Provision(amount=effect.expected_loss, tier=effect.tier.value, stage=effect.stage)
        self.cashier.enter(borrower, f"provide-{day.isoformat()}", what)

    def _loan(self, borrower: Borrower, effects: dict[str, Effect], day: date) -> MonthEndLoan:
        book = self.bank.loan_books.get(BANK, borrower.loan_id)
        effect = effects.get(borrower.loan_id)
        member, first = borrower.asking.life.member, borrower.asking.times == 1
        return MonthEndLoan(
            position=position_of(book.loan, brought_to(book.account, day)),
            tier=None if effect is None else effect.tier.value,
            stage=None if effect is None else effect.stage,
            labels=LoanLabels(
                inclusive=True, first_loan=member.thin and first, first_at_bank=first
            ),
        )


def _no_hurry() -> bool:
    """A simulated call may last as long as it likes."""
    return True
