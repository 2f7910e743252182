"""Two boards for each module: what the business sees, and what its resources do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.names import API_STAGE

if TYPE_CHECKING:
    from infra.stacks.base import ModuleStack

PERIOD_SECONDS: Final = 300
WIDTH: Final = 12
HEIGHT: Final = 6
COLUMNS: Final = 2
METRICS_NAMESPACE: Final = "Puhui"

Metric = list[Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """A widget of a module's own: named metrics, one line for each value of its dimensions."""

    title: str
    metrics: Sequence[str]
    dimensions: Sequence[str] = ()
    """Besides `service`: `("provider",)` draws a line for each provider."""
    statistic: str = "Sum"


class ModuleDashboards(Construct):
    """Call it last: it shows the parts that the stack has by then, and facts of its own."""

    def __init__(self, stack: ModuleStack, facts: Sequence[Facts] = ()) -> None:
        super().__init__(stack, "Dashboards")
        self.stack = stack
        self.facts = facts
        self._board("Business", "business", self._business())
        self._board("Resources", "resources", self._resources())

    def _board(self, construct_id: str, name: str, widgets: Sequence[dict[str, Any]]) -> None:
        for position, widget in enumerate(widgets):
            widget["x"] = position % COLUMNS * WIDTH
            widget["y"] = position // COLUMNS * HEIGHT
        cloudwatch.CfnDashboard(
            self,
            construct_id,
            dashboard_name=self.stack.names.physical(name),
            dashboard_body=self.stack.to_json_string({"widgets": list(widgets)}),
        )

    def _business(self) -> list[dict[str, Any]]:
        """Every business fact that the module counts, without naming them twice."""
        search = (
            f"SEARCH('{{{METRICS_NAMESPACE},service}} service=\"{self.stack.module}\"', "
            f"'Sum', {PERIOD_SECONDS})"
        )
        widgets = [self._widget("业务事实", [[{"expression": search, "id": "facts"}]], "Sum")]
        widgets += [self._facts(one) for one in self.facts]
        for api in self.stack.parts.apis:
            dimensions = ["ApiName", api, "Stage", API_STAGE]
            counts = [
                ["AWS/ApiGateway", name, *dimensions] for name in ("Count", "4XXError", "5XXError")
            ]
            widgets.append(self._widget(f"接口请求 {api}", counts, "Sum"))
            latency = [["AWS/ApiGateway", "Latency", *dimensions]]
            widgets.append(self._widget(f"接口延迟 p95 {api}", latency, "p95"))
        for workflow in self.stack.parts.workflows:
            names = ("ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed")
            widgets.append(self._widget("流程执行", _states(workflow, names), "Sum"))
            time = _states(workflow, ("ExecutionTime",))
            widgets.append(self._widget("流程用时 p95", time, "p95"))
        return widgets

    def _facts(self, facts: Facts) -> dict[str, Any]:
        """Search by name: which providers, gates and circuits there are is the banks' business."""
        schema = ",".join((METRICS_NAMESPACE, "service", *facts.dimensions))
        names = " OR ".join(f'MetricName="{name}"' for name in facts.metrics)
        search = (
            f"SEARCH('{{{schema}}} service=\"{self.stack.module}\" ({names})', "
            f"'{facts.statistic}', {PERIOD_SECONDS})"
        )
        lines: list[Metric] = [[{"expression": search, "id": "facts"}]]
        return self._widget(facts.title, lines, facts.statistic)

    def _resources(self) -> list[dict[str, Any]]:
        parts = self.stack.parts
        widgets: list[dict[str, Any]] = []
        for title, statistic, names, metric in (
            ("函数调用", "Sum", parts.functions, _function("Invocations")),
            ("函数错误", "Sum", parts.functions, _function("Errors")),
            ("函数限流", "Sum", parts.functions, _function("Throttles")),
            ("函数耗时 p99", "p99", parts.functions, _function("Duration")),
            ("并发", "Maximum", parts.functions, _function("ConcurrentExecutions")),
            ("队列可见消息", "Maximum", parts.queues, _queue("ApproximateNumberOfMessagesVisible")),
            ("队列最老消息", "Maximum", parts.queues, _queue("ApproximateAgeOfOldestMessage")),
            ("表读容量", "Sum", parts.tables, _table("ConsumedReadCapacityUnits")),
            ("表写容量", "Sum", parts.tables, _table("ConsumedWriteCapacityUnits")),
        ):
            if names:
                widgets.append(self._widget(title, [metric(name) for name in names], statistic))
        return widgets

    def _widget(self, title: str, metrics: list[Metric], statistic: str) -> dict[str, Any]:
        return {
            "type": "metric",
            "width": WIDTH,
            "height": HEIGHT,
            "properties": {
                "title": title,
                "region": self.stack.region,
                "view": "timeSeries",
                "stat": statistic,
                "period": PERIOD_SECONDS,
                "metrics": metrics,
            },
        }


def _states(arn: str, names: Sequence[str]) -> list[Metric]:
    return [["AWS/States", name, "StateMachineArn", arn] for name in names]


def _function(metric: str) -> Callable[[str], Metric]:
    return lambda name: ["AWS/Lambda", metric, "FunctionName", name]


def _queue(metric: str) -> Callable[[str], Metric]:
    return lambda name: ["AWS/SQS", metric, "QueueName", name]


def _table(metric: str) -> Callable[[str], Metric]:
    return lambda name: ["AWS/DynamoDB", metric, "TableName", name]
