"""A loan on the books (贷款): who owes what, by which plan, for which posted disbursement."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from puhui.china.firm_size import FirmSize
from puhui.contracts.servicing import ActivateLoan, LoanBooked
from puhui.contracts.settlement import CN_DEFAULT, SettlementParameters
from puhui.disclosure import DisclosureNotConfirmed
from puhui.ids import derived_id
from puhui.money import Money
from puhui.strict_json import dumps
from puhui.tenancy import BankId, bank_id
from servicing.domain.account.position import LoanStatus
from servicing.domain.checks.plan import PlannedCheck, check_plan
from servicing.domain.errors import (
    DisbursementMismatch,
    LoanMismatch,
    ScheduleMismatch,
    TransferNotPosted,
)
from servicing.domain.labels import Label, LabelFacts, labels_of
from servicing.domain.plan import PlanTerms
from servicing.domain.schedule import LoanTerms, Schedule, repayment_plan
from servicing.domain.settlement import profile_of
from servicing.domain.transfers import Transfer, TransferState

NOT_THE_PAYLOAD = {"correlation_id", "monitoring"}
LATER_FIELDS: Final = {"settlement": CN_DEFAULT, "disclosure": None, "borrower": None}
"""Fields that `ActivateLoan` got later, with what a command means that does not have them."""

LATER_PARAMETERS: Final = (
    "instalment_period",
    "amortisation_months",
    "principal_share_bps",
    "principal_grace",
)
"""Parameters that a settlement got later; what it does not say of them is left out likewise."""


@dataclass(frozen=True, kw_only=True)
class Loan:
    """A loan with the plan that it is serviced by."""

    bank_id: BankId
    loan_id: str
    application_id: str
    disbursement_id: str
    customer_id: str
    branch_id: str
    product_code: str
    contract_id: str | None
    payload_sha256: str
    schedule: Schedule
    checks: tuple[PlannedCheck, ...]
    status: LoanStatus = LoanStatus.ACTIVE
    settlement: SettlementParameters = CN_DEFAULT
    disclosure_sha256: str | None = None
    """The cost disclosure that the borrower confirmed."""
    labels: tuple[Label, ...] = ()
    """Regulatory labels, frozen when the loan was booked."""

    @property
    def terms(self) -> LoanTerms:
        """What the borrower agreed to."""
        return self.schedule.terms

    @property
    def plan_terms(self) -> PlanTerms:
        """The terms as the plan engine takes them, by the loan's own settlement parameters."""
        return self.terms.plan_terms(profile_of(self.settlement))

    def booked(self) -> LoanBooked:
        """The event that tells of the loan."""
        return LoanBooked(
            loan_id=self.loan_id,
            application_id=self.application_id,
            customer_id=self.customer_id,
            principal_fen=self.terms.principal.minor,
            annual_rate_bps=self.terms.annual_rate_bps,
            maturity_date=self.schedule.maturity_date,
        )

    def answers(self, proposed: Loan) -> Loan:
        """The answer to a repeated activation: the same payload gets what is there."""
        if self.payload_sha256 != proposed.payload_sha256:
            raise LoanMismatch(field="disbursement_id", rule="loan.payload")
        return self


def loan_id_of(disbursement_id: str) -> str:
    """The one loan of a disbursement, under every repetition."""
    return derived_id("loan", disbursement_id)


def proposed_loan(
    command: ActivateLoan, transfer: Transfer, lent_here: Sequence[Money] = ()
) -> Loan:
    """The loan that a command asks for, if its money is posted and its plan is the signed one."""
    _check_money(command, transfer)
    schedule = repayment_plan(
        LoanTerms(
            principal=Money(command.principal_fen),
            annual_rate_bps=command.annual_rate_bps,
            term_months=command.term_months,
            method=command.method,
            disbursement_date=command.disbursement_date,
        ),
        profile_of(command.settlement),
    )
    _check_plan(command, schedule)
    disclosure_sha256 = _disclosed(command, schedule, transfer)
    return Loan(
        bank_id=bank_id(command.bank_id),
        loan_id=loan_id_of(command.disbursement_id),
        application_id=command.application_id,
        disbursement_id=command.disbursement_id,
        customer_id=command.customer_id,
        branch_id=command.branch_id,
        product_code=command.product_code,
        contract_id=command.contract_id,
        payload_sha256=payload_hash(command),
        schedule=schedule,
        checks=check_plan(command.disbursement_date, schedule.maturity_date),
        settlement=command.settlement,
        labels=_labels(command, lent_here),
        disclosure_sha256=disclosure_sha256,
    )


def _labels(command: ActivateLoan, lent_here: Sequence[Money]) -> tuple[Label, ...]:
    """授信总额 is what the borrower has been lent here, this loan included."""
    known = command.borrower
    if known is None:
        return ()
    return labels_of(
        LabelFacts(
            customer_kind=known.customer_kind,
            firm_size=None if known.firm_size is None else FirmSize(known.firm_size),
            credit_line=Money.total([*lent_here, Money(command.principal_fen)]),
            bureau_loan_records=known.bureau_loan_records,
            has_loan_records=known.has_loan_records,
            loans_here_before=len(lent_here),
        )
    )


def payload_hash(command: ActivateLoan) -> str:
    """A command that says nothing of the later fields has the hash that it always had."""
    unsaid = {name for name in LATER_FIELDS if getattr(command, name) == LATER_FIELDS[name]}
    payload = command.model_dump(mode="json", exclude=NOT_THE_PAYLOAD | unsaid)
    for name in LATER_PARAMETERS if "settlement" in payload else ():
        if getattr(command.settlement, name) == getattr(CN_DEFAULT, name):
            del payload["settlement"][name]
    return hashlib.sha256(dumps(payload).encode()).hexdigest()


def _disclosed(command: ActivateLoan, schedule: Schedule, transfer: Transfer) -> str | None:
    """The loan is the one whose cost was disclosed, confirmed and reserved for."""
    table = command.disclosure
    shown = None if table is None else table.sha256
    if shown != transfer.disclosure_sha256:
        raise DisclosureNotConfirmed(
            "the money was reserved for another cost disclosure",
            field="disclosure",
            rule="disclosure.same_table",
        )
    if table is not None and table.schedule_sha256 != schedule.sha256:
        raise DisclosureNotConfirmed(
            "the cost disclosure is about another plan", field="disclosure", rule="disclosure.plan"
        )
    return shown


def _check_money(command: ActivateLoan, transfer: Transfer) -> None:
    """A loan is what was posted: same application, customer, branch and amount, all of it."""
    if transfer.state is not TransferState.POSTED:
        raise TransferNotPosted(f"{transfer.transfer_id} is {transfer.state}")
    for name, asked, posted in (
        ("application_id", command.application_id, transfer.application_id),
        ("customer_id", command.customer_id, transfer.customer_id),
        ("branch_id", command.branch_id, transfer.branch_id),
        ("principal_fen", command.principal_fen, transfer.amount.minor),
    ):
        if asked != posted:
            raise DisbursementMismatch(
                f"{name} is not that of the posted transfer", field=name, rule="loan.transfer"
            )


def _check_plan(command: ActivateLoan, schedule: Schedule) -> None:
    """What is serviced is what was quoted and signed, to the last line."""
    if schedule.sha256 != command.schedule_sha256:
        raise ScheduleMismatch(field="schedule_sha256", rule="schedule.hash")
