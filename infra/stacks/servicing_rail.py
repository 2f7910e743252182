"""Servicing's bank rail: its API, the bucket of daily files, the reconciliation, the sweeper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.patterns.alarms import Symptom, add_alarm
from infra.patterns.bucket import ModuleBucket
from infra.patterns.dashboards import METRICS_NAMESPACE, Facts
from infra.patterns.deliveries import tell_of_deliveries
from infra.patterns.function import DEFAULT_MEMORY_MB, ModuleFunction
from infra.patterns.queue import DeadLetters, ModuleQueue
from infra.stacks.base import PERSONAL

if TYPE_CHECKING:
    from infra.stacks.servicing import ServicingStack

API_SECONDS: Final = 29
"""As long as API Gateway waits: a debit waits for the core bank, a reconciliation redoes days."""
FILE_SECONDS: Final = 300
"""What is left of a file then goes on in the next delivery of its message."""
RECONCILE_SECONDS: Final = 300
SWEEP_SECONDS: Final = 240
SWEEP_MINUTES: Final = 5
"""A debit's unknown outcome is asked about three times before it is a work item."""
NIGHT_TIME: Final = {"hour": "22", "minute": "30"}
"""06:30 in China, after end of day and the core bank's file; EventBridge counts in UTC."""
INCOMING: Final = "incoming/"
GET: Final = "dynamodb:GetItem"
QUERY: Final = "dynamodb:Query"
PUT: Final = "dynamodb:PutItem"
UPDATE: Final = "dynamodb:UpdateItem"
BOOKS: Final = (GET, QUERY, PUT, UPDATE)
"""Whoever may bring a payment to its end, into a loan or into suspense."""

DIFFERENCES: Final = Symptom(
    "differences", METRICS_NAMESPACE, "ReconciliationDifference", "Sum", 1,
    "三方对账有未清差错。",
    "按差错清单的责任岗位与账龄处理；系统不自动改账，见 docs/rail.md。",
)  # fmt: skip
FILE_MISSING: Final = Symptom(
    "file-missing", METRICS_NAMESPACE, "RailFileMissing", "Sum", 1,
    "核心对账文件未到。",
    "联系核心系统补传该日文件；文件到达后自动重新对账，见 docs/rail.md。",
)  # fmt: skip
FILE_REFUSED: Final = Symptom(
    "file-refused", METRICS_NAMESPACE, "RailFileRefused", "Sum", 1,
    "核心对账文件整份被拒收。",
    "按日志的 sha256、字段与规则联系核心系统，更正后以下一版本号重新投递。",
)  # fmt: skip
DEBIT_UNRESOLVED: Final = Symptom(
    "debit-unresolved", METRICS_NAMESPACE, "RailDebitUnresolved", "Maximum", 1,
    "有代扣结果超过十五分钟仍未查清。",
    "向核心系统查证该流水号；查清之前不要换号重扣。",
)  # fmt: skip
WORK_FAILED: Final = Symptom(
    "work-failed", METRICS_NAMESPACE, "RailWorkFailed", "Maximum", 1,
    "有到账或代扣无法处理完毕。",
    "按日志的流水号查错误原因；下一轮会自动重试。",
)  # fmt: skip
TRANSFER_UNRESOLVED: Final = Symptom(
    "transfer-unresolved", METRICS_NAMESPACE, "TransferUnresolved", "Maximum", 1,
    "有放款预留已过期限，核心系统已付款或不能答复。",
    "按日志的放款流水号向核心系统查证：已付则补入账，未付则作废流水号；不要按时间冲销，不要换号。",
)  # fmt: skip
SYMPTOMS: Final = (
    DIFFERENCES,
    FILE_MISSING,
    FILE_REFUSED,
    DEBIT_UNRESOLVED,
    WORK_FAILED,
    TRANSFER_UNRESOLVED,
)
RAIL_FACTS: Final = (
    Facts("对账差错（笔）", ("ReconciliationDifference",), ("bank_id", "difference"), "Maximum"),
    Facts("对账文件行数", ("RailFileLines",), ("bank_id",)),
)


class ServicingRail(Construct):
    """Money over the core-banking rail; `api` answers the routes of `servicing.rail_api`."""

    def __init__(self, stack: ServicingStack) -> None:
        super().__init__(stack, "Rail")
        self.stack = stack
        self.files = ModuleBucket(stack, "RailFiles", data_class=PERSONAL)
        self.files.write_once(INCOMING)
        self.api = self._function("RailApi", "servicing.rail_api.app", API_SECONDS, *BOOKS)
        self.api.grant_bucket(self.files, "s3:GetObject", "s3:PutObject", prefix=INCOMING)
        self.api.grant_secret(stack.platform.core_banking_secret_arn)
        self._deliveries()
        self._night()
        self._sweeper()
        for symptom in SYMPTOMS:
            add_alarm(stack, self, symptom, resource="rail", dimensions={"service": stack.module})

    def debits(
        self, construct_id: str, timeout_seconds: int, memory_mb: int = DEFAULT_MEMORY_MB
    ) -> ModuleFunction:
        """The step of end of day that asks the core bank for what fell due."""
        ask = self._function(
            construct_id,
            "servicing.handlers.request_debits.handler",
            timeout_seconds,
            *BOOKS,
            memory_mb=memory_mb,
        )
        ask.grant_secret(self.stack.platform.core_banking_secret_arn)
        return ask

    def _deliveries(self) -> None:
        take = self._function(
            "TakeRailFile", "servicing.handlers.take_rail_file.handler", FILE_SECONDS, *BOOKS
        )
        take.grant_bucket(self.files, "s3:GetObject", prefix=INCOMING)
        queue = ModuleQueue(self.stack, "RailFileDeliveries")
        queue.consume_with(take, batch_size=1, max_concurrency=2)
        tell_of_deliveries(self.stack, self.files, queue)

    def _night(self) -> None:
        """Every bank's day before; end of day may ask for one bank's through the parameter."""
        reconcile = self._function(
            "ReconcileDay",
            "servicing.handlers.reconcile_day.handler",
            RECONCILE_SECONDS,
            *(GET, QUERY, PUT),
            published_as="reconcile-day",
        )
        reconcile.grant_bucket(self.files, "s3:GetObject", prefix=INCOMING)
        self._schedule("EveryNight", reconcile, "reconcile-day", events.Schedule.cron(**NIGHT_TIME))

    def _sweeper(self) -> None:
        finish = self._function(
            "FinishRailWork", "servicing.handlers.finish_rail_work.handler", SWEEP_SECONDS, *BOOKS
        )
        finish.grant_secret(self.stack.platform.core_banking_secret_arn)
        often = events.Schedule.rate(Duration.minutes(SWEEP_MINUTES))
        self._schedule("EveryFewMinutes", finish, "finish-rail-work", often)

    def _schedule(
        self, construct_id: str, function: ModuleFunction, name: str, schedule: events.Schedule
    ) -> None:
        """A lost start is kept for an operator."""
        dead_letters = DeadLetters(
            self, f"{construct_id}DeadLetters", stack=self.stack, of=f"start-{name}"
        )
        rule = events.Rule(
            self,
            construct_id,
            rule_name=self.stack.names.physical(name),
            description=f"servicing runs {name}",
            schedule=schedule,
        )
        rule.add_target(
            targets.LambdaFunction(
                function.alias,
                event=events.RuleTargetInput.from_object({}),
                dead_letter_queue=dead_letters.queue,
            )
        )

    def _function(
        self,
        construct_id: str,
        handler: str,
        timeout_seconds: int,
        *actions: str,
        published_as: str = "",
        memory_mb: int = DEFAULT_MEMORY_MB,
    ) -> ModuleFunction:
        """Whoever writes does so in transactions only."""
        platform = self.stack.platform
        function = ModuleFunction(
            self.stack,
            construct_id,
            handler=handler,
            timeout_seconds=timeout_seconds,
            memory_mb=memory_mb,
            environment={
                "TABLE_NAME": self.stack.table.name,
                "RAIL_FILES_BUCKET": self.files.name,
                "CORE_BANKING_URL": platform.core_banking_url,
                "CORE_BANKING_SECRET_ARN": platform.core_banking_secret_arn,
            },
            published_as=published_as,
        )
        function.grant_table(self.stack.table, *actions)
        self.stack.transactions_only(function)
        return function
