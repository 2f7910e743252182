"""Submit an application."""

from __future__ import annotations

from dataclasses import dataclass

from intake.domain.application import LoanApplication
from intake.domain.errors import ApplicationNotFound
from intake.domain.product import product_on_sale
from intake.domain.submission import Submission
from intake.ports import Applications, Customers, Documents, Parties, Products
from intake.usecases.access import ensure_theirs
from puhui.clock import BusinessCalendar, Clock
from puhui.errors import StaleVersion
from puhui.identity import Principal


@dataclass(frozen=True)
class SubmitApplication:
    """Take a complete draft and hand it to the bank, whole or not at all."""

    applications: Applications
    customers: Customers
    documents: Documents
    products: Products
    parties: Parties
    clock: Clock
    calendar: BusinessCalendar

    def __call__(self, principal: Principal, application_id: str) -> LoanApplication:
        """Return the application, submitted; submitting twice finds it submitted."""
        application = self.applications.get(principal.bank_id, application_id)
        ensure_theirs(
            principal, "intake.submit_application", application.protected(), ApplicationNotFound
        )
        if application.submitted_on is not None:
            return application
        submitted = application.submit(self.calendar.today(), self.clock.now())
        submission = self._submission(application)
        submission.check()
        try:
            return self._hand_over(submitted, submission)  # row and event, or neither
        except StaleVersion:
            return self._after_a_race(application)

    def _submission(self, application: LoanApplication) -> Submission:
        """Everything is read again: what held for the draft may hold no longer."""
        bank_id, today = application.bank_id, self.calendar.today()
        file = self.customers.file(bank_id, application.customer_id)
        versions = self.products.versions(bank_id, application.product_code)
        return Submission(
            application=application,
            customer=file.customer,
            consents=file.consents,
            documents=self.documents.get_many(bank_id, application.document_ids),
            product=product_on_sale(versions, today),
            on=today,
        )

    def _hand_over(self, submitted: LoanApplication, submission: Submission) -> LoanApplication:
        application_id, bank_id = submitted.application_id, submitted.bank_id
        sealed = self.parties.seal(submission.customer.party(), bank_id, application_id)
        envelope = submission.event(sealed).envelope(
            bank_id=bank_id,
            subject=application_id,
            correlation_id=application_id,
            clock=self.clock,
            dedup="submitted",
        )
        return self.applications.save(submitted, (envelope,))

    def _after_a_race(self, application: LoanApplication) -> LoanApplication:
        """Two taps at once: the second finds the first one's work, or must be repeated."""
        current = self.applications.get(application.bank_id, application.application_id)
        if current.submitted_on is None:
            raise StaleVersion("the draft changed meanwhile")
        return current
