"""Composition root of operations: settings → adapters → use cases, built on first use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from operations.adapters.dynamo_organisation import (
    DynamoAuthorities,
    DynamoBanks,
    DynamoProducts,
    DynamoStaff,
)
from operations.adapters.dynamo_tasks import DynamoTasks
from operations.adapters.dynamo_trails import DynamoTrails
from operations.adapters.rows import ROWS, OperationsInboxRow
from operations.adapters.sqs_reminders import SqsReminders
from operations.adapters.step_functions_tokens import StepFunctionsTokens
from operations.settings import OperationsSettings
from operations.usecases.claim_task import ClaimTask, ReleaseTask
from operations.usecases.close_application_tasks import CloseApplicationTasks
from operations.usecases.decide_task import DecideTask
from operations.usecases.deliver_outcome import DeliverOutcome
from operations.usecases.describe_product import DescribeProduct
from operations.usecases.find_tasks import GetTask, ListTasks, VisibleTask
from operations.usecases.identify_staff import FindMaker, IdentifyChecker
from operations.usecases.judge_decision import JudgeDecision
from operations.usecases.open_task import OpenTask
from operations.usecases.publish_product import ListProducts, PublishProduct
from operations.usecases.read_trail import ReadTrail
from operations.usecases.register_staff import ListStaff, RegisterStaff
from operations.usecases.send_outcome import SendOutcome
from operations.usecases.set_authority_matrix import GetAuthorityMatrix, SetAuthorityMatrix
from operations.usecases.set_up_bank import GetBank, SetUpBank
from puhui.aws import client
from puhui.clock import ConfiguredBusinessCalendar, SystemClock
from puhui.dynamodb import FieldCipher, bind_table
from puhui.inbox import DynamoInbox, Inbox


@dataclass(frozen=True)
class Wiring:
    """Everything the handlers and the API of operations call."""

    inbox: Inbox
    open_task: OpenTask
    deliver_outcome: DeliverOutcome
    close_application_tasks: CloseApplicationTasks
    describe_product: DescribeProduct
    list_tasks: ListTasks
    get_task: GetTask
    claim_task: ClaimTask
    release_task: ReleaseTask
    decide_task: DecideTask
    set_up_bank: SetUpBank
    get_bank: GetBank
    publish_product: PublishProduct
    list_products: ListProducts
    register_staff: RegisterStaff
    list_staff: ListStaff
    set_authority_matrix: SetAuthorityMatrix
    get_authority_matrix: GetAuthorityMatrix
    read_trail: ReadTrail


@cache
def wiring() -> Wiring:
    """Build everything once per process."""
    settings = OperationsSettings.from_env()
    bind_table(settings.table_name, *ROWS)
    clock = SystemClock()
    calendar = ConfiguredBusinessCalendar(settings.business_date, clock)
    cipher = FieldCipher(client("kms"), settings.data_key_arn)
    tasks, staff = DynamoTasks(cipher), DynamoStaff(cipher)
    banks, products, authorities = DynamoBanks(), DynamoProducts(), DynamoAuthorities()
    visible, checker, maker = VisibleTask(tasks), IdentifyChecker(staff), FindMaker(staff)
    judge = JudgeDecision(authorities, products, calendar)
    reminders = SqsReminders(client("sqs"), settings.delivery_queue_url)
    send = SendOutcome(tasks, StepFunctionsTokens(client("stepfunctions")), clock)
    return Wiring(
        inbox=DynamoInbox(OperationsInboxRow, clock),
        open_task=OpenTask(tasks, clock),
        deliver_outcome=DeliverOutcome(tasks, send, clock),
        close_application_tasks=CloseApplicationTasks(tasks, clock),
        describe_product=DescribeProduct(banks, products),
        list_tasks=ListTasks(tasks),
        get_task=GetTask(tasks, visible),
        claim_task=ClaimTask(tasks, authorities, visible, checker, maker, clock),
        release_task=ReleaseTask(tasks, visible, clock),
        decide_task=DecideTask(tasks, visible, checker, maker, judge, reminders, send, clock),
        set_up_bank=SetUpBank(banks, products, clock, calendar),
        get_bank=GetBank(banks),
        publish_product=PublishProduct(banks, products, clock),
        list_products=ListProducts(products),
        register_staff=RegisterStaff(banks, staff, clock),
        list_staff=ListStaff(staff),
        set_authority_matrix=SetAuthorityMatrix(authorities, clock),
        get_authority_matrix=GetAuthorityMatrix(authorities),
        read_trail=ReadTrail(DynamoTrails()),
    )
