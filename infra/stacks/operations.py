"""Operations' stack: its API, its table, the task queue and what it hears and publishes."""

from __future__ import annotations

from typing import Final

from constructs import Construct

from infra.config import DeploymentConfig
from infra.patterns import (
    HttpApi,
    Index,
    ModuleDashboards,
    ModuleFunction,
    ModuleQueue,
    ModuleTable,
    Outbox,
    Subscription,
)
from infra.stacks.base import PERSONAL, ModuleStack

GET: Final = "dynamodb:GetItem"
BATCH: Final = "dynamodb:BatchGetItem"
PUT: Final = "dynamodb:PutItem"
QUERY: Final = "dynamodb:Query"
CHECK: Final = "dynamodb:ConditionCheckItem"
DELETE: Final = "dynamodb:DeleteItem"

ANY_MACHINE: Final = (
    "The machines of every module may ask people through this queue, also those that are deployed "
    "later; the answer goes to machines of this environment only."
)


class OperationsStack(ModuleStack):
    """Everything that the back office runs on."""

    def __init__(self, scope: Construct, *, config: DeploymentConfig) -> None:
        super().__init__(scope, module="operations", config=config)
        self.table = ModuleTable(
            self,
            "Table",
            data_class=PERSONAL,
            indexes=[
                Index("by_status", "gsi1pk", "gsi1sk"),
                Index("by_branch", "gsi2pk", "gsi2sk"),
            ],
        )
        self.deliveries = ModuleQueue(self, "Deliveries")
        self._api()
        self._task_commands()
        self._deliveries()
        self._factory_events()
        self._products()
        Outbox(self, self.table)
        ModuleDashboards(self)

    def _function(
        self, construct_id: str, handler: str, timeout_seconds: int, *actions: str, **options: str
    ) -> ModuleFunction:
        function = ModuleFunction(
            self,
            construct_id,
            handler=handler,
            timeout_seconds=timeout_seconds,
            environment={
                "TABLE_NAME": self.table.name,
                "DATA_KEY_ARN": self.key.key_arn,
                "DELIVERY_QUEUE_URL": self.deliveries.url,
            },
            **options,  # type: ignore[arg-type]
        )
        function.grant_table(self.table, *actions)
        return function

    def _reads_and_writes_tasks(self, function: ModuleFunction) -> None:
        """Tokens, comments and names lie encrypted in the rows."""
        function.grant_key(self.key.key_arn, "kms:GenerateDataKey", "kms:Decrypt")

    def _api(self) -> None:
        api = self._function("Api", "operations.api.app", 15, GET, BATCH, PUT, QUERY, CHECK)
        self._reads_and_writes_tasks(api)
        api.grant_send(self.deliveries)
        api.allow(["states:SendTaskSuccess"], [self.any_state_machine_arn], reason=ANY_MACHINE)
        HttpApi(self, "HttpApi", routes_module="operations.api", function=api)

    def _task_commands(self) -> None:
        opens = self._function(
            "OpenTask", "operations.handlers.open_task.handler", 15, GET, PUT, QUERY, CHECK
        )
        self._reads_and_writes_tasks(opens)
        ModuleQueue(self, "Commands").consume_with(opens)

    def _deliveries(self) -> None:
        delivers = self._function(
            "DeliverOutcome", "operations.handlers.deliver_outcome.handler", 15, GET, PUT
        )
        self._reads_and_writes_tasks(delivers)
        delivers.allow(["states:SendTaskSuccess"], [self.any_state_machine_arn], reason=ANY_MACHINE)
        self.deliveries.consume_with(delivers)

    def _factory_events(self) -> None:
        closes = self._function(
            "CloseApplicationTasks",
            "operations.handlers.close_application_tasks.handler",
            30,
            GET,
            PUT,
            QUERY,
            DELETE,
        )
        self._reads_and_writes_tasks(closes)
        Subscription(
            self,
            "FactoryEvents",
            source="factory",
            names=["ApplicationClosed"],
            function=closes,
        )

    def _products(self) -> None:
        self._function(
            "DescribeProduct",
            "operations.handlers.describe_product.handler",
            10,
            GET,
            QUERY,
            published_as="describe-product",
        )
