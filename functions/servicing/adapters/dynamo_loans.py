"""Loans in DynamoDB: loan, plan, checks and event are written in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from puhui.clock import Clock
from puhui.contracts.monitoring import MonitoringBasis
from puhui.contracts.settlement import CN_DEFAULT, SettlementParameters
from puhui.dynamodb import dynamo_errors
from puhui.money import Money
from puhui.outbox import outbox_rows
from puhui.tenancy import BankId
from servicing.adapters.account_rows import AccountRow, ServicingBankRow
from servicing.adapters.book_rows import account_row
from servicing.adapters.check_rows import check_of, check_row
from servicing.adapters.clearing_rows import LOANS, place_in_index
from servicing.adapters.commit import Committer, Put, Update
from servicing.adapters.envelopes import loan_envelope
from servicing.adapters.rows import (
    ACCOUNT_SK,
    BANKS_PK,
    CHECK_PREFIX,
    LOAN_SK,
    SCHEDULE_SK,
    LoanContractRow,
    LoanPartRow,
    LoanRow,
    ScheduleRow,
    ServicingOutboxRow,
    application_key,
    contract_pk,
    customer_key,
    loan_pk,
)
from servicing.adapters.watch_rows import new_watch_row
from servicing.domain.account.book import LoanBook
from servicing.domain.account.position import LoanStatus
from servicing.domain.errors import LoanExists, LoanNotFound, ScheduleCorrupt
from servicing.domain.labels import Label
from servicing.domain.loan import Loan
from servicing.domain.plain_values import of_plain, plain
from servicing.domain.rail.clearing import paid_out
from servicing.domain.schedule import LoanTerms, Schedule, ScheduleLine

MAX_LOANS_PER_APPLICATION = 10
MAX_LOANS_PER_CUSTOMER = 200


class DynamoLoans:
    """`servicing.ports.Loans` on servicing's table."""

    def __init__(self, clock: Clock, commit: Committer | None = None) -> None:
        self._clock = clock
        self._commit = commit or Committer()

    def add(self, loan: Loan, monitoring: MonitoringBasis | None = None) -> None:
        """One transaction."""
        events = outbox_rows(ServicingOutboxRow, [loan_envelope(loan, self._clock)])
        self._commit(
            [
                Put(row=_loan_row(loan), refused=LoanExists),
                Put(row=_schedule_row(loan)),
                *(Put(row=check_row(loan, check)) for check in loan.checks),
                Put(row=new_watch_row(loan, monitoring)),
                *(Put(row=row) for row in _contract_rows(loan)),
                Put(row=account_row(LoanBook.of_new(loan))),
                *(Put(row=row) for row in events),
                Update(row=ServicingBankRow(BANKS_PK, loan.bank_id), actions=[]),
            ]
        )

    def get(self, bank_id: BankId, loan_id: str) -> Loan:
        """One consistent query of the loan's partition; the status is that of its account."""
        with dynamo_errors():
            rows = list(LoanPartRow.query(loan_pk(bank_id, loan_id), consistent_read=True))
        if not rows:
            raise LoanNotFound(f"no loan {loan_id}")
        parts = {row.sk: row for row in rows}
        account = parts.get(ACCOUNT_SK, parts[LOAN_SK])
        return replace(loan_of(bank_id, parts), status=LoanStatus(account.status))

    def of_application(self, bank_id: BankId, application_id: str) -> Sequence[Loan]:
        """The index names the loans; each is then read as written."""
        with dynamo_errors():
            rows = list(
                LoanRow.by_application.query(
                    application_key(bank_id, application_id), limit=MAX_LOANS_PER_APPLICATION
                )
            )
        return [self.get(bank_id, row.gsi1sk) for row in rows]

    def lent_to(self, bank_id: BankId, customer_id: str) -> Sequence[Money]:
        """One query of the index."""
        with dynamo_errors():
            rows = AccountRow.by_customer.query(
                customer_key(bank_id, customer_id), limit=MAX_LOANS_PER_CUSTOMER
            )
            return [of_plain(LoanTerms, row.terms).principal for row in rows]


def _loan_row(loan: Loan) -> LoanRow:
    terms = loan.terms
    row = LoanRow(
        loan_pk(loan.bank_id, loan.loan_id),
        LOAN_SK,
        gsi1pk=application_key(loan.bank_id, loan.application_id),
        gsi1sk=loan.loan_id,
        application_id=loan.application_id,
        disbursement_id=loan.disbursement_id,
        customer_id=loan.customer_id,
        branch_id=loan.branch_id,
        product_code=loan.product_code,
        contract_id=loan.contract_id,
        payload_sha256=loan.payload_sha256,
        principal=terms.principal,
        annual_rate_bps=terms.annual_rate_bps,
        term_months=terms.term_months,
        method=terms.method,
        disbursement_date=terms.disbursement_date,
        status=loan.status.value,
        settlement=loan.settlement.model_dump(mode="json"),
        labels=[plain(label) for label in loan.labels] or None,
        disclosure_sha256=loan.disclosure_sha256,
    )
    place_in_index(row, LOANS, loan.bank_id, terms.disbursement_date, paid_out(loan))
    return row


def _contract_rows(loan: Loan) -> list[LoanContractRow]:
    if loan.contract_id is None:
        return []
    return [LoanContractRow(contract_pk(loan.bank_id, loan.contract_id), loan.loan_id)]


def _schedule_row(loan: Loan) -> ScheduleRow:
    return ScheduleRow(
        loan_pk(loan.bank_id, loan.loan_id),
        SCHEDULE_SK,
        profile=loan.schedule.profile_code,
        lines=[line.as_values() for line in loan.schedule.lines],
        sha256=loan.schedule.sha256,
    )


def loan_of(bank_id: BankId, parts: Mapping[str, LoanPartRow]) -> Loan:
    """The loan in the rows of its partition, as it was booked."""
    row = parts[LOAN_SK]
    terms = LoanTerms(
        principal=row.principal,
        annual_rate_bps=int(row.annual_rate_bps),
        term_months=int(row.term_months),
        method=row.method,
        disbursement_date=row.disbursement_date,
    )
    return Loan(
        bank_id=bank_id,
        loan_id=row.gsi1sk,
        application_id=row.application_id,
        disbursement_id=row.disbursement_id,
        customer_id=row.customer_id,
        branch_id=row.branch_id,
        product_code=row.product_code,
        contract_id=row.contract_id,
        payload_sha256=row.payload_sha256,
        schedule=_schedule_of(terms, parts[SCHEDULE_SK]),
        checks=tuple(
            check_of(check) for sk, check in sorted(parts.items()) if sk.startswith(CHECK_PREFIX)
        ),
        status=LoanStatus(row.status),
        settlement=_settlement_of(row),
        labels=tuple(of_plain(Label, label) for label in row.labels or ()),
        disclosure_sha256=row.disclosure_sha256,
    )


def _settlement_of(row: LoanPartRow) -> SettlementParameters:
    """A loan that was booked before products had parameters follows the default."""
    if row.settlement is None:
        return CN_DEFAULT
    return SettlementParameters.model_validate(row.settlement)


def _schedule_of(terms: LoanTerms, row: LoanPartRow) -> Schedule:
    schedule = Schedule(
        terms=terms,
        profile_code=row.profile,
        lines=tuple(ScheduleLine.of_values(values) for values in row.lines),
    )
    if schedule.sha256 != row.sha256:
        raise ScheduleCorrupt(f"{row.pk} {row.sk}")
    return schedule
