"""Which loans a payer's reference can mean, from servicing's own table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from puhui.dynamodb import dynamo_errors
from puhui.errors import NotFound
from puhui.tenancy import BankId
from servicing.adapters.rows import (
    LOAN_SK,
    LoanContractRow,
    LoanRow,
    application_key,
    contract_pk,
    loan_pk,
)
from servicing.domain.loan import loan_id_of

MAX_LOANS = 3
"""Two are too many already: then a person decides."""


@dataclass(frozen=True)
class DynamoLoanReferences:
    """`servicing.rail_ports.LoanReferences`: the first kind of reference that knows any loan."""

    def loans_of(self, bank_id: BankId, reference: str) -> Sequence[str]:
        """A loan, the number that it was paid out under, its contract, its application."""
        for kind in (_loan, _disbursement, _contract, _application):
            found = tuple(kind(bank_id, reference))
            if found:
                return found
        return ()


def _loan(bank_id: BankId, reference: str) -> Iterator[str]:
    try:
        with dynamo_errors(missing=NotFound):
            LoanRow.get(loan_pk(bank_id, reference), LOAN_SK, consistent_read=True)
    except NotFound:
        return
    yield reference


def _disbursement(bank_id: BankId, reference: str) -> Iterator[str]:
    yield from _loan(bank_id, loan_id_of(reference))


def _contract(bank_id: BankId, reference: str) -> Iterator[str]:
    with dynamo_errors():
        rows = LoanContractRow.query(
            contract_pk(bank_id, reference), consistent_read=True, limit=MAX_LOANS
        )
        yield from (row.sk for row in rows)


def _application(bank_id: BankId, reference: str) -> Iterator[str]:
    with dynamo_errors():
        rows = LoanRow.by_application.query(application_key(bank_id, reference), limit=MAX_LOANS)
        yield from (row.gsi1sk for row in rows)
