"""Servicing's stack: ledger, quotes, loans; one table that is only written in transactions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.config import DeploymentConfig
from infra.patterns.dashboards import ModuleDashboards
from infra.patterns.function import ModuleFunction
from infra.patterns.http_api import HttpApi
from infra.patterns.outbox import Outbox
from infra.patterns.subscription import Subscription
from infra.patterns.table import Index, ModuleTable
from infra.stacks.base import PERSONAL, ModuleStack
from infra.stacks.servicing_books import ServicingBooks
from infra.stacks.servicing_debtors import ServicingDebtors
from infra.stacks.servicing_end_of_day import FACTS as END_OF_DAY_FACTS
from infra.stacks.servicing_end_of_day import EndOfDay
from infra.stacks.servicing_portfolio import ServicingPortfolio
from infra.stacks.servicing_rail import RAIL_FACTS, ServicingRail
from infra.stacks.servicing_warnings import ServicingWarnings

STEP_TIMEOUT_SECONDS: Final = 10
"""Below the workflow's own 15 s, so that an answer is late only when it is lost."""
EVENTS_TIMEOUT_SECONDS: Final = 30
API_TIMEOUT_SECONDS: Final = 15
READ: Final = ("dynamodb:GetItem",)
BOOK: Final = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
WRITES: Final = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")


class ServicingStack(ModuleStack):
    """Everything servicing runs on."""

    def __init__(self, scope: Construct, *, config: DeploymentConfig) -> None:
        super().__init__(scope, module="servicing", config=config)
        self.table = ModuleTable(
            self,
            "Table",
            data_class=PERSONAL,
            indexes=[
                Index("by_application", "gsi1pk", "gsi1sk"),
                Index("by_partition", "gsi2pk", "gsi2sk"),
                Index("by_customer", "gsi3pk", "gsi3sk"),
                Index("by_work", "gsi4pk", "gsi4sk"),
                Index("by_clearing_day", "gsi5pk", "gsi5sk"),
            ],
        )
        self._steps()
        self._subscription()
        ServicingBooks(self)
        self.portfolio = ServicingPortfolio(self)
        self.debtors = ServicingDebtors(self)
        self.warnings = ServicingWarnings(self, self._function)
        self._api()
        EndOfDay(self)
        outbox = Outbox(self, self.table)
        outbox.sweep(self, self.table)
        self.transactions_only(outbox.function)
        ModuleDashboards(self, [*RAIL_FACTS, *END_OF_DAY_FACTS])

    def _function(
        self,
        construct_id: str,
        handler: str,
        timeout_seconds: int,
        *actions: str,
        published_as: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> ModuleFunction:
        function = ModuleFunction(
            self,
            construct_id,
            handler=handler,
            timeout_seconds=timeout_seconds,
            environment={"TABLE_NAME": self.table.name, **(environment or {})},
            published_as=published_as,
        )
        if actions:
            function.grant_table(self.table, *actions)
        if set(WRITES) & set(actions):
            self.transactions_only(function)
        return function

    def _steps(self) -> None:
        for construct_id, published_as, actions in (
            ("Quote", "quote", ()),
            ("ReserveDisbursement", "reserve-disbursement", BOOK),
            ("PostDisbursement", "post-disbursement", BOOK),
            ("VoidDisbursement", "void-disbursement", BOOK),
            ("ActivateLoan", "activate-loan", (*BOOK, "dynamodb:Query")),
        ):
            self._function(
                construct_id,
                f"servicing.handlers.{published_as.replace('-', '_')}.handler",
                STEP_TIMEOUT_SECONDS,
                *actions,
                published_as=published_as,
            )

    def _subscription(self) -> None:
        """The safety net for promised money; without the factory nobody closes applications."""
        on_closed = self._function(
            "OnApplicationClosed",
            "servicing.handlers.on_application_closed.handler",
            EVENTS_TIMEOUT_SECONDS,
            *BOOK,
        )
        Subscription(
            self,
            "FactoryEvents",
            source="factory",
            names=["ApplicationClosed"],
            function=on_closed,
        )

    def _api(self) -> None:
        api = self._function(
            "Api",
            "servicing.api.app",
            API_TIMEOUT_SECONDS,
            *READ,
            "dynamodb:Query",
            "dynamodb:BatchGetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            environment={
                "REPORTS_BUCKET": self.portfolio.reports.name,
                **self.warnings.desk_environment(),
            },
        )
        self.portfolio.lets_read(api)
        self.warnings.lets_answer(api)
        rail = self.rail = ServicingRail(self)
        HttpApi(
            self,
            "HttpApi",
            routes_module="servicing.api",
            function=api,
            others={
                "servicing.debtors_api": self.debtors.api,
                "servicing.rail_api": rail.api,
            },
        )

    def transactions_only(self, function: ModuleFunction) -> None:
        """Booked rows are corrected by new ones: no row is put, changed or deleted by itself.

        Inside a transaction the writer's own conditions hold: vouchers are created, never changed.
        """
        function.role.add_to_policy(
            iam.PolicyStatement(
                effect=iam.Effect.DENY,
                actions=list(WRITES),
                resources=[self.table.arn],
                conditions={
                    "ForAllValues:StringNotEquals": {
                        "dynamodb:EnclosingOperation": ["TransactWriteItems"]
                    }
                },
            )
        )
