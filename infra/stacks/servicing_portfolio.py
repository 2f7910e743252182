"""Portfolio reports of servicing: a bucket for month ends and tables, and who draws them up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from constructs import Construct

from infra.patterns.bucket import ModuleBucket
from infra.patterns.function import ModuleFunction
from infra.patterns.subscription import Subscription
from infra.stacks.base import PERSONAL

if TYPE_CHECKING:
    from infra.stacks.servicing import ServicingStack

CLOSE_MONTH_SECONDS: Final = 900
CLOSE_MONTH_MEMORY_MB: Final = 2048
"""The loan table of 100,000 loans is held at once."""
MONTH_ENDS: Final = "month-ends/"
REPORTS: Final = "portfolio/"


class ServicingPortfolio(Construct):
    """Month ends and their reports."""

    def __init__(self, stack: ServicingStack) -> None:
        super().__init__(stack, "Portfolio")
        self.reports = ModuleBucket(stack, "Reports", data_class=PERSONAL)
        close_month = ModuleFunction(
            stack,
            "CloseMonth",
            handler="servicing.handlers.close_month.handler",
            timeout_seconds=CLOSE_MONTH_SECONDS,
            memory_mb=CLOSE_MONTH_MEMORY_MB,
            environment={"REPORTS_BUCKET": self.reports.name, "TABLE_NAME": stack.table.name},
        )
        close_month.grant_table(stack.table, "dynamodb:GetItem", "dynamodb:Query")
        for prefix in (MONTH_ENDS, REPORTS):
            close_month.grant_bucket(self.reports, "s3:GetObject", "s3:PutObject", prefix=prefix)
        Subscription(
            stack,
            "BusinessDays",
            source="servicing",
            names=["BusinessDayClosed"],
            function=close_month,
            batch_size=1,
        )

    def lets_read(self, function: ModuleFunction) -> None:
        """Let a function read reports and give links to them."""
        function.grant_bucket(self.reports, "s3:GetObject", prefix=REPORTS)
