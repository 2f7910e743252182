"""Servicing's end of day: the machine, its steps, its schedule, its alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.patterns.alarms import Symptom, add_alarm
from infra.patterns.dashboards import METRICS_NAMESPACE, Facts
from infra.patterns.function import ModuleFunction
from infra.patterns.queue import DeadLetters
from infra.patterns.workflow import Workflow
from infra.stacks.servicing_asking import asking_function

if TYPE_CHECKING:
    from infra.stacks.servicing import ServicingStack

LOOK_MINUTES: Final = 15
"""A day starts to be closed at most so long after its time, and is late at most so much later."""
SHORT_SECONDS: Final = 30
WALK_SECONDS: Final = 300
"""Tens of thousands of loans fit into one call; what does not goes on in the next."""
WALK_MEMORY_MB: Final = 1_024
GET: Final = "dynamodb:GetItem"
QUERY: Final = "dynamodb:Query"
BATCH: Final = "dynamodb:BatchGetItem"
PUT: Final = "dynamodb:PutItem"
UPDATE: Final = "dynamodb:UpdateItem"

DAY_NOT_CLOSED: Final = Symptom(
    "day-not-closed", METRICS_NAMESPACE, "DayNotClosed", "Maximum", 1,
    "有银行早六点仍未完成上一会计日日终。",
    "用 puhui eod status 看失败的站点，修复后 puhui eod run 重新发起；见 docs/end-of-day.md。",
)  # fmt: skip
FACTS: Final = (Facts("日终", ("LoansClosed", "DayClosed", "EndOfDayFailed"), ("bank_id",)),)


class EndOfDay(Construct):
    """Closes the business day of each bank, by its schedule or by hand."""

    def __init__(self, stack: ServicingStack) -> None:
        super().__init__(stack, "EndOfDaySteps")
        self.stack = stack
        steps = {
            "BusinessDay": self._step("BusinessDay", SHORT_SECONDS, GET, BATCH, QUERY, PUT, UPDATE),
            "CloseLoans": self._step("CloseLoans", WALK_SECONDS, GET, QUERY, PUT, UPDATE),
            "RequestDebits": stack.rail.debits("RequestDebits", WALK_SECONDS, WALK_MEMORY_MB),
            "ClassifyLoans": asking_function(
                stack,
                "ClassifyLoans",
                "servicing.handlers.classify_loans.handler",
                WALK_SECONDS,
                memory_mb=WALK_MEMORY_MB,
            ),
            "WatchLoans": self._watch_loans(),
        }
        machine = Workflow(
            stack,
            "EndOfDay",
            definition="statemachines/servicing/end_of_day.asl.json",
            substitutions={name: step.alias.function_arn for name, step in steps.items()},
            invokes=list(steps.values()),
        )
        self._schedule(machine)
        add_alarm(
            stack, self, DAY_NOT_CLOSED, resource="end-of-day", dimensions={"service": stack.module}
        )

    def _watch_loans(self) -> ModuleFunction:
        """It asks external data, indicators and models for what they know of today."""
        warnings = self.stack.warnings
        watch = self._step(
            "WatchLoans",
            WALK_SECONDS,
            *(GET, BATCH, QUERY, PUT, UPDATE),
            **warnings.watch_environment(),
        )
        warnings.lets_watch(watch)
        return watch

    def _schedule(self, machine: Workflow) -> None:
        """One look at all banks: a lost one is made up for by the next."""
        starter = self._step(
            "StartEndOfDays", SHORT_SECONDS, GET, QUERY, UPDATE, END_OF_DAY_ARN=machine.arn
        )
        starter.allow(["states:StartExecution"], [machine.arn])
        dead_letters = DeadLetters(
            self, "StartDeadLetters", stack=self.stack, of="start-end-of-days"
        )
        rule = events.Rule(
            self,
            "EveryQuarterHour",
            rule_name=self.stack.names.physical("start-end-of-days"),
            description="servicing starts the end of day of each bank when it is time",
            schedule=events.Schedule.rate(Duration.minutes(LOOK_MINUTES)),
        )
        rule.add_target(targets.LambdaFunction(starter.alias, dead_letter_queue=dead_letters.queue))

    def _step(
        self, construct_id: str, timeout_seconds: int, *actions: str, **environment: str
    ) -> ModuleFunction:
        name = "".join(
            f"_{letter.lower()}" if letter.isupper() else letter for letter in construct_id
        )
        function = ModuleFunction(
            self.stack,
            construct_id,
            handler=f"servicing.handlers.{name[1:]}.handler",
            timeout_seconds=timeout_seconds,
            memory_mb=WALK_MEMORY_MB if timeout_seconds == WALK_SECONDS else 512,
            environment={"TABLE_NAME": self.stack.table.name, **environment},
        )
        function.grant_table(self.stack.table, *actions)
        if {PUT, UPDATE} & set(actions):
            self.stack.transactions_only(function)
        return function
