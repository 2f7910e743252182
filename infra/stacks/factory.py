"""The credit factory's stack: the workflow, its steps, its API, its table."""

from __future__ import annotations

from typing import Final

from constructs import Construct

from infra.config import DeploymentConfig
from infra.patterns.dashboards import ModuleDashboards
from infra.patterns.function import ModuleFunction
from infra.patterns.http_api import HttpApi
from infra.patterns.outbox import Outbox
from infra.patterns.queue import ModuleQueue
from infra.patterns.subscription import Subscription
from infra.patterns.table import Index, ModuleTable
from infra.patterns.workflow import Workflow
from infra.stacks.base import ABSENT, PERSONAL, ModuleStack

DAY_SECONDS: Final = 86_400
NUMBERS: Final = {
    "ApprovalDeadlineSeconds": 3 * DAY_SECONDS,
    "OfferDeadlineSeconds": 7 * DAY_SECONDS,
    "SigningDeadlineSeconds": 3 * DAY_SECONDS,
    "InvestigationDeadlineSeconds": 2 * DAY_SECONDS,
    "PaymentQuerySeconds": 5,
    "MaxPaymentQueries": 12,
    # Two minutes: what a provider delivers later serves the customer's next application.
    "ExternalDataPollSeconds": 10,
    "MaxExternalDataPolls": 12,
}
"""The deadlines, pauses and bounds of the workflow, by placeholder."""
READ: Final = ("dynamodb:GetItem",)
WRITE: Final = ("dynamodb:PutItem",)
SAVE: Final = ("dynamodb:GetItem", "dynamodb:PutItem")


class FactoryStack(ModuleStack):
    """Everything the credit factory runs on."""

    def __init__(self, scope: Construct, *, config: DeploymentConfig) -> None:
        super().__init__(scope, module="factory", config=config)
        self.table = ModuleTable(
            self, "Table", data_class=PERSONAL, indexes=[Index("by_customer", "gsi1pk", "gsi1sk")]
        )
        self.commands = ModuleQueue(self, "Commands")
        self._steps()
        self._receiver()
        self._api()
        Outbox(self, self.table)
        self._workflow()
        ModuleDashboards(self)

    @property
    def _void_arn(self) -> str:
        return self.platform.ssm("servicing", "void-disbursement", "function-arn")

    def _function(
        self, construct_id: str, handler: str, timeout_seconds: int, *actions: str
    ) -> ModuleFunction:
        function = ModuleFunction(
            self,
            construct_id,
            handler=handler,
            timeout_seconds=timeout_seconds,
            environment={
                "TABLE_NAME": self.table.name,
                "DATA_KEY_ARN": self.key.key_arn,
                "EXCHANGE_KEY_ARN": self.platform.data_key_arn,
                "WORKFLOW_ARN": self.state_machine_arn("LoanApplication"),
                "DESCRIBE_PRODUCT_ARN": self.platform.ssm(
                    "operations", "describe-product", "function-arn"
                ),
                "VOID_DISBURSEMENT_ARN": self._void_arn,
                "DOCUMENTS_BUCKET": self.platform.documents_bucket_name,
                "CORE_BANKING_URL": self.platform.core_banking_url,
                "CORE_BANKING_SECRET_ARN": self.platform.core_banking_secret_arn,
            },
        )
        function.grant_table(self.table, *actions)
        function.grant_key(self.key.key_arn, "kms:GenerateDataKey", "kms:Decrypt")
        return function

    def _step(self, construct_id: str, timeout_seconds: int, *actions: str) -> ModuleFunction:
        name = "".join(f"_{c.lower()}" if c.isupper() else c for c in construct_id).lstrip("_")
        return self._function(
            construct_id, f"factory.handlers.{name}.handler", timeout_seconds, *actions
        )

    def _steps(self) -> None:
        check = self._step("CheckIntake", 15, *SAVE, "dynamodb:Query")
        check.grant_sealing()
        check.allow(
            ["lambda:InvokeFunction"],
            [self.platform.ssm("operations", "describe-product", "function-arn")],
        )
        collect = self._step("CollectData", 15, *READ)
        offer = self._step("MakeOffer", 15, *SAVE)
        offer.allow(["states:SendTaskSuccess"], [self.state_machine_arn("LoanApplication")])
        occupy = self._step("OccupyLimit", 10, *SAVE, "dynamodb:UpdateItem")
        release = self._step("ReleaseLimit", 10, *READ, "dynamodb:UpdateItem")
        pay = self._step("PayOut", 30, *SAVE)
        query = self._step("QueryPayment", 30, *SAVE)
        for paying in (pay, query):
            paying.grant_sealing()
            paying.grant_secret(self.platform.core_banking_secret_arn)
        close = self._step("CloseApplication", 10, *SAVE)
        self.steps = {
            "CheckIntake": check,
            "CollectData": collect,
            "MakeOffer": offer,
            "OccupyLimit": occupy,
            "ReleaseLimit": release,
            "PayOut": pay,
            "QueryPayment": query,
            "CloseApplication": close,
        }

    def _receiver(self) -> None:
        receiver = self._function(
            "ReceiveCommands",
            "factory.handlers.receive_commands.handler",
            30,
            *SAVE,
            "dynamodb:UpdateItem",
        )
        receiver.allow(["lambda:InvokeFunction"], [self._void_arn])
        machine = self.state_machine_arn("LoanApplication")
        receiver.allow(["states:StartExecution", "states:SendTaskSuccess"], [machine])
        self.commands.consume_with(receiver)
        if self.config.has("intake"):
            Subscription(
                self,
                "IntakeEvents",
                source="intake",
                names=["ApplicationSubmitted", "ApplicationWithdrawn"],
                function=receiver,
            )

    def _api(self) -> None:
        api = self._function(
            "Api", "factory.api.app", 15, *SAVE, "dynamodb:Query", "dynamodb:DeleteItem"
        )
        api.grant_sealing()
        api.grant_documents("s3:PutObject", prefix="factory/")
        machine = self.state_machine_arn("LoanApplication")
        api.allow(["states:StartExecution", "states:SendTaskSuccess"], [machine])
        HttpApi(self, "HttpApi", routes_module="factory.api", function=api)

    def _workflow(self) -> None:
        others = self._functions_of_others()
        queues = [self.platform.ssm("operations", "commands", "queue-arn")]
        if self.config.has("signing"):
            queues.append(self.platform.ssm("signing", "commands", "queue-arn"))
        Workflow(
            self,
            "LoanApplication",
            definition="statemachines/factory/loan_application.asl.json",
            substitutions={
                **{name: step.alias.function_arn for name, step in self.steps.items()},
                "VerifyContract": ABSENT,
                "QueryExternalData": ABSENT,
                **others,
                **self._queue_urls(),
                "SigningPresent": self._presence("signing"),
                "ExternalDataPresent": self._presence("extdata"),
                **{name: str(number) for name, number in NUMBERS.items()},
            },
            dead_letters=self.commands.dead_letters,
            invokes=[*self.steps.values(), *others.values()],
            sends_to=queues,
        )

    def _presence(self, module: str) -> str:
        return "yes" if self.config.has(module) else "no"

    def _functions_of_others(self) -> dict[str, str]:
        """The published functions that the workflow calls, by placeholder."""
        published = {
            "Decide": ("risk", "decide"),
            "Quote": ("servicing", "quote"),
            "ReserveDisbursement": ("servicing", "reserve-disbursement"),
            "PostDisbursement": ("servicing", "post-disbursement"),
            "VoidDisbursement": ("servicing", "void-disbursement"),
            "ActivateLoan": ("servicing", "activate-loan"),
        }
        if self.config.has("signing"):
            published["VerifyContract"] = ("signing", "verify-contract")
        if self.config.has("extdata"):
            published["QueryExternalData"] = ("extdata", "query")
        return {
            placeholder: self.platform.ssm(module, resource, "function-arn")
            for placeholder, (module, resource) in published.items()
        }

    def _queue_urls(self) -> dict[str, str]:
        signing = self.config.has("signing")
        return {
            "OperationsQueueUrl": self.platform.ssm("operations", "commands", "queue-url"),
            "SigningQueueUrl": (
                self.platform.ssm("signing", "commands", "queue-url") if signing else ABSENT
            ),
        }
