"""The Lambda of the in-process cloud: real handlers here, asynchronous events kept for the pump."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from infra.local.errors import UnknownFunction
from infra.local.faults import Faults
from infra.local.functions import FunctionSpec, Invocation, runtime_environment
from infra.local.handler_image import HandlerImage

MAX_ATTEMPTS_OF_ASYNC_EVENT = 3


class InProcessRuntime:
    """Runs functions in this process; also answers what moto asks from outside."""

    def __init__(
        self,
        functions: Callable[[], Mapping[str, FunctionSpec]],
        find: Callable[[str], FunctionSpec | None],
        environment: Mapping[str, str],
    ) -> None:
        self.faults = Faults()
        self.invocations: list[tuple[str, Any]] = []
        self.image = HandlerImage(lambda: {spec.module for spec in functions().values()})
        self._find = find
        self._environment = environment
        self._later: list[tuple[str, bytes, int]] = []
        self._news: set[tuple[str, str]] = set()
        self._telling = threading.Lock()

    def run(self, function: str, payload: bytes, *, nested: bool = False) -> Invocation:
        """Run a function by name or ARN; `nested` when a running handler waits for it."""
        spec = self._known(function)
        event = json.loads(payload or b"{}")
        self.invocations.append((spec.name, event))
        fault = self.faults.take(spec.name, event)
        if fault is not None:
            time.sleep(fault.delay_seconds)
            if not fault.runs_function:
                return fault.instead()
        region = self._environment["AWS_REGION"]
        environment = runtime_environment(spec, region, self._environment)
        answer = self.image.run(spec, environment, event, nested=nested)
        if fault is None:
            return answer
        time.sleep(fault.hang_seconds)
        return fault.after(answer)

    def deliver_later(self) -> int:
        """Run the asynchronous events that are waiting; return how many there were."""
        waiting, self._later = self._later, []
        for function, payload, attempt in waiting:
            answer = self.run(function, payload)
            if answer.failed and attempt < MAX_ATTEMPTS_OF_ASYNC_EVENT:
                self._later.append((function, payload, attempt + 1))
        return len(waiting)

    def take_news(self) -> set[tuple[str, str]]:
        """The queues and streams that have something new since this was last asked."""
        with self._telling:
            news, self._news = self._news, set()
        return news

    # --- what moto asks of us -------------------------------------------------------------

    def invoke(self, function: str, payload: bytes) -> tuple[bytes, str | None]:
        """Run a function for a state machine or another function."""
        answer = self.run(function, payload)
        return answer.payload, answer.error

    def invoke_later(self, function: str, payload: bytes) -> None:
        """Keep an asynchronous event for the pump."""
        self._later.append((self._known(function).name, payload, 1))

    def notify(self, kind: str, name: str) -> None:
        """Keep for the pump that a queue or a stream has something new."""
        with self._telling:
            self._news.add((kind, name))

    def _known(self, function: str) -> FunctionSpec:
        spec = self._find(function)
        if spec is None:
            raise UnknownFunction(function)
        return spec
