"""What servicing's API takes and answers."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import AwareDatetime

from puhui.contracts.common import (
    Contract,
    Fen,
    Identifier,
    Months,
    PositiveFen,
    RateBps,
    Sha256,
    SignedFen,
)
from puhui.contracts.servicing import Instalment, RepaymentMethod
from puhui.money import Money
from servicing.answers import instalments_of
from servicing.domain.account.position import STATUS_NAMES
from servicing.domain.loan import Loan
from servicing.domain.plan.methods import METHODS
from servicing.domain.schedule import LoanTerms
from servicing.domain.transfers import STATE_NAMES
from servicing.domain.trial_balance import AccountBalance, TrialBalance
from servicing.domain.vouchers import STEP_NAMES, Entry, Voucher
from servicing.label_schemas import LabelView, label_views
from servicing.settlement_view import SettlementView
from servicing.usecases.read_transfer import AuditedTransfer


class QuoteBody(Contract):
    """What a loan would cost (试算): without a date, as if disbursed on the accounting day."""

    principal_fen: PositiveFen
    annual_rate_bps: RateBps
    term_months: Months
    method: RepaymentMethod
    disbursement_date: date | None = None

    def terms(self, today: date) -> LoanTerms:
        """The terms to draw a plan for."""
        return LoanTerms(
            principal=Money(self.principal_fen),
            annual_rate_bps=self.annual_rate_bps,
            term_months=self.term_months,
            method=self.method,
            disbursement_date=self.disbursement_date or today,
        )


class LoanFilter(Contract):
    """Which loans to list."""

    application_id: Identifier


class CheckView(Contract):
    """One planned check (贷后检查)."""

    kind: str
    name: str
    due_on: date


class LoanView(Contract):
    """A loan on the books."""

    loan_id: str
    application_id: str
    disbursement_id: str
    customer_id: str
    branch_id: str
    product_code: str
    contract_id: str | None
    status: str
    status_name: str
    principal_fen: Fen
    annual_rate_bps: RateBps
    term_months: Months
    method: str
    method_name: str
    disbursement_date: date
    first_due_date: date
    maturity_date: date
    total_interest_fen: Fen
    schedule_sha256: Sha256
    disclosure_sha256: Sha256 | None
    settlement: tuple[SettlementView, ...]
    checks: tuple[CheckView, ...]
    labels: tuple[LabelView, ...]

    @classmethod
    def of(cls, loan: Loan, *, for_customer: bool) -> LoanView:
        """The view; checks are the bank's own business and not shown to the customer."""
        terms, schedule = loan.terms, loan.schedule
        checks = () if for_customer else loan.checks
        return cls(
            loan_id=loan.loan_id,
            application_id=loan.application_id,
            disbursement_id=loan.disbursement_id,
            customer_id=loan.customer_id,
            branch_id=loan.branch_id,
            product_code=loan.product_code,
            contract_id=loan.contract_id,
            status=loan.status.value,
            status_name=STATUS_NAMES[loan.status],
            principal_fen=terms.principal.minor,
            annual_rate_bps=terms.annual_rate_bps,
            term_months=terms.term_months,
            method=terms.method,
            method_name=METHODS[terms.method].name,
            disbursement_date=terms.disbursement_date,
            first_due_date=schedule.first_due_date,
            maturity_date=schedule.maturity_date,
            total_interest_fen=schedule.total_interest.minor,
            schedule_sha256=schedule.sha256,
            disclosure_sha256=loan.disclosure_sha256,
            settlement=SettlementView.all_of(loan.settlement),
            labels=() if for_customer else label_views(loan),
            checks=tuple(
                CheckView(kind=check.kind, name=check.name, due_on=check.due_on) for check in checks
            ),
        )


class LoanList(Contract):
    """Loans of one application."""

    items: tuple[LoanView, ...]


class ScheduleView(Contract):
    """A loan's repayment plan (还款计划)."""

    loan_id: str
    method: str
    method_name: str
    principal_fen: Fen
    total_interest_fen: Fen
    total_fen: Fen
    schedule_sha256: Sha256
    instalments: tuple[Instalment, ...]

    @classmethod
    def of(cls, loan: Loan) -> ScheduleView:
        """The view."""
        schedule = loan.schedule
        return cls(
            loan_id=loan.loan_id,
            method=loan.terms.method,
            method_name=METHODS[loan.terms.method].name,
            principal_fen=loan.terms.principal.minor,
            total_interest_fen=schedule.total_interest.minor,
            total_fen=schedule.total.minor,
            schedule_sha256=schedule.sha256,
            instalments=instalments_of(schedule),
        )


class AccountBalanceView(Contract):
    """One line of the trial balance."""

    code: str
    name: str
    debit_fen: Fen
    credit_fen: Fen
    pending_debit_fen: Fen
    pending_credit_fen: Fen

    @classmethod
    def of(cls, line: AccountBalance) -> AccountBalanceView:
        """The view."""
        return cls(
            code=line.code,
            name=line.name,
            debit_fen=line.debit.minor,
            credit_fen=line.credit.minor,
            pending_debit_fen=line.pending_debit.minor,
            pending_credit_fen=line.pending_credit.minor,
        )


class TrialBalanceView(Contract):
    """The trial balance (试算平衡表); a difference other than 0 means broken books."""

    total_debit_fen: int
    total_credit_fen: int
    difference_fen: int
    pending_difference_fen: int
    accounts: tuple[AccountBalanceView, ...]

    @classmethod
    def of(cls, sheet: TrialBalance) -> TrialBalanceView:
        """The view."""
        return cls(
            total_debit_fen=sheet.total_debit.minor,
            total_credit_fen=sheet.total_credit.minor,
            difference_fen=sheet.difference.minor,
            pending_difference_fen=sheet.pending_difference.minor,
            accounts=tuple(AccountBalanceView.of(line) for line in sheet.accounts),
        )


class EntryView(Contract):
    """One entry (分录)."""

    account_code: str
    account_name: str
    holder: str | None
    layer: str
    side: str
    amount_fen: PositiveFen

    @classmethod
    def of(cls, entry: Entry) -> EntryView:
        """The view."""
        return cls(
            account_code=entry.account.code,
            account_name=entry.account.account.name,
            holder=entry.account.holder or None,
            layer=entry.layer.value,
            side=entry.side.value,
            amount_fen=entry.amount.minor,
        )


class VoucherView(Contract):
    """One voucher (记账凭证)."""

    step: str
    step_name: str
    booked_on: date
    booked_at: AwareDatetime
    entries: tuple[EntryView, ...]

    @classmethod
    def of(cls, voucher: Voucher) -> VoucherView:
        """The view."""
        booked_at: datetime = voucher.booked_at
        return cls(
            step=voucher.step.value,
            step_name=STEP_NAMES[voucher.step],
            booked_on=voucher.booked_on,
            booked_at=booked_at,
            entries=tuple(EntryView.of(entry) for entry in voucher.entries),
        )


class TransferView(Contract):
    """A transfer with everything that was booked for it."""

    transfer_id: str
    disbursement_id: str
    application_id: str
    customer_id: str
    branch_id: str
    amount_fen: SignedFen
    state: str
    state_name: str
    terms_sha256: str
    reserved_on: date
    resolved_on: date | None
    bank_reference: str | None
    reason: str | None
    vouchers: tuple[VoucherView, ...]
    violations: tuple[str, ...]

    @classmethod
    def of(cls, audited: AuditedTransfer) -> TransferView:
        """The view; `violations` is empty unless the books are broken."""
        transfer = audited.transfer
        return cls(
            transfer_id=transfer.transfer_id,
            disbursement_id=transfer.disbursement_id,
            application_id=transfer.application_id,
            customer_id=transfer.customer_id,
            branch_id=transfer.branch_id,
            amount_fen=transfer.amount.minor,
            state=transfer.state.value,
            state_name=STATE_NAMES[transfer.state],
            terms_sha256=transfer.terms_sha256,
            reserved_on=transfer.reserved_on,
            resolved_on=transfer.resolved_on,
            bank_reference=transfer.bank_reference,
            reason=transfer.reason,
            vouchers=tuple(VoucherView.of(voucher) for voucher in audited.vouchers),
            violations=tuple(f"{v.invariant}: {v.detail}" for v in audited.violations),
        )
