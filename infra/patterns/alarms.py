"""Which symptoms wake somebody, for each kind of resource, and what that person does first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import aws_cloudwatch as cloudwatch

from infra.names import alarm as alarm_name
from infra.names import kebab

if TYPE_CHECKING:
    from constructs import Construct

    from infra.stacks.base import ModuleStack

FIVE_MINUTES_SECONDS: Final = 300
TIMEOUT_SHARE: Final = 0.8
"""Slow enough to warn while calls still succeed."""
QUEUE_AGE_SECONDS: Final = 900


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that can be wrong with one kind of resource, and the first thing to do."""

    name: str
    namespace: str
    metric: str
    statistic: str
    threshold: float
    means: str
    do: str
    comparison: str = "GreaterThanOrEqualToThreshold"
    periods: int = 1

    @property
    def description(self) -> str:
        """Write what an operator reads in the alarm itself."""
        return f"{self.means} {self.do}"


FUNCTION_ERRORS = Symptom(
    "errors", "AWS/Lambda", "Errors", "Sum", 1,
    "函数执行出错。", "按 correlation_id 查日志的 error 行；上游会重试，其余看死信队列。",
)  # fmt: skip
FUNCTION_THROTTLES = Symptom(
    "throttles", "AWS/Lambda", "Throttles", "Sum", 1,
    "有函数被限流。", "在各模块看板找出是哪个函数；确认没有重试风暴后再提高账户并发配额。",
)  # fmt: skip
FUNCTION_SLOW = Symptom(
    "slow", "AWS/Lambda", "Duration", "p99", TIMEOUT_SHARE,
    "函数 p99 耗时达到超时的八成。", "查 X-Ray 里最慢的下游；下游正常则查冷启动与内存。", periods=3,
)  # fmt: skip
QUEUE_AGE = Symptom(
    "age", "AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", QUEUE_AGE_SECONDS,
    "队列最老的消息超过十五分钟。", "查消费函数的错误与限流；函数正常则提高最大并发。", periods=2,
)  # fmt: skip
DEAD_LETTERS = Symptom(
    "depth", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", 1,
    "死信队列里有消息。", "先看消息与错误，修复原因后用 puhui dlq redrive 重新投递；不要直接清空。",
)  # fmt: skip
WORKFLOW_FAILED = Symptom(
    "failed", "AWS/States", "ExecutionsFailed", "Sum", 1,
    "流程执行失败。", "打开执行历史看失败的状态与错误名；业务补偿是否完成以账务为准。",
)  # fmt: skip
WORKFLOW_TIMED_OUT = Symptom(
    "timed-out", "AWS/States", "ExecutionsTimedOut", "Sum", 1,
    "流程执行超时。", "找出等待中的人工或外部任务；处理后按申请编号重新发起。",
)  # fmt: skip
API_ERRORS = Symptom(
    "errors", "AWS/ApiGateway", "5XXError", "Sum", 1,
    "接口返回了 5xx。", "按 x-correlation-id 查访问日志与函数日志；区分函数错误与集成超时。",
)  # fmt: skip
SYMPTOMS: Final = (
    FUNCTION_ERRORS,
    FUNCTION_THROTTLES,
    FUNCTION_SLOW,
    QUEUE_AGE,
    DEAD_LETTERS,
    WORKFLOW_FAILED,
    WORKFLOW_TIMED_OUT,
    API_ERRORS,
)


def add_alarm(
    stack: ModuleStack,
    scope: Construct,
    symptom: Symptom,
    *,
    resource: str,
    dimensions: Mapping[str, str],
    threshold: float | None = None,
) -> None:
    """Watch one symptom of one resource and tell the platform's alarm topic."""
    topic = stack.platform.alarm_topic_arn
    cloudwatch.CfnAlarm(
        scope,
        f"Alarm{symptom.name.title().replace('-', '')}",
        alarm_name=alarm_name(stack.names.physical(resource), symptom.name),
        alarm_description=symptom.description,
        namespace=symptom.namespace,
        metric_name=symptom.metric,
        dimensions=[
            cloudwatch.CfnAlarm.DimensionProperty(name=name, value=value)
            for name, value in dimensions.items()
        ],
        period=FIVE_MINUTES_SECONDS,
        evaluation_periods=symptom.periods,
        threshold=symptom.threshold if threshold is None else threshold,
        comparison_operator=symptom.comparison,
        treat_missing_data="notBreaching",
        alarm_actions=[topic],
        ok_actions=[topic],
        **_statistic(symptom.statistic),
    )


def _statistic(statistic: str) -> dict[str, Any]:
    if statistic.startswith("p"):
        return {"extended_statistic": statistic}
    return {"statistic": statistic}


__all__ = ["SYMPTOMS", "Symptom", "add_alarm", "kebab"]
