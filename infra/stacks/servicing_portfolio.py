"""Portfolio reports of servicing: a bucket for month ends and tables, and who draws them up."""

from __future__ import annotations

from typing import Final

from constructs import Construct

from infra.patterns.bucket import ModuleBucket
from infra.patterns.function import ModuleFunction
from infra.stacks.base import PERSONAL, ModuleStack

DRAW_UP_SECONDS: Final = 300
DRAW_UP_MEMORY_MB: Final = 2048
"""The loan table of 100,000 loans is held at once."""
MONTH_ENDS: Final = "month-ends/"
REPORTS: Final = "portfolio/"


class ServicingPortfolio(Construct):
    """Month ends and their reports."""

    def __init__(self, stack: ModuleStack) -> None:
        super().__init__(stack, "Portfolio")
        self.reports = ModuleBucket(stack, "Reports", data_class=PERSONAL)
        self.draw_up = ModuleFunction(
            stack,
            "DrawUpPortfolio",
            handler="servicing.handlers.draw_up_portfolio.handler",
            timeout_seconds=DRAW_UP_SECONDS,
            memory_mb=DRAW_UP_MEMORY_MB,
            environment={"REPORTS_BUCKET": self.reports.name},
        )
        self.lets_keep(self.draw_up)
        self.draw_up.grant_bucket(self.reports, "s3:GetObject", "s3:PutObject", prefix=REPORTS)

    def lets_keep(self, function: ModuleFunction) -> None:
        """Let a function keep parts of a month end."""
        function.grant_bucket(self.reports, "s3:GetObject", "s3:PutObject", prefix=MONTH_ENDS)

    def lets_read(self, function: ModuleFunction) -> None:
        """Let a function read reports and give links to them."""
        function.grant_bucket(self.reports, "s3:GetObject", prefix=REPORTS)
