"""What the API of checks, watches and fund uses takes and answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from puhui.contracts.common import Code, Contract, Fen, Identifier, PositiveFen, Ppm, ShortText
from puhui.money import Money
from servicing.domain.checks.plan import (
    CHECK_NAMES,
    CHECK_STATE_NAMES,
    CheckKind,
    CheckRecord,
    CheckState,
    PlannedCheck,
)
from servicing.domain.fund_use.trace import FundTrace
from servicing.domain.fund_use.use import Drawdown, LineKind, LoanKind, Payee, PaymentMode, UseLine
from servicing.domain.loan import Loan
from servicing.domain.warning.colour import COLOUR_NAMES, Colour
from servicing.domain.warning.watch import LoanWatch
from servicing.warning_ports import DueCheck

LEVEL_NAMES = {
    "none": "未见异常",
    "attention": "需核实",
    "misuse": "挪用",
    "not_assessed": "未评估",
}
Name = Annotated[str, Field(min_length=1, max_length=100)]
MAX_BATCH_LINES = 200


class CheckDetail(Contract):
    """One check of a loan's plan."""

    loan_id: str
    kind: CheckKind
    name: str
    due_on: date
    state: CheckState
    state_name: str
    days_overdue: int
    because: str | None
    """Of a trigger check: the warning that asks for it."""
    done_on: date | None
    done_by: str | None
    colour: Colour | None
    findings: str | None
    documents: tuple[str, ...]

    @classmethod
    def of(cls, loan_id: str, check: PlannedCheck, today: date) -> CheckDetail:
        """The view."""
        record = check.record
        return cls(
            loan_id=loan_id,
            kind=check.kind,
            name=CHECK_NAMES[check.kind],
            due_on=check.due_on,
            state=check.state,
            state_name=CHECK_STATE_NAMES[check.state],
            days_overdue=check.days_overdue(today),
            because=check.because or None,
            done_on=record.done_on if record else None,
            done_by=record.done_by if record else None,
            colour=record.colour if record else None,
            findings=record.findings if record else None,
            documents=record.documents if record else (),
        )

    @classmethod
    def of_due(cls, due: DueCheck, today: date) -> CheckDetail:
        """The view of one in the work list."""
        return cls.of(due.loan_id, due.check, today)


class CheckList(Contract):
    """Checks, the oldest due day first."""

    items: tuple[CheckDetail, ...]


class DueFilter(Contract):
    """Until which day checks are due; without it, until today."""

    until: date | None = None


class CheckBody(Contract):
    """What was found at a planned check."""

    kind: CheckKind
    due_on: date
    done_on: date
    colour: Colour
    findings: Annotated[str, Field(min_length=1, max_length=4_000)]
    documents: Annotated[tuple[Identifier, ...], Field(max_length=20)] = ()

    def record(self, done_by: str) -> CheckRecord:
        """The record."""
        return CheckRecord(
            done_on=self.done_on,
            done_by=done_by,
            colour=self.colour,
            findings=self.findings,
            documents=self.documents,
        )


class WatchView(Contract):
    """How a loan is watched: its class, and when it is looked at again."""

    loan_id: str
    colour: Colour
    colour_name: str
    watched_on: date | None
    next_on: date
    products: tuple[str, ...]
    """The fact documents that are asked for; none: only our own books are watched."""
    known_indicators: int

    @classmethod
    def of(cls, watch: LoanWatch) -> WatchView:
        """The view."""
        return cls(
            loan_id=watch.loan_id,
            colour=watch.colour,
            colour_name=COLOUR_NAMES[watch.colour],
            watched_on=watch.watched_on,
            next_on=watch.next_on,
            products=tuple(sorted(watch.products)),
            known_indicators=len(watch.last),
        )


class WatchList(Contract):
    """Watches that are due."""

    items: tuple[WatchView, ...]


class UseLineBody(Contract):
    """One line of the account, or one payment of the rail."""

    line_id: Identifier
    booked_on: date
    incoming: Annotated[bool, Field(strict=True)]
    amount_fen: PositiveFen
    kind: LineKind
    payee: Name | None
    purpose: Annotated[str, Field(max_length=100)] = ""
    payee_class: Code | None = None

    def line(self) -> UseLine:
        """The line."""
        return UseLine(
            line_id=self.line_id,
            booked_on=self.booked_on,
            incoming=self.incoming,
            amount=Money(self.amount_fen),
            kind=self.kind,
            payee=self.payee,
            purpose=self.purpose,
            payee_class=self.payee_class,
        )


class FundUseBody(Contract):
    """Lines after a drawdown, and what is known of those around the borrower."""

    loan_kind: LoanKind
    payment_mode: PaymentMode | None = None
    is_new_relation: bool | None = None
    has_ordinary_credit: bool | None = None
    borrower_names: Annotated[tuple[Name, ...], Field(min_length=1, max_length=5)]
    related_names: Annotated[tuple[Name, ...], Field(max_length=100)] | None = None
    lines: Annotated[tuple[UseLineBody, ...], Field(min_length=1, max_length=MAX_BATCH_LINES)]

    def drawdown(self, loan: Loan) -> Drawdown:
        """The money that is traced."""
        return Drawdown(
            loan_id=loan.loan_id,
            drawn_on=loan.terms.disbursement_date,
            drawn=loan.terms.principal,
            term_months=loan.terms.term_months,
            kind=self.loan_kind,
            mode=self.payment_mode,
            is_new_relation=self.is_new_relation,
            has_ordinary_credit=self.has_ordinary_credit,
        )

    def parties(self) -> Payee:
        """Who counts as the borrower, and as related."""
        return Payee(borrower_names=self.borrower_names, related_names=self.related_names)


class FundSignalView(Contract):
    """One kind of misuse with what it amounts to."""

    code: str
    count: int
    amount_fen: Fen
    text: ShortText


class ModelVersionView(Contract):
    """Which model answered."""

    catalogue_id: str
    version: str
    sha256: str


class FundTraceView(Contract):
    """Where a loan's money went, as the models see it."""

    loan_id: str
    traced_on: date
    lines: int
    level: str
    level_name: str
    misuse_fen: Fen
    unexplained_fen: Fen
    suspect_ppm: Ppm
    signals: tuple[FundSignalView, ...]
    required_mode: str | None
    """Who should have paid the payees, by M21."""
    clause: str | None
    clause_text: str | None
    largest_payee_fen: Fen
    models: tuple[ModelVersionView, ...]

    @classmethod
    def of(cls, trace: FundTrace) -> FundTraceView:
        """The view."""
        return cls(
            loan_id=trace.loan_id,
            traced_on=trace.traced_on,
            lines=trace.lines,
            level=trace.level,
            level_name=LEVEL_NAMES[trace.level],
            misuse_fen=trace.misuse_fen,
            unexplained_fen=trace.unexplained_fen,
            suspect_ppm=trace.suspect_ppm,
            signals=tuple(
                FundSignalView(code=code, count=count, amount_fen=fen, text=text)
                for (code, count, fen), text in zip(trace.signals, trace.reasons, strict=False)
            ),
            required_mode=trace.required_mode,
            clause=trace.clause,
            clause_text=trace.clause_text,
            largest_payee_fen=trace.largest_payee_fen,
            models=tuple(
                ModelVersionView(
                    catalogue_id=one.catalogue_id, version=one.version, sha256=one.sha256
                )
                for one in trace.models
            ),
        )
