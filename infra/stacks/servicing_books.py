"""Servicing's books of loans: the check of every open loan, its schedule, its alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.patterns.alarms import Symptom, add_alarm
from infra.patterns.dashboards import METRICS_NAMESPACE
from infra.patterns.function import ModuleFunction
from infra.patterns.queue import DeadLetters

if TYPE_CHECKING:
    from infra.stacks.servicing import ServicingStack

CHECK_SECONDS: Final = 900
GET: Final = "dynamodb:GetItem"
QUERY: Final = "dynamodb:Query"
NIGHT_TIME: Final = {"hour": "20", "minute": "30"}
"""04:30 in China, after end of day; EventBridge counts in UTC."""
BOOKS_BROKEN: Final = Symptom(
    "books-broken", METRICS_NAMESPACE, "BooksBroken", "Sum", 1,
    "有贷款的流水、账户、分户账与凭证不一致，或总账借贷不平。",
    "按日志 books broken 找到贷款与不变量编号，停止该笔贷款的人工记账，查分录；只能用冲正更正。",
)  # fmt: skip
BOOKS_UNCHECKED: Final = Symptom(
    "books-unchecked", METRICS_NAMESPACE, "BooksUnchecked", "Sum", 1,
    "夜间账务核对没有在时限内查完。",
    "下一夜从另一分区开始；连续出现时改为在日终流程内按分区核对。",
)  # fmt: skip
LEDGER_BEHIND: Final = Symptom(
    "ledger-behind", METRICS_NAMESPACE, "LedgerBehind", "Sum", 1,
    "有消息所述之事不在账上：表可能被恢复到了较早的时点。",
    "停止日终与放款，核对表的恢复时点；按核心系统文件重放来款、三方对账，再重投死信；不要手工补付。",
)  # fmt: skip


class ServicingBooks(Construct):
    """Checks the books of loans; the API's own function answers for them."""

    def __init__(self, stack: ServicingStack) -> None:
        super().__init__(stack, "Books")
        self.stack = stack
        self._check()
        for symptom in (BOOKS_BROKEN, BOOKS_UNCHECKED, LEDGER_BEHIND):
            add_alarm(stack, self, symptom, resource="books", dimensions={"service": stack.module})

    def _check(self) -> None:
        """A partition when end of day asks, and all of them every night."""
        check = ModuleFunction(
            self.stack,
            "CheckBooks",
            handler="servicing.handlers.check_books.handler",
            timeout_seconds=CHECK_SECONDS,
            environment={"TABLE_NAME": self.stack.table.name},
            published_as="check-books",
        )
        check.grant_table(self.stack.table, GET, QUERY, "dynamodb:BatchGetItem")
        dead_letters = DeadLetters(self, "DeadLetters", stack=self.stack, of="check-books")
        rule = events.Rule(
            self,
            "EveryNight",
            rule_name=self.stack.names.physical("check-books"),
            description="servicing checks the books of every open loan",
            schedule=events.Schedule.cron(**NIGHT_TIME),
        )
        rule.add_target(
            targets.LambdaFunction(
                check.alias,
                event=events.RuleTargetInput.from_object({}),
                dead_letter_queue=dead_letters.queue,
            )
        )
