"""The portfolio report of a month end: sums that add up over parts of the loan book.

Every figure is a sum over loans, so that end of day counts each part of the book by itself and adds
the parts; ratios are taken from the sums, in parts per million.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Final

from servicing.domain.account.position import LoanStatus
from servicing.domain.portfolio.month_end import (
    BUCKET_CODES,
    NON_PERFORMING,
    TIERS,
    UNCLASSIFIED,
    MonthEndLoan,
)

PPM: Final = 1_000_000
FIRST_PAYMENT_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Cell:
    """So many loans, and what is outstanding of them in 分."""

    loans: int = 0
    fen: int = 0

    def plus(self, other: Cell) -> Cell:
        """Both together."""
        return Cell(self.loans + other.loans, self.fen + other.fen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vintage:
    """The loans of one month of disbursement, as they stand now; amounts in 分."""

    loans: int = 0
    disbursed_fen: int = 0
    outstanding_fen: int = 0
    overdue_1_fen: int = 0
    """Outstanding of loans overdue by at least a day."""
    overdue_30_fen: int = 0
    """By more than 30 days."""
    overdue_90_fen: int = 0
    written_off_fen: int = 0
    recovered_fen: int = 0
    first_payment_default_loans: int = 0
    """首期违约: the first instalment is still unpaid 30 days after its day."""

    def plus(self, other: Vintage) -> Vintage:
        """Both together."""
        return Vintage(
            **{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)}
        )

    @property
    def bad_ppm(self) -> int:
        """Outstanding overdue by more than 90 days and what was written off, of the disbursed."""
        return share_ppm(self.overdue_90_fen + self.written_off_fen, self.disbursed_fen)


@dataclass(frozen=True, kw_only=True)
class PortfolioReport:
    """The loan book of a bank, or a part of it, at a month end."""

    as_of: date
    before: date | None
    """The month end that the migration starts from."""
    outstanding: Cell = Cell()
    provision_fen: int = 0
    written_off_fen: int = 0
    recovered_fen: int = 0
    by_tier: Mapping[str, Cell] = field(default_factory=dict)
    by_stage: Mapping[str, Cell] = field(default_factory=dict)
    by_bucket: Mapping[str, Cell] = field(default_factory=dict)
    inclusive: Mapping[str, Cell] = field(default_factory=dict)
    first_loan: Mapping[str, Cell] = field(default_factory=dict)
    vintages: Mapping[str, Vintage] = field(default_factory=dict)
    migration: Mapping[tuple[str, str], Cell] = field(default_factory=dict)
    """From group to group; the amount is what was outstanding before, of new loans what is now."""

    @property
    def non_performing(self) -> Cell:
        """不良贷款: 次级, 可疑 and 损失."""
        return total(cell for tier, cell in self.by_tier.items() if tier in NON_PERFORMING)

    @property
    def npl_ppm(self) -> int:
        """不良率, of the outstanding."""
        return share_ppm(self.non_performing.fen, self.outstanding.fen)

    @property
    def overdue_90_ppm(self) -> int:
        """Outstanding overdue by more than 90 days, of the outstanding; needs no classification."""
        late = total(self.by_bucket.get(code, Cell()) for code in BUCKET_CODES[4:])
        return share_ppm(late.fen, self.outstanding.fen)

    @property
    def coverage_ppm(self) -> int | None:
        """拨备覆盖率: provision of the non-performing; None where there is none."""
        bad = self.non_performing.fen
        return share_ppm(self.provision_fen, bad) if bad else None

    def plus(self, other: PortfolioReport) -> PortfolioReport:
        """Two parts of one book together."""
        if (self.as_of, self.before) != (other.as_of, other.before):
            raise ValueError("parts of one report have the same days")
        return PortfolioReport(
            as_of=self.as_of,
            before=self.before,
            outstanding=self.outstanding.plus(other.outstanding),
            provision_fen=self.provision_fen + other.provision_fen,
            written_off_fen=self.written_off_fen + other.written_off_fen,
            recovered_fen=self.recovered_fen + other.recovered_fen,
            **{name: _added(getattr(self, name), getattr(other, name)) for name in _GROUPINGS},
        )


_GROUPINGS: Final = (
    "by_tier",
    "by_stage",
    "by_bucket",
    "inclusive",
    "first_loan",
    "vintages",
    "migration",
)


def report_of(
    loans: Iterable[MonthEndLoan],
    as_of: date,
    loans_before: Iterable[MonthEndLoan] = (),
    before: date | None = None,
) -> PortfolioReport:
    """The report of a part of the book; a loan is in the same part at both month ends."""
    now = list(loans)
    once = {loan.position.loan_id: loan for loan in loans_before}
    report = PortfolioReport(as_of=as_of, before=before)
    for loan in now:
        report = report.plus(_of_one(loan, once.get(loan.position.loan_id), as_of, before))
    return report


def share_ppm(part: int, whole: int) -> int:
    """A share in parts per million, rounded half up; of nothing it is 0."""
    return (2 * part * PPM + whole) // (2 * whole) if whole else 0


def total(cells: Iterable[Cell]) -> Cell:
    """All together."""
    result = Cell()
    for cell in cells:
        result = result.plus(cell)
    return result


def _of_one(
    loan: MonthEndLoan, once: MonthEndLoan | None, as_of: date, before: date | None
) -> PortfolioReport:
    position = loan.position
    cell = Cell(1, position.principal_outstanding.minor)
    groupings: dict[str, Any] = {"vintages": {loan.vintage: _vintage(loan)}}
    if position.on_balance_sheet:
        groupings |= {
            "outstanding": cell,
            "provision_fen": position.provision.minor,
            "by_tier": {loan.group: cell},
            "by_stage": {str(loan.stage or UNCLASSIFIED): cell},
            "by_bucket": {loan.bucket: cell},
            "inclusive": {_answer(loan.labels.inclusive): cell},
            "first_loan": {_answer(loan.labels.first_loan): cell},
        }
    if before is not None and (once is None or once.position.on_balance_sheet):
        was = "new" if once is None else once.group
        moved = cell if once is None else Cell(1, once.position.principal_outstanding.minor)
        groupings["migration"] = {(was, loan.group): moved}
    return PortfolioReport(
        as_of=as_of,
        before=before,
        written_off_fen=position.written_off.minor,
        recovered_fen=position.recovered.minor,
        **groupings,
    )


def _vintage(loan: MonthEndLoan) -> Vintage:
    position, days = loan.position, loan.position.days_overdue
    owed = position.principal_outstanding.minor
    gone = position.status is LoanStatus.WRITTEN_OFF
    never_paid = position.last_repaid_on is None and (gone or days > FIRST_PAYMENT_DAYS)
    return Vintage(
        loans=1,
        disbursed_fen=position.disbursed.minor,
        outstanding_fen=owed,
        overdue_1_fen=owed if days > 0 else 0,
        overdue_30_fen=owed if days > 30 else 0,
        overdue_90_fen=owed if days > 90 else 0,
        written_off_fen=position.written_off.minor,
        recovered_fen=position.recovered.minor,
        first_payment_default_loans=int(never_paid),
    )


def _answer(label: bool | None) -> str:
    return {True: "yes", False: "no", None: "unknown"}[label]


def _added(one: Mapping[Any, Any], other: Mapping[Any, Any]) -> dict[Any, Any]:
    result = dict(one)
    for key, cell in other.items():
        result[key] = result[key].plus(cell) if key in result else cell
    return result


def tiers_in_order(found: Mapping[str, Cell]) -> tuple[str, ...]:
    """The tiers of a report from best to worst, unclassified loans last."""
    return tuple(tier for tier in (*TIERS, UNCLASSIFIED) if tier in found)
