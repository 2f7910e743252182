"""Composition root of intake: settings → adapters → use cases, each built on first use.

Every function builds only what it calls: the consumer of factory events needs neither the
blind-index secret nor a key, so its role allows neither.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import Final

from intake.adapters.dynamo_applications import DynamoApplications
from intake.adapters.dynamo_consents import DynamoConsents
from intake.adapters.dynamo_customers import DynamoCustomers
from intake.adapters.dynamo_documents import DynamoDocuments
from intake.adapters.dynamo_products import DynamoProducts
from intake.adapters.dynamo_refusals import DynamoRefusals
from intake.adapters.lambda_consent_registry import LambdaConsentRegistry, NoConsentRegistry
from intake.adapters.msgspec_fact_schemas import MsgspecFactSchemas
from intake.adapters.rows import bind_rows
from intake.adapters.s3_document_store import S3DocumentStore
from intake.adapters.s3_quarantine import S3Quarantine
from intake.ports import ConsentRegistry
from intake.settings import IntakeSettings
from intake.usecases.check_document import CheckDocument
from intake.usecases.draft_application import DraftApplication
from intake.usecases.follow_application import FollowApplication
from intake.usecases.grant_consent import GrantConsent
from intake.usecases.keep_product import KeepProduct
from intake.usecases.list_applications import ListApplications
from intake.usecases.list_consents import ListConsents
from intake.usecases.list_products import ListProducts
from intake.usecases.read_application import ReadApplication
from intake.usecases.read_customer import ReadCustomer
from intake.usecases.read_document import ReadDocument
from intake.usecases.register_customer import RegisterCustomer
from intake.usecases.request_upload import RequestUpload
from intake.usecases.submit_application import SubmitApplication
from intake.usecases.withdraw_application import WithdrawApplication
from intake.usecases.withdraw_consent import WithdrawConsent
from puhui.aws import client
from puhui.blind_index import BlindIndex
from puhui.clock import ConfiguredBusinessCalendar, SystemClock
from puhui.field_cipher import FieldCipher
from puhui.lambda_client import LambdaClient
from puhui.sealed_parties import SealedParties
from puhui.sealing import Sealer

ABSENT: Final = "absent"
"""What the stack gives for a function of a module that is not deployed."""


class Wiring:
    """Everything that intake's handlers call."""

    def __init__(self, settings: IntakeSettings) -> None:
        """Read the settings and bind the rows; clients are made when they are needed."""
        bind_rows(settings.table_name)
        self._settings = settings
        self._clock = SystemClock()
        self.calendar = ConfiguredBusinessCalendar(settings.business_date, self._clock)
        self._applications = DynamoApplications()
        self._consents = DynamoConsents()
        self._products = DynamoProducts()

    @cached_property
    def _cipher(self) -> FieldCipher:
        return FieldCipher(client("kms"), self._settings.data_key_arn)

    @cached_property
    def _customers(self) -> DynamoCustomers:
        secret = self._settings.blind_index_secret_arn
        index = BlindIndex.from_secret(client("secretsmanager"), secret)
        return DynamoCustomers(self._cipher, index)

    @cached_property
    def _consent_registry(self) -> ConsentRegistry:
        arn = self._settings.keep_consent_arn
        if arn == ABSENT:
            return NoConsentRegistry()
        sealer = Sealer(client("kms"), self._settings.exchange_key_arn)
        return LambdaConsentRegistry(LambdaClient(client("lambda")), arn, sealer)

    @cached_property
    def _documents(self) -> DynamoDocuments:
        return DynamoDocuments(self._cipher)

    @cached_property
    def _quarantine(self) -> S3Quarantine:
        return S3Quarantine(client("s3"), self._settings.quarantine_bucket)

    @cached_property
    def list_products(self) -> ListProducts:
        """List the products that are on sale."""
        return ListProducts(self._products, self.calendar)

    @cached_property
    def keep_product(self) -> KeepProduct:
        """Keep the catalogue up to date."""
        return KeepProduct(self._products)

    @cached_property
    def register_customer(self) -> RegisterCustomer:
        """Register a customer."""
        return RegisterCustomer(self._customers, DynamoRefusals(), self._clock, self.calendar)

    @cached_property
    def read_customer(self) -> ReadCustomer:
        """Read one customer."""
        return ReadCustomer(self._customers)

    @cached_property
    def grant_consent(self) -> GrantConsent:
        """Record a consent."""
        return GrantConsent(
            self._customers, self._consents, self._consent_registry, self._clock, self.calendar
        )

    @cached_property
    def list_consents(self) -> ListConsents:
        """List a customer's consents."""
        return ListConsents(self._customers)

    @cached_property
    def withdraw_consent(self) -> WithdrawConsent:
        """Withdraw a consent."""
        return WithdrawConsent(
            self._consents, self._customers, self._consent_registry, self._clock, self.calendar
        )

    @cached_property
    def request_upload(self) -> RequestUpload:
        """Announce a document."""
        return RequestUpload(self._customers, self._documents, self._quarantine, self._clock)

    @cached_property
    def read_document(self) -> ReadDocument:
        """Read one document."""
        return ReadDocument(self._documents)

    @cached_property
    def check_document(self) -> CheckDocument:
        """Check an uploaded document."""
        settings = self._settings
        store = S3DocumentStore(client("s3"), settings.documents_bucket, settings.exchange_key_arn)
        return CheckDocument(
            self._documents, self._quarantine, store, MsgspecFactSchemas(), self._clock
        )

    @cached_property
    def draft_application(self) -> DraftApplication:
        """Draft an application."""
        return DraftApplication(
            self._customers, self._applications, self._products, self._clock, self.calendar
        )

    @cached_property
    def submit_application(self) -> SubmitApplication:
        """Submit an application."""
        parties = SealedParties(Sealer(client("kms"), self._settings.exchange_key_arn))
        return SubmitApplication(
            applications=self._applications,
            customers=self._customers,
            documents=self._documents,
            products=self._products,
            parties=parties,
            clock=self._clock,
            calendar=self.calendar,
        )

    @cached_property
    def withdraw_application(self) -> WithdrawApplication:
        """Withdraw an application."""
        return WithdrawApplication(self._applications, self._clock, self.calendar)

    @cached_property
    def read_application(self) -> ReadApplication:
        """Read one application."""
        return ReadApplication(self._applications)

    @cached_property
    def list_applications(self) -> ListApplications:
        """List applications."""
        return ListApplications(self._applications)

    @cached_property
    def follow_application(self) -> FollowApplication:
        """Follow an application through the factory."""
        return FollowApplication(self._applications)


@cache
def wiring() -> Wiring:
    """Build once per process, on first use."""
    return Wiring(IntakeSettings.from_env())
