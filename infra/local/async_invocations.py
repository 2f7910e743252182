"""Asynchronous Lambda invocations: queued, retried twice, then sent to the failure destination."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from infra.local.functions import FunctionSpec, Invocation

RETRY_SECONDS = (1.0, 2.0)
"""AWS waits one and two minutes; a laptop has no neighbours to be considerate of."""
MAX_CONCURRENCY = 8
log = logging.getLogger(__name__)


class AsyncInvocations:
    """Runs events that nobody waits for."""

    def __init__(
        self,
        invoke: Callable[[str, bytes], Invocation],
        send: Callable[[str, str], None],
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
    ) -> None:
        self._invoke = invoke
        self._send = send
        self._retry_seconds = retry_seconds
        self._executor = ThreadPoolExecutor(MAX_CONCURRENCY, thread_name_prefix="async-invoke")
        self._stopping = threading.Event()
        self._open = 0
        self._lock = threading.Lock()

    @property
    def open(self) -> int:
        """How many events are accepted and not yet finished."""
        return self._open

    def submit(self, spec: FunctionSpec, payload: bytes) -> None:
        """Accept one event."""
        with self._lock:
            self._open += 1
        self._executor.submit(self._run, spec, payload)

    def stop(self) -> None:
        """Drop what is waiting."""
        self._stopping.set()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _run(self, spec: FunctionSpec, payload: bytes) -> None:
        try:
            answer = self._invoke(spec.arn, payload)
            for attempt in range(spec.retry_attempts):
                if not answer.failed or self._stopping.is_set():
                    return
                seconds = self._retry_seconds[min(attempt, len(self._retry_seconds) - 1)]
                self._stopping.wait(seconds)
                answer = self._invoke(spec.arn, payload)
            if answer.failed:
                self._give_up(spec, payload, answer)
        except Exception:
            log.exception("asynchronous invocation of %s", spec.name)
        finally:
            with self._lock:
                self._open -= 1

    def _give_up(self, spec: FunctionSpec, payload: bytes, answer: Invocation) -> None:
        if spec.on_failure is None:
            log.error("event for %s lost after retries: %r", spec.name, answer.payload[:200])
            return
        message: dict[str, Any] = {
            "version": "1.0",
            "requestContext": {
                "requestId": answer.request_id,
                "functionArn": spec.arn,
                "condition": "RetriesExhausted",
                "approximateInvokeCount": spec.retry_attempts + 1,
            },
            "requestPayload": json.loads(payload or b"null"),
            "responseContext": {"statusCode": 200, "functionError": answer.error},
            "responsePayload": answer.json(),
        }
        self._send(spec.on_failure, json.dumps(message))
