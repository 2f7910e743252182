"""Planned checks as rows of their loan's partition; one that is due stands in the work list."""

from __future__ import annotations

from puhui.bodies import Body
from puhui.tenancy import BankId
from servicing.adapters.rows import CHECK_PREFIX, CheckRow, loan_pk
from servicing.domain.checks.plan import CheckKind, CheckRecord, CheckState, PlannedCheck
from servicing.domain.loan import Loan

_RECORD = Body(CheckRecord)


def check_row(loan: Loan, check: PlannedCheck) -> CheckRow:
    """A check of a loan that is booked."""
    return check_row_of(loan.bank_id, loan.loan_id, loan.branch_id, check)


def check_row_of(bank_id: BankId, loan_id: str, branch_id: str, check: PlannedCheck) -> CheckRow:
    """A check as it is written."""
    waiting = check.state is CheckState.PLANNED
    return CheckRow(
        loan_pk(bank_id, loan_id),
        check_sk(check),
        gsi4pk=checks_key(bank_id) if waiting else None,
        gsi4sk=f"{check.due_on.isoformat()}#{loan_id}#{check.kind.value}" if waiting else None,
        due_on=check.due_on,
        kind=check.kind.value,
        state=check.state.value,
        branch_id=branch_id,
        record=None if check.record is None else _RECORD.write(check.record),
        because=check.because or None,
    )


def check_of(row: CheckRow) -> PlannedCheck:
    """A check as it was written."""
    return PlannedCheck(
        due_on=row.due_on,
        kind=CheckKind(row.kind),
        state=CheckState(row.state),
        record=None if row.record is None else _RECORD.read(row.record),
        because=row.because or "",
    )


def check_sk(check: PlannedCheck) -> str:
    """The check's place in its loan's partition."""
    return f"{CHECK_PREFIX}{check.due_on.isoformat()}#{check.kind.value}"


def checks_key(bank_id: BankId) -> str:
    """The work list of a bank's checks."""
    return f"BANK#{bank_id}#CHECKS"
