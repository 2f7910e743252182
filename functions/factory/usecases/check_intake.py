"""Check intake (进件检查)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from factory.domain.application import LoanApplication
from factory.domain.errors import ProductNotFound
from factory.domain.intake_check import PRODUCT_UNKNOWN, IntakeFile, check_intake
from factory.ports import Applications, Parties, Products
from puhui.clock import BusinessCalendar
from puhui.contracts.common import Reason
from puhui.contracts.operations import ProductDescription
from puhui.tenancy import BankId


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeChecked:
    """The application with its product, and the reasons against it (none: accepted)."""

    application: LoanApplication
    description: ProductDescription | None
    reasons: tuple[Reason, ...]
    business_date: date


@dataclass(frozen=True)
class CheckIntake:
    """Look at identity, consents, product, region and duplicates before anything is bought."""

    applications: Applications
    products: Products
    parties: Parties
    calendar: BusinessCalendar

    def __call__(self, bank_id: BankId, application_id: str) -> IntakeChecked:
        application = self.applications.get(bank_id, application_id)
        today = self.calendar.today()
        if application.resumes_at_payment:
            return IntakeChecked(
                application=application, description=None, reasons=(), business_date=today
            )
        application.ensure_wanted()
        submission = application.submission
        try:
            description = self.products.describe(bank_id, submission.product_code, today)
        except ProductNotFound:
            return IntakeChecked(
                application=application,
                description=None,
                reasons=(PRODUCT_UNKNOWN,),
                business_date=today,
            )
        others = self.applications.open_of_customer(bank_id, submission.customer_id)
        reasons = check_intake(
            IntakeFile(
                submission=submission,
                party=self.parties.open(submission.party_sealed, bank_id, application_id),
                product=description.product,
                bank=description.bank,
                other_open_applications=tuple(
                    other.application_id
                    for other in others
                    if other.application_id < application_id
                    and other.submission.product_code == submission.product_code
                ),
                on=today,
            )
        )
        checked = application if reasons else application.check()
        if checked is not application:
            self.applications.save(checked, [checked.progressed("check_intake")])
        return IntakeChecked(
            application=checked, description=description, reasons=reasons, business_date=today
        )
