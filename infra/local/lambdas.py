"""Runs Lambda functions in real workers, forked on demand: time-outs, crashes, error shapes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.local.errors import UnknownFunction
from infra.local.faults import Fault, Faults
from infra.local.functions import (
    FunctionRegistry,
    FunctionSpec,
    Invocation,
    failure,
    runtime_environment,
    timed_out,
)
from infra.local.runtime_api import Job, RuntimeApi

MAX_WORKERS_PER_FUNCTION = 2
QUEUE_TIMEOUT_SECONDS = 900.0


class Worker:
    """One process of one function."""

    def __init__(self, pool: FunctionPool, number: int) -> None:
        self.pool = pool
        self.key = f"{pool.spec.name}#{number}"
        self.pid: int | None = None
        self.job: Job | None = None
        self.init_error: bytes | None = None
        self.initialised = False
        self.gone = False
        self.api = RuntimeApi(lambda: pool.idle(self), self._keep_init_error)

    def run(self, job: Job) -> None:
        """Give this idle worker its next event."""
        self.job = job
        self.api.give(job)

    def kill(self) -> None:
        """End the process at once, as Lambda does after a time-out."""
        if self.pid is not None and not self.gone:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def _keep_init_error(self, body: bytes) -> None:
        self.init_error = body


class FunctionPool:
    """The workers of one function and the invocations that wait for one."""

    def __init__(self, spec: FunctionSpec, start: Any, max_workers: int) -> None:
        self.spec = spec
        self._start = start
        self._max_workers = max_workers
        self._idle: list[Worker] = []
        self._waiting: deque[Job] = deque()
        self._lock = threading.Lock()
        self._started = 0
        self.workers: set[Worker] = set()

    def submit(self, job: Job) -> None:
        """Run now on an idle worker, or wait; start a worker while there may be more."""
        with self._lock:
            if self._idle:
                self._idle.pop().run(job)
                return
            self._waiting.append(job)
            self._start_if_needed()

    def idle(self, worker: Worker) -> None:
        """A worker asks for its next event."""
        with self._lock:
            worker.job, worker.initialised = None, True
            if worker.gone:
                return
            if self._waiting:
                worker.run(self._waiting.popleft())
            else:
                self._idle.append(worker)

    def ended(self, worker: Worker, status: int) -> None:
        """A worker's process is gone: fail its invocation and replace it if others wait."""
        with self._lock:
            worker.gone = True
            self.workers.discard(worker)
            if worker in self._idle:
                self._idle.remove(worker)
            job = worker.job
            if job is None and not worker.initialised and self._waiting:
                job = self._waiting.popleft()
            if job is not None:
                job.assigned.set()
                job.finish(_end_of(worker, job, status))
            if self._waiting:
                self._start_if_needed()
        worker.api.close()

    def _start_if_needed(self) -> None:
        if len(self.workers) < self._max_workers:
            self._started += 1
            worker = Worker(self, self._started)
            self.workers.add(worker)
            self._start(worker)


def _end_of(worker: Worker, job: Job, status: int) -> Invocation:
    if worker.init_error is not None:
        return Invocation(worker.init_error, "Unhandled", job.request_id)
    text = f"exit status {status}" if status >= 0 else f"signal: {signal.Signals(-status).name}"
    return failure("Runtime.ExitError", f"Runtime exited with error: {text}", job.request_id)


class Lambdas:
    """Invokes functions by name or ARN."""

    def __init__(
        self,
        registry: FunctionRegistry,
        *,
        region: str,
        state_dir: Path,
        endpoints: Mapping[str, str],
        max_workers: int = MAX_WORKERS_PER_FUNCTION,
    ) -> None:
        self.registry = registry
        self.faults = Faults()
        self.invocations = 0
        self._running = 0
        self.invocations_by_function: dict[str, int] = {}
        self._region = region
        self._logs = state_dir / "logs"
        self._endpoints = endpoints
        self._max_workers = max_workers
        self._pools: dict[str, FunctionPool] = {}
        self._starting: dict[str, Worker] = {}
        self._by_pid: dict[int, Worker] = {}
        self._lock = threading.Lock()
        self._lock_zygote = threading.Lock()
        self._zygote: subprocess.Popen[bytes] | None = None
        self._ready = threading.Event()
        self._stopping = False

    def start(self) -> None:
        """Start the fork server; it preloads while the caller deploys."""
        self._logs.mkdir(parents=True, exist_ok=True)
        self._zygote = subprocess.Popen(  # our own interpreter and module
            [sys.executable, "-m", "infra.local.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            env={
                "PATH": os.environ.get("PATH", ""),
                "LANG": "en_US.UTF-8",
                "OPENBLAS_NUM_THREADS": "1",  # a fork server must have one thread
            },
            start_new_session=True,
        )
        threading.Thread(target=self._listen, daemon=True, name="zygote").start()

    def wait_ready(self, timeout_seconds: float = 60.0) -> None:
        """Wait until workers can be forked."""
        self._ready.wait(timeout_seconds)

    def stop(self) -> None:
        """End the fork server and every worker."""
        self._stopping = True
        if self._zygote is not None and self._zygote.stdin is not None:
            with contextlib.suppress(OSError):
                self._zygote.stdin.close()
            self._zygote.wait(timeout=10)
        for pool in self._pools.values():
            for worker in list(pool.workers):
                worker.api.close()

    def invoke(self, name_or_arn: str, payload: bytes) -> Invocation:
        """Run a function and wait for its answer."""
        spec = self.registry.find(name_or_arn)
        if spec is None:
            raise UnknownFunction(name_or_arn)
        with self._lock:
            self.invocations += 1
            count = self.invocations_by_function
            count[spec.name] = count.get(spec.name, 0) + 1
            self._running += 1
        try:
            fault = self.faults.take(spec.name, _lazy_json(payload)) if self.faults.armed else None
            if fault is None:
                return self._run(spec, payload)
            return self._run_with(fault, spec, payload)
        finally:
            with self._lock:
                self._running -= 1

    @property
    def process_id(self) -> int | None:
        """The fork server's id, once it is started."""
        return None if self._zygote is None else self._zygote.pid

    @property
    def running(self) -> int:
        """How many invocations are in progress now."""
        return self._running

    def kill_workers(self, name: str) -> int:
        """Kill every worker of a function; return how many there were."""
        spec = self.registry.find(name)
        pool = self._pools.get(spec.name) if spec else None
        workers = list(pool.workers) if pool else []
        for worker in workers:
            worker.kill()
        return len(workers)

    def _run(self, spec: FunctionSpec, payload: bytes, fault: Fault | None = None) -> Invocation:
        job = Job(spec, payload or b"{}")
        self._pool(spec).submit(job)
        if not job.assigned.wait(QUEUE_TIMEOUT_SECONDS):
            return failure("Runtime.Unknown", "no worker became free", job.request_id)
        in_time = job.done.wait(spec.timeout_seconds)
        if not in_time and job.finish(timed_out(spec, job.request_id)):
            self._kill_worker_of(job)
        answer = job.answer
        return answer if answer is not None else timed_out(spec, job.request_id)

    def _run_with(self, fault: Fault, spec: FunctionSpec, payload: bytes) -> Invocation:
        time.sleep(fault.delay_seconds)
        if not fault.runs_function:
            return fault.instead()
        answer = self._run(spec, payload)
        time.sleep(fault.hang_seconds)
        if fault.kill_worker:
            self.kill_workers(spec.name)
        return fault.after(answer)

    def _kill_worker_of(self, job: Job) -> None:
        for worker in list(self._pool(job.spec).workers):
            if worker.job is job:
                worker.kill()

    def _pool(self, spec: FunctionSpec) -> FunctionPool:
        with self._lock:
            if spec.name not in self._pools:
                self._pools[spec.name] = FunctionPool(spec, self._fork, self._max_workers)
            return self._pools[spec.name]

    def _fork(self, worker: Worker) -> None:
        spec = worker.pool.spec
        extra = {**self._endpoints, "AWS_LAMBDA_RUNTIME_API": worker.api.address}
        request = {
            "worker": worker.key,
            "environment": runtime_environment(spec, self._region, extra),
            "paths": [str(path) for path in spec.paths],
            "directory": str(spec.paths[0]) if spec.paths else "/",
            "log": str(self._logs / f"{spec.name}.log"),
        }
        self._starting[worker.key] = worker
        zygote = self._zygote
        if zygote is None or zygote.stdin is None:
            raise RuntimeError("the fork server is not running")
        with self._lock_zygote:
            zygote.stdin.write(json.dumps(request).encode() + b"\n")
            zygote.stdin.flush()

    def _listen(self) -> None:
        zygote = self._zygote
        if zygote is None or zygote.stdout is None:
            return
        for line in zygote.stdout:
            message = json.loads(line)
            if message.get("ready"):
                self._ready.set()
            elif "pid" in message:
                worker = self._starting.pop(message["worker"])
                worker.pid = message["pid"]
                self._by_pid[worker.pid] = worker
            elif "ended" in message and not self._stopping:
                worker = self._by_pid.pop(message["ended"])
                worker.pool.ended(worker, message["status"])


def _lazy_json(payload: bytes) -> Any:
    try:
        return json.loads(payload or b"null")
    except ValueError:
        return None
