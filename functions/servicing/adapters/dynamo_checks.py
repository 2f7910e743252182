"""The check plans in DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from puhui.dynamodb import dynamo_errors
from puhui.tenancy import BankId
from servicing.adapters.check_rows import check_of, check_row_of, checks_key
from servicing.adapters.commit import Committer, Update
from servicing.adapters.rows import CHECK_PREFIX, CheckRow, loan_pk
from servicing.domain.checks.plan import CheckState, PlannedCheck
from servicing.domain.errors import CheckAlreadyDone
from servicing.warning_ports import DueCheck

SETTABLE = ("gsi4pk", "gsi4sk", "due_on", "kind", "state", "branch_id", "record", "because")


class DynamoChecks:
    """`servicing.warning_ports.Checks` on servicing's table."""

    def __init__(self, commit: Committer | None = None) -> None:
        self._commit = commit or Committer()

    def of_loan(self, bank_id: BankId, loan_id: str) -> Sequence[PlannedCheck]:
        """One consistent query of the loan's checks."""
        with dynamo_errors():
            rows = CheckRow.query(
                loan_pk(bank_id, loan_id),
                CheckRow.sk.startswith(CHECK_PREFIX),
                consistent_read=True,
            )
            return [check_of(row) for row in rows]

    def write(
        self, bank_id: BankId, loan_id: str, branch_id: str, checks: Sequence[PlannedCheck]
    ) -> None:
        """One transaction; what has a record stays as it is."""
        self._commit([_write(check_row_of(bank_id, loan_id, branch_id, one)) for one in checks])

    def due(self, bank_id: BankId, until: date, limit: int) -> Sequence[DueCheck]:
        """One query of the index."""
        with dynamo_errors():
            rows = CheckRow.by_work.query(
                checks_key(bank_id), CheckRow.gsi4sk < f"{until.isoformat()}~", limit=limit
            )
            return [
                DueCheck(
                    loan_id=row.gsi4sk.split("#")[1], branch_id=row.branch_id, check=check_of(row)
                )
                for row in rows
            ]


def _write(row: CheckRow) -> Update:
    values = {name: getattr(row, name) for name in SETTABLE}
    return Update(
        row=CheckRow(row.pk, row.sk),
        actions=[
            getattr(CheckRow, name).remove()
            if value is None
            else getattr(CheckRow, name).set(value)
            for name, value in values.items()
        ],
        condition=CheckRow.pk.does_not_exist() | (CheckRow.state != CheckState.DONE.value),
        refused=CheckAlreadyDone,
    )
