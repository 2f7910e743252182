"""The fork server of Lambda workers: imports the heavy libraries once, then forks per worker.

It speaks JSON lines on standard input and output with the supervisor. A worker is a fork whose
environment, working directory, module path and standard streams are replaced before the
function's code is imported, so nothing of the supervisor is visible to it.
"""

from __future__ import annotations

import functools
import gc
import importlib
import json
import os
import selectors
import signal
import sys
from pathlib import Path
from typing import Any

PRELOADED = (
    "boto3",
    "botocore.httpsession",
    "botocore.endpoint",
    "botocore.signers",
    "pynamodb.models",
    "pydantic",
    "aws_lambda_powertools",
    "aws_lambda_powertools.metrics",
    "chalice.app",
    "cryptography.hazmat.primitives.ciphers.aead",
    "cryptography.hazmat.primitives.asymmetric.rsa",
    "cryptography.hazmat.primitives.asymmetric.ec",
    "cryptography.x509",
    "jwt",
    "httpx",
    "orjson",
    "msgspec",
    "ulid",
    "simplejson",
    "numpy",
    "typst",
    "pyhanko.sign.signers",
    "pyhanko.sign.validation",
    "pyhanko.stamp",
)
"""Not onnxruntime: it starts a thread when it is imported, and a fork keeps only one."""
SERVICES = (
    "dynamodb",
    "sqs",
    "s3",
    "kms",
    "events",
    "ssm",
    "secretsmanager",
    "lambda",
    "stepfunctions",
)
"""Their descriptions are read here: each worker would read and parse megabytes of JSON anew."""
FIRST_PARTY = ("infra", "puhui")


def main() -> None:
    """Preload, say so, then fork on request until standard input closes."""
    for name in PRELOADED:
        try:
            importlib.import_module(name)
        except ImportError:
            continue  # an optional accelerator: the function imports what it needs itself
    read_service_descriptions()
    gc.collect()
    gc.freeze()
    Zygote().serve()


def read_service_descriptions() -> None:
    """Let every session of every worker share one loader that has read what is needed."""
    session: Any = importlib.import_module("botocore.session")
    session.create_loader = functools.cache(session.create_loader)
    loader = session.Session().get_component("data_loader")
    for name in ("endpoints", "partitions", "sdk-default-configuration", "_retry"):
        loader.load_data(name)
    for service in SERVICES:
        for kind in ("service-2", "endpoint-rule-set-1"):
            loader.load_service_model(service, kind)


class Zygote:
    """Forks workers and reports their ends."""

    def __init__(self) -> None:
        self._children: set[int] = set()
        self._wake_reader, self._wake_writer = os.pipe()
        os.set_blocking(self._wake_reader, False)
        os.set_blocking(self._wake_writer, False)
        signal.set_wakeup_fd(self._wake_writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def serve(self) -> None:
        """Answer requests and reap children."""
        self._say({"ready": True})
        selector = selectors.DefaultSelector()
        selector.register(0, selectors.EVENT_READ)
        selector.register(self._wake_reader, selectors.EVENT_READ)
        pending = b""
        while True:
            for key, _ in selector.select():
                if key.fd == self._wake_reader:
                    self._drain_wakeups()
                    continue
                data = os.read(0, 1 << 16)
                if not data:
                    self._end()
                *lines, pending = (pending + data).split(b"\n")
                for line in lines:
                    self._start_worker(json.loads(line))
            self._reap()

    def _start_worker(self, request: dict[str, Any]) -> None:
        pid = os.fork()
        if pid == 0:
            try:
                become_worker(request)
            except BaseException as error:
                sys.stderr.write(f"worker ended: {type(error).__name__}: {error}\n")
                code = error.code if isinstance(error, SystemExit) else 1
                os._exit(code if isinstance(code, int) else 1)
            os._exit(0)
        self._children.add(pid)
        self._say({"worker": request["worker"], "pid": pid})

    def _reap(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._children.discard(pid)
            self._say({"ended": pid, "status": os.waitstatus_to_exitcode(status)})

    def _drain_wakeups(self) -> None:
        try:
            while os.read(self._wake_reader, 4096):
                pass
        except BlockingIOError:
            return

    def _end(self) -> None:
        for pid in self._children:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        os._exit(0)

    @staticmethod
    def _say(message: dict[str, Any]) -> None:
        os.write(1, json.dumps(message).encode() + b"\n")


def become_worker(request: dict[str, Any]) -> None:
    """Turn this fork into the Lambda worker that the request describes; never returns."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.closerange(3, 256)
    os.setsid()
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["directory"])
    for name in [n for n in sys.modules if n.partition(".")[0] in FIRST_PARTY]:
        del sys.modules[name]
    libraries = [p for p in sys.path if "site-packages" in p or p.startswith(sys.base_prefix)]
    sys.path[:] = [*request["paths"], *libraries]
    sys.path_importer_cache.clear()
    sys.argv = [str(Path(request["directory"]) / "bootstrap")]
    from awslambdaric import bootstrap
    from awslambdaric.lambda_runtime_client import LambdaRuntimeClient

    address = os.environ["AWS_LAMBDA_RUNTIME_API"]
    bootstrap.run(os.environ["_HANDLER"], LambdaRuntimeClient(address))


if __name__ == "__main__":
    main()
