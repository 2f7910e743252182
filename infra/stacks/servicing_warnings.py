"""Early warning of servicing: the sweeper of clocks, its alarm, and what watching a loan calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.patterns.alarms import Symptom, add_alarm
from infra.patterns.dashboards import METRICS_NAMESPACE
from infra.patterns.function import ModuleFunction
from infra.patterns.queue import DeadLetters
from infra.stacks.base import ABSENT, ModuleStack

if TYPE_CHECKING:
    from collections.abc import Callable

SWEEP_EVERY_MINUTES: Final = 5
SWEEP_TIMEOUT_SECONDS: Final = 60
SWEEPS: Final = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query")
INVOKED: Final = frozenset(
    {"ANSWER_MODEL_ARN", "COMPUTE_INDICATORS_ARN", "QUERY_EXTERNAL_DATA_ARN"}
)
WARNING_OVERDUE: Final = Symptom(
    "warning-overdue", METRICS_NAMESPACE, "WarningSlaBreached", "Sum", 1,
    "有贷后预警超过四小时未处置。",
    "打开预警待办，按到期时间联系经办支行；原因与时长见预警时效报告。",
)  # fmt: skip


class ServicingWarnings(Construct):
    """The clock of warnings."""

    def __init__(self, stack: ModuleStack, function: Callable[..., ModuleFunction]) -> None:
        """`function` makes one that reaches servicing's table by transactions alone."""
        super().__init__(stack, "Warnings")
        self.stack = stack
        sweep = function(
            "SweepWarningClocks",
            "servicing.handlers.sweep_warning_clocks.handler",
            SWEEP_TIMEOUT_SECONDS,
            *SWEEPS,
        )
        self._every_five_minutes(sweep)
        own = {"service": stack.module}
        add_alarm(stack, self, WARNING_OVERDUE, resource="warnings", dimensions=own)

    def desk_environment(self) -> dict[str, str]:
        """What a function that answers warnings and traces money is told."""
        return {
            "DATA_KEY_ARN": self.stack.key.key_arn,
            "ANSWER_MODEL_ARN": self._arn("risk", "answer-model"),
        }

    def watch_environment(self) -> dict[str, str]:
        """What a function that watches loans is told."""
        return {
            **self.desk_environment(),
            "COMPUTE_INDICATORS_ARN": self._arn("risk", "compute-indicators"),
            "QUERY_EXTERNAL_DATA_ARN": self._arn("extdata", "query"),
        }

    def lets_answer(self, function: ModuleFunction) -> None:
        """Let a function ask risk's models and keep who was paid."""
        self._lets_invoke(function, self.desk_environment())
        function.grant_key(self.stack.key.key_arn, "kms:GenerateDataKey", "kms:Decrypt")

    def lets_watch(self, function: ModuleFunction) -> None:
        """Let a function ask for documents, indicators and models."""
        self._lets_invoke(function, self.watch_environment())

    def _lets_invoke(self, function: ModuleFunction, environment: dict[str, str]) -> None:
        arns = [environment[name] for name in sorted(INVOKED & environment.keys())]
        present = [arn for arn in arns if arn != ABSENT]
        if present:
            function.allow(["lambda:InvokeFunction"], present)

    def _arn(self, module: str, published_as: str) -> str:
        if not self.stack.config.has(module):
            return ABSENT
        return str(self.stack.platform.ssm(module, published_as, "function-arn"))

    def _every_five_minutes(self, sweep: ModuleFunction) -> None:
        dead_letters = DeadLetters(self, "SweepDeadLetters", stack=self.stack, of="sweep-warnings")
        rule = events.Rule(
            self,
            "EveryFiveMinutes",
            rule_name=self.stack.names.physical("sweep-warnings"),
            description="servicing looks after the clocks of warnings",
            schedule=events.Schedule.rate(Duration.minutes(SWEEP_EVERY_MINUTES)),
        )
        rule.add_target(targets.LambdaFunction(sweep.alias, dead_letter_queue=dead_letters.queue))
