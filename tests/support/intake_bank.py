"""All of intake on fakes: a bank in memory."""

from __future__ import annotations

from intake.adapters.msgspec_fact_schemas import MsgspecFactSchemas
from intake.usecases.check_document import CheckDocument
from intake.usecases.draft_application import DraftApplication
from intake.usecases.follow_application import FollowApplication
from intake.usecases.grant_consent import GrantConsent
from intake.usecases.list_applications import ListApplications
from intake.usecases.register_customer import RegisterCustomer
from intake.usecases.request_upload import RequestUpload
from intake.usecases.submit_application import SubmitApplication
from intake.usecases.withdraw_application import WithdrawApplication
from intake.usecases.withdraw_consent import WithdrawConsent
from puhui.clock import FixedBusinessCalendar, FixedClock
from tests.support.intake_builders import NOON, TODAY
from tests.support.intake_fakes import (
    InMemoryApplications,
    InMemoryConsentRegistry,
    InMemoryConsents,
    InMemoryCustomers,
    InMemoryDocuments,
    InMemoryDocumentStore,
    InMemoryProducts,
    InMemoryQuarantine,
    InMemoryRefusals,
    RecordingParties,
)


class Intake:
    """All of intake on fakes, at noon of a fixed business date."""

    def __init__(self) -> None:
        self.clock = FixedClock(NOON)
        self.calendar = FixedBusinessCalendar(TODAY)
        self.consents = InMemoryConsents()
        self.registry = InMemoryConsentRegistry()
        self.refusals = InMemoryRefusals()
        self.customers = InMemoryCustomers(self.consents)
        self.documents = InMemoryDocuments()
        self.applications = InMemoryApplications()
        self.products = InMemoryProducts()
        self.quarantine = InMemoryQuarantine()
        self.store = InMemoryDocumentStore()
        self.parties = RecordingParties()
        self.register_customer = RegisterCustomer(
            self.customers, self.refusals, self.clock, self.calendar
        )
        self.grant_consent = GrantConsent(
            self.customers, self.consents, self.registry, self.clock, self.calendar
        )
        self.withdraw_consent = WithdrawConsent(
            self.consents, self.customers, self.registry, self.clock, self.calendar
        )
        self.request_upload = RequestUpload(
            self.customers, self.documents, self.quarantine, self.clock
        )
        self.check_document = CheckDocument(
            self.documents, self.quarantine, self.store, MsgspecFactSchemas(), self.clock
        )
        self.draft_application = DraftApplication(
            self.customers, self.applications, self.products, self.clock, self.calendar
        )
        self.submit_application = SubmitApplication(
            applications=self.applications,
            customers=self.customers,
            documents=self.documents,
            products=self.products,
            parties=self.parties,
            clock=self.clock,
            calendar=self.calendar,
        )
        self.withdraw_application = WithdrawApplication(
            self.applications, self.clock, self.calendar
        )
        self.follow_application = FollowApplication(self.applications)
        self.list_applications = ListApplications(self.applications)
