"""What a deployed assembly consists of, as far as the local cloud itself must act on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.local.functions import FunctionRegistry
from infra.local.rest_api import RestApi


@dataclass(frozen=True, kw_only=True)
class Queue:
    """An SQS queue and where its poisonous messages go."""

    name: str
    url: str
    arn: str
    dead_letter_arn: str | None = None
    max_receive_count: int | None = None
    visibility_timeout_seconds: int = 30


@dataclass(frozen=True, kw_only=True)
class EventSource:
    """An event source mapping: a queue or a table's stream that a function consumes."""

    source_arn: str
    function: str
    batch_size: int = 10
    batch_window_seconds: float = 0.0
    partial_failures: bool = False
    filters: Sequence[Mapping[str, Any]] = ()
    bisect_on_error: bool = False
    maximum_retries: int | None = None
    on_failure_arn: str | None = None

    @property
    def is_queue(self) -> bool:
        """True for SQS, false for a stream."""
        return self.source_arn.split(":")[2] == "sqs"

    @property
    def source_name(self) -> str:
        """The queue's or the table's name."""
        resource = self.source_arn.split(":", 5)[5]
        return resource if self.is_queue else resource.split("/")[1]


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A rule or schedule that fires by time."""

    name: str
    expression: str
    target_arn: str
    payload: str = "{}"


@dataclass
class Deployed:
    """Everything that deployment made, by what the local cloud does with it."""

    functions: FunctionRegistry = field(default_factory=FunctionRegistry)
    layers: dict[str, Path] = field(default_factory=dict)
    queues: dict[str, Queue] = field(default_factory=dict)
    event_sources: list[EventSource] = field(default_factory=list)
    schedules: list[Schedule] = field(default_factory=list)
    apis: dict[str, RestApi] = field(default_factory=dict)
    """API id → API."""
    state_machines: dict[str, str] = field(default_factory=dict)
    """Name → ARN."""
    tables: dict[str, str] = field(default_factory=dict)
    """Name → stream ARN, empty without a stream."""
    buckets: list[str] = field(default_factory=list)
    parameters: dict[str, str] = field(default_factory=dict)
    """SSM name → value."""
    asset_paths: dict[str, Path] = field(default_factory=dict)
    """Asset hash → folder, of all stacks."""

    def queue_by_arn(self, arn: str) -> Queue | None:
        """The queue with this ARN."""
        return next((queue for queue in self.queues.values() if queue.arn == arn), None)

    def module_of(self, api: RestApi) -> str:
        """The module whose functions an API calls."""
        for method in api.methods:
            if (spec := self.functions.find(method.function)) is not None:
                return spec.module
        return api.name
