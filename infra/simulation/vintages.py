"""What became of the loans of a month: disbursed, bad, lost, earned, and what that is a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from infra.simulation.borrowers import Borrower
from infra.simulation.machine import Lived
from infra.simulation.options import BANK, FUNDING_BPS
from servicing.domain.account.books import balances_of
from servicing.domain.account.position import LoanStatus
from servicing.domain.accounts import FEE_INCOME, IMPAIRMENT, INTEREST_INCOME, LATE_INCOME
from servicing.domain.portfolio.report import share_ppm

DAYS_PER_YEAR: Final = 365
BPS: Final = 10_000
PPM: Final = 1_000_000
INCOME: Final = (INTEREST_INCOME.code, LATE_INCOME.code, FEE_INCOME.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class VintageFigures:
    """Amounts in 分; those of disjoint loans add up."""

    loans: int = 0
    disbursed_fen: int = 0
    outstanding_fen: int = 0
    defaults: int = 0
    """Loans that were ever overdue for more than 90 days."""
    bad_fen: int = 0
    """What is outstanding of defaulted loans and was written off."""
    income_fen: int = 0
    """Interest, lateness and fees, earned and booked."""
    loss_fen: int = 0
    """信用减值损失: provisions, write-offs beyond them and waived principal, less recoveries."""
    funding_fen: int = 0
    operating_fen: int = 0
    balance_days_fen: int = 0

    def plus(self, other: VintageFigures) -> VintageFigures:
        """Both together."""
        return VintageFigures(
            **{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)}
        )

    @property
    def result_fen(self) -> int:
        """Income less loss, funding and work; before tax."""
        return self.income_fen - self.loss_fen - self.funding_fen - self.operating_fen

    @property
    def bad_ppm(self) -> int:
        """Bad, of the disbursed."""
        return share_ppm(self.bad_fen, self.disbursed_fen)

    @property
    def roa_ppm(self) -> int:
        """ROA: the result of a year on the balance it was earned on."""
        if self.balance_days_fen == 0:
            return 0
        return self.result_fen * DAYS_PER_YEAR * PPM // self.balance_days_fen

    def as_document(self) -> Mapping[str, Any]:
        """As JSON can hold it."""
        told = {name: value for name, value in asdict(self).items() if name != "balance_days_fen"}
        shares = {"bad_ppm": self.bad_ppm, "roa_ppm": self.roa_ppm}
        return {**told, "result_fen": self.result_fen, **shares}


def vintages(lived: Lived) -> Mapping[str, VintageFigures]:
    """By month of disbursement."""
    return _by(lived, lambda one: one.loan.terms.disbursement_date.isoformat()[:7])


def products(lived: Lived) -> Mapping[str, VintageFigures]:
    """By segment."""
    return _by(lived, lambda one: one.asking.life.member.segment)


def together(figures: Iterable[VintageFigures]) -> VintageFigures:
    """All in one."""
    result = VintageFigures()
    for one in figures:
        result = result.plus(one)
    return result


def _by(lived: Lived, key: Any) -> Mapping[str, VintageFigures]:
    found: dict[str, VintageFigures] = defaultdict(VintageFigures)
    for borrower in lived.borrowers.by_loan.values():
        found[key(borrower)] = found[key(borrower)].plus(_of(lived, borrower))
    return dict(sorted(found.items()))


def _of(lived: Lived, borrower: Borrower) -> VintageFigures:
    account = lived.bank.loan_books.get(BANK, borrower.loan_id).account
    held = balances_of(account)
    written_off = account.status is LoanStatus.WRITTEN_OFF
    bad = account.flows.written_off if written_off else account.principal
    return VintageFigures(
        loans=1,
        disbursed_fen=account.flows.disbursed,
        outstanding_fen=account.principal,
        defaults=int(borrower.defaulted_on is not None),
        bad_fen=bad if borrower.defaulted_on is not None else 0,
        income_fen=-sum(held.get(code, 0) for code in INCOME),
        loss_fen=held.get(IMPAIRMENT.code, 0),
        funding_fen=_cost(borrower, FUNDING_BPS),
        operating_fen=_cost(borrower, borrower.decided.operating_bps),
        balance_days_fen=borrower.balance_days_fen,
    )


def _cost(borrower: Borrower, bps: int) -> int:
    """A yearly cost on the balances that the loan had."""
    return borrower.balance_days_fen * bps // (BPS * DAYS_PER_YEAR)
