"""Composition root of the factory: settings → adapters → use cases, built on first use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from factory.adapters.dynamo_applications import DynamoApplications
from factory.adapters.dynamo_limits import DynamoLimits
from factory.adapters.dynamo_payments import DynamoPayments
from factory.adapters.http_payment_rail import HttpPaymentRail
from factory.adapters.lambda_products import LambdaProducts
from factory.adapters.lambda_reservations import LambdaReservations
from factory.adapters.rows import ROWS, FactoryRequestRow
from factory.adapters.s3_documents import S3Documents
from factory.adapters.step_functions_workflow import StepFunctionsWorkflow
from factory.domain.errors import ProductNotFound
from factory.ports import Applications, Parties
from factory.settings import FactorySettings
from factory.usecases.answer_offer import AnswerOffer
from factory.usecases.check_intake import CheckIntake
from factory.usecases.close_application import CloseApplication
from factory.usecases.collect_data import CollectData
from factory.usecases.confirm_disclosure import (
    ConfirmDisclosure,
    RecordDisclosureSignature,
    ShowDisclosure,
)
from factory.usecases.make_offer import MakeOffer
from factory.usecases.occupy_limit import OccupyLimit, ReleaseLimit
from factory.usecases.pay_out import PayOut, QueryPayment
from factory.usecases.receive_application import ReceiveApplication
from factory.usecases.resume_application import ResumeApplication
from factory.usecases.start_application import StartApplication
from factory.usecases.withdraw_application import WithdrawApplication
from puhui.aws import client
from puhui.clock import BusinessCalendar, Clock, ConfiguredBusinessCalendar, SystemClock
from puhui.dynamodb import FieldCipher, bind_table
from puhui.http_signing import HmacSigner
from puhui.idempotency import DynamoIdempotency
from puhui.lambda_client import LambdaClient
from puhui.sealed_parties import SealedParties
from puhui.sealing import Sealer


@dataclass(frozen=True)
class Wiring:
    """Everything the factory's handlers call."""

    applications: Applications
    parties: Parties
    idempotency: DynamoIdempotency
    start_application: StartApplication
    resume_application: ResumeApplication
    withdraw_application: WithdrawApplication
    receive_application: ReceiveApplication
    check_intake: CheckIntake
    collect_data: CollectData
    make_offer: MakeOffer
    show_disclosure: ShowDisclosure
    confirm_disclosure: ConfirmDisclosure
    record_disclosure_signature: RecordDisclosureSignature
    answer_offer: AnswerOffer
    occupy_limit: OccupyLimit
    release_limit: ReleaseLimit
    pay_out: PayOut
    query_payment: QueryPayment
    close_application: CloseApplication


@cache
def wiring() -> Wiring:
    """Build everything once per process."""
    settings = FactorySettings.from_env()
    bind_table(settings.table_name, *ROWS)
    clock = SystemClock()
    calendar = ConfiguredBusinessCalendar(settings.business_date, clock)
    kms = client("kms")
    cipher = FieldCipher(kms, settings.data_key_arn)
    applications = DynamoApplications(cipher, clock)
    workflow = StepFunctionsWorkflow(client("stepfunctions"), settings.workflow_arn)
    parties = SealedParties(Sealer(kms, settings.exchange_key_arn))
    payments, limits = DynamoPayments(), DynamoLimits()
    rail = _rail(settings, clock)
    products = _products(settings)
    reservations = _reservations(settings, calendar)
    start = StartApplication(applications, workflow)
    documents = S3Documents(client("s3"), settings.documents_bucket)
    return Wiring(
        applications=applications,
        parties=parties,
        idempotency=DynamoIdempotency(FactoryRequestRow, clock, cipher),
        start_application=start,
        resume_application=ResumeApplication(
            applications, payments, limits, reservations, workflow
        ),
        withdraw_application=WithdrawApplication(applications, workflow),
        receive_application=ReceiveApplication(parties, documents, start, calendar),
        check_intake=CheckIntake(applications, products, parties, calendar),
        collect_data=CollectData(applications),
        make_offer=MakeOffer(applications, workflow),
        show_disclosure=ShowDisclosure(applications, clock),
        confirm_disclosure=ConfirmDisclosure(applications, clock),
        record_disclosure_signature=RecordDisclosureSignature(applications, clock),
        answer_offer=AnswerOffer(applications, workflow),
        occupy_limit=OccupyLimit(limits, calendar),
        release_limit=ReleaseLimit(limits),
        pay_out=PayOut(payments, rail),
        query_payment=QueryPayment(payments, rail),
        close_application=CloseApplication(applications, calendar),
    )


def _rail(settings: FactorySettings, clock: Clock) -> HttpPaymentRail:
    return HttpPaymentRail(
        settings.core_banking_url,
        HmacSigner.from_secret(client("secretsmanager"), settings.core_banking_secret_arn, clock),
    )


def _reservations(settings: FactorySettings, calendar: BusinessCalendar) -> LambdaReservations:
    return LambdaReservations(
        LambdaClient(client("lambda")), settings.void_disbursement_arn, calendar
    )


def _products(settings: FactorySettings) -> LambdaProducts:
    return LambdaProducts(
        LambdaClient(client("lambda"), errors=(ProductNotFound,)), settings.describe_product_arn
    )
