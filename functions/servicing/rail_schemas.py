"""What the rail's API takes and answers."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from puhui.contracts.common import Contract, Fen, Identifier, PositiveFen, SignedFen
from puhui.contracts.servicing_rail import RailNotice
from puhui.money import Money
from puhui.tenancy import bank_id
from servicing.domain.rail.debit import DEBIT_STATE_NAMES, RailDebit
from servicing.domain.rail.differences import KIND_NAMES, Difference
from servicing.domain.rail.files import FILE_STATE_NAMES, RailFile
from servicing.domain.rail.payment import STATE_NAMES, Channel, Heard, RailPayment
from servicing.domain.rail.reconciliation import Reconciliation, Totals
from servicing.domain.rail.statement_file import DIRECTION_NAMES

CSV_COLUMNS = (
    "差错类型", "方向", "流水号", "通道金额（元）", "账务金额（元）", "贷款金额（元）",
    "发现日期", "账龄（天）", "责任岗位", "说明",
)  # fmt: skip


def heard_of(notice: RailNotice) -> Heard:
    """The payment that a notice tells of."""
    return Heard(
        bank_id=bank_id(notice.bank_id),
        serial_no=notice.serial_no,
        amount=Money(notice.amount_fen),
        reference=notice.reference,
        booked_on=notice.booked_on,
        channel=Channel.CALL,
        notice_version=notice.notice_version,
        returned=notice.state == "returned",
    )


class RailPaymentView(Contract):
    """A payment over the rail, and what became of it."""

    serial_no: str
    amount_fen: PositiveFen
    reference: str
    booked_on: date
    taken_on: date
    days_open: Annotated[int, Field(ge=0)]
    channel: str
    state: str
    state_name: str
    returned: bool
    loan_id: str | None
    reason: str | None

    @classmethod
    def of(cls, payment: RailPayment, today: date) -> RailPaymentView:
        """The view on a business date."""
        return cls(
            serial_no=payment.serial_no,
            amount_fen=payment.amount.minor,
            reference=payment.reference,
            booked_on=payment.booked_on,
            taken_on=payment.taken_on,
            days_open=max((today - payment.taken_on).days, 0) if payment.needs_a_person else 0,
            channel=payment.channel.value,
            state=payment.state.value,
            state_name=STATE_NAMES[payment.state],
            returned=payment.returned,
            loan_id=payment.loan_id,
            reason=payment.reason,
        )


class RailPaymentList(Contract):
    """Payments that wait for a person, oldest first."""

    items: tuple[RailPaymentView, ...]


class AssignmentBody(Contract):
    """Which loan a suspended payment belongs to."""

    loan_id: Identifier


class DebitBody(Contract):
    """How much to debit."""

    amount_fen: PositiveFen


class DebitView(Contract):
    """A debit that we asked for."""

    serial_no: str
    loan_id: str
    amount_fen: PositiveFen
    asked_at: datetime
    state: str
    state_name: str
    booked_on: date | None
    reason: str | None

    @classmethod
    def of(cls, debit: RailDebit) -> DebitView:
        """The view."""
        return cls(
            serial_no=debit.serial_no,
            loan_id=debit.loan_id,
            amount_fen=debit.amount.minor,
            asked_at=debit.asked_at,
            state=debit.state.value,
            state_name=DEBIT_STATE_NAMES[debit.state],
            booked_on=debit.booked_on,
            reason=debit.reason,
        )


class ProblemView(Contract):
    """What is wrong with one line of a file."""

    line: int
    field: str
    rule: str


class RailFileView(Contract):
    """A version of a day's file and how far it was read."""

    business_date: date
    file_version: int
    sha256: str
    lines: int
    state: str
    state_name: str
    problems: tuple[ProblemView, ...]

    @classmethod
    def of(cls, file: RailFile) -> RailFileView:
        """The view."""
        return cls(
            business_date=file.business_date,
            file_version=file.file_version,
            sha256=file.sha256,
            lines=file.lines,
            state=file.state.value,
            state_name=FILE_STATE_NAMES[file.state],
            problems=tuple(
                ProblemView(line=one.line, field=one.field, rule=one.rule) for one in file.problems
            ),
        )


class TotalsView(Contract):
    """What each side moved in one direction."""

    direction: str
    direction_name: str
    rail_fen: SignedFen
    ledger_fen: SignedFen
    loans_fen: SignedFen

    @classmethod
    def of(cls, totals: Totals) -> TotalsView:
        """The view."""
        return cls(
            direction=totals.direction.value,
            direction_name=DIRECTION_NAMES[totals.direction],
            rail_fen=totals.rail.minor,
            ledger_fen=totals.ledger.minor,
            loans_fen=totals.loans.minor,
        )


class DifferenceView(Contract):
    """One line of the difference list."""

    kind: str
    kind_name: str
    direction: str | None
    serial_no: str | None
    rail_fen: SignedFen
    ledger_fen: SignedFen
    loans_fen: SignedFen
    since: date
    days_open: Annotated[int, Field(ge=0)]
    owner: str
    detail: str

    @classmethod
    def of(cls, one: Difference, on: date) -> DifferenceView:
        """The view on the day of the result."""
        return cls(
            kind=one.kind.value,
            kind_name=KIND_NAMES[one.kind],
            direction=one.direction.value if one.direction else None,
            serial_no=one.serial_no,
            rail_fen=one.amounts.rail.minor,
            ledger_fen=one.amounts.ledger.minor,
            loans_fen=one.amounts.loans.minor,
            since=one.since,
            days_open=one.days_open(on),
            owner=one.owner,
            detail=one.detail,
        )


class ReconciliationView(Contract):
    """The result of a day."""

    business_date: date
    version: int
    file_version: int
    file_sha256: str | None
    file_is_missing: bool
    matched: int
    unverified: int
    closed: int
    oldest_days: int
    difference_fen: Fen
    totals: tuple[TotalsView, ...]
    differences: tuple[DifferenceView, ...]

    @classmethod
    def of(cls, result: Reconciliation) -> ReconciliationView:
        """The view."""
        return cls(
            business_date=result.on,
            version=result.version,
            file_version=result.file_version,
            file_sha256=result.file_sha256,
            file_is_missing=result.file_is_missing,
            matched=result.matched,
            unverified=result.unverified,
            closed=result.closed,
            oldest_days=result.oldest_days,
            difference_fen=result.apart.minor,
            totals=tuple(TotalsView.of(one) for one in result.totals),
            differences=tuple(DifferenceView.of(one, result.on) for one in result.differences),
        )


class ReconciliationCsv(Contract):
    """The difference list as a CSV file, to be saved as `file_name`."""

    file_name: str
    csv: str
    sha256: str

    @classmethod
    def of(cls, result: Reconciliation) -> ReconciliationCsv:
        """The file, with a mark at its beginning so that spreadsheets read the Chinese right."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(CSV_COLUMNS)
        writer.writerows(_cells(one, result.on) for one in result.differences)
        text = "\ufeff" + out.getvalue()
        return cls(
            file_name=f"reconciliation-{result.on.isoformat()}-v{result.version}.csv",
            csv=text,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
        )


def _cells(one: Difference, on: date) -> tuple[str, ...]:
    return (
        KIND_NAMES[one.kind],
        DIRECTION_NAMES[one.direction] if one.direction else "",
        one.serial_no or "",
        *(f"{amount.yuan:.2f}" for amount in (one.amounts.rail, one.amounts.ledger)),
        f"{one.amounts.loans.yuan:.2f}",
        one.since.isoformat(),
        str(one.days_open(on)),
        one.owner,
        one.detail,
    )
