"""Runs real handlers in this process, each as if it were alone: environment, caches, errors."""

from __future__ import annotations

import importlib
import os
import sys
import threading
import time
import traceback
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from types import ModuleType
from typing import Any

from infra.local.functions import UNHANDLED, FunctionSpec, Invocation, failure

KEPT_CACHES = ("puhui.aws", "puhui.china", "signing.adapters.font_coverage")
"""Clients and static tables are the same for every function; making them again is slow."""


class HandlerContext:
    """The second argument of a handler."""

    def __init__(self, spec: FunctionSpec, request_id: str) -> None:
        self.function_name = spec.name
        self.function_version = "$LATEST"
        self.invoked_function_arn = spec.arn
        self.memory_limit_in_mb = spec.memory_mb
        self.aws_request_id = request_id
        self.log_group_name = f"/aws/lambda/{spec.name}"
        self.log_stream_name = "in-process"
        self.identity = None
        self.client_context = None
        self._deadline = time.monotonic() + spec.timeout_seconds

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda would end the function."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))


class HandlerImage:
    """Switches this process between functions; one handler at a time, nested calls allowed."""

    def __init__(self, packages: Callable[[], set[str]]) -> None:
        self._packages = packages
        self._lock = threading.RLock()
        self._last: str | None = None
        self._closed = False
        self._caches: dict[ModuleType, list[Callable[[], None]]] = {}
        self._seen: tuple[frozenset[str], int] = (frozenset(), 0)
        self._ours: list[tuple[str, ModuleType]] = []

    def run(
        self,
        spec: FunctionSpec,
        environment: Mapping[str, str],
        event: Any,
        *,
        nested: bool = False,
    ) -> Invocation:
        """Call the handler; `nested` for a call that a running handler waits for elsewhere."""
        if nested:
            return self._run(spec, environment, event)
        with self._lock:
            if self._closed:
                return failure("Runtime.Closed", "the cloud is closed", str(uuid.uuid4()))
            return self._run(spec, environment, event)

    def close(self) -> None:
        """Wait for the handler that runs; none runs afterwards, whoever still asks for one.

        A state machine's thread that was stopped between two tasks would otherwise run its next
        one in the middle of whatever this process does next, and change the environment under it.
        """
        with self._lock:
            self._closed = True

    def at_rest(self) -> AbstractContextManager[Any]:
        """Inside, no other thread's handler changes the environment."""
        return self._lock

    def forget_everything(self) -> None:
        """Drop every cached wiring and client, as new processes would have none."""
        self._clear_caches(())
        self._last = None

    def _run(self, spec: FunctionSpec, environment: Mapping[str, str], event: Any) -> Invocation:
        request_id = str(uuid.uuid4())
        with self._as_function(spec, environment):
            try:
                handler = _handler(spec.handler)
                answer = handler(event, HandlerContext(spec, request_id))
                return Invocation(_to_json(answer), None, request_id)
            except SystemExit as ended:
                text = f"Runtime exited with error: exit status {ended.code or 0}"
                return failure("Runtime.ExitError", text, request_id)
            except Exception as error:
                return _raised(error, request_id)

    @contextmanager
    def _as_function(self, spec: FunctionSpec, environment: Mapping[str, str]) -> Iterator[None]:
        before, last = dict(os.environ), self._last
        if last != spec.name:
            self._clear_caches(KEPT_CACHES)
        _become(environment)
        self._last = spec.name
        try:
            yield
        finally:
            _become(before)
            if last is not None and last != spec.name:
                self._clear_caches(KEPT_CACHES)
                self._last = None

    def _clear_caches(self, kept: tuple[str, ...]) -> None:
        for name, module in self._modules():
            if not name.startswith(kept or ("\0",)):
                for clear in self._clears_of(name, module):
                    clear()

    def _modules(self) -> list[tuple[str, ModuleType]]:
        """Our modules that are loaded; looked for again when some were loaded since."""
        packages = frozenset(self._packages() | {"puhui"})
        if self._seen != (packages, len(sys.modules)):
            loaded = list(sys.modules.items())
            self._ours = [one for one in loaded if one[0].partition(".")[0] in packages]
            self._seen = packages, len(loaded)
        return self._ours

    def _clears_of(self, name: str, module: ModuleType) -> list[Callable[[], None]]:
        """Looked for once in a module: this runs between any two functions of a workflow."""
        known = self._caches.get(module)
        if known is None:
            known = list(_caches_of(name, module))
            if not getattr(module.__spec__, "_initializing", False):
                self._caches[module] = known
        return known


def _caches_of(name: str, module: ModuleType) -> Iterator[Callable[[], None]]:
    """How to empty the caches that a module defines itself."""
    for value in list(vars(module).values()):
        clear = getattr(value, "cache_clear", None)
        if callable(clear) and getattr(value, "__module__", "") == name:
            yield clear


def _become(environment: Mapping[str, str]) -> None:
    """Change the environment without a moment in which region and credentials are missing.

    Threads of state machines read them at any time.
    """
    os.environ.update(environment)
    for name in os.environ.keys() - environment.keys():
        os.environ.pop(name, None)


def _handler(path: str) -> Callable[[Any, HandlerContext], Any]:
    module, _, name = path.rpartition(".")
    found: Callable[[Any, HandlerContext], Any] = getattr(importlib.import_module(module), name)
    return found


def _to_json(answer: Any) -> bytes:
    from awslambdaric.lambda_runtime_marshaller import to_json

    text: str | bytes = to_json(answer)
    return text if isinstance(text, bytes) else text.encode()


def _raised(error: Exception, request_id: str) -> Invocation:
    body = {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": request_id,
        "stackTrace": traceback.format_tb(error.__traceback__),
    }
    return Invocation(_to_json(body), UNHANDLED, request_id)
