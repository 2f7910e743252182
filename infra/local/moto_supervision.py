"""Starts and stops the moto process, and answers what it asks of us."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

from infra.config import ROOT
from infra.local.errors import LocalCloudError
from infra.local.intrinsics import Account
from infra.local.uploads import Credentials

START_SECONDS = 60.0
STOP_SECONDS = 5.0
LOG_TAIL_CHARACTERS = 2000


class MotoProcess:
    """One moto server in its own interpreter; ends by itself when we are gone."""

    def __init__(self, account: Account, credentials: Credentials, log: Path) -> None:
        self.port = _free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self._account = account
        self._credentials = credentials
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, link: Path) -> None:
        """Start importing moto; `wait_ready` waits until it serves."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  (our own interpreter and module)
                [sys.executable, "-m", "infra.local.moto_process", str(self.port), str(link)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=ROOT,
                env=self._environment(),
                start_new_session=True,
            )

    def wait_ready(self) -> None:
        """Wait for its word; a process that cannot start says why in its log."""
        process = self._process
        if process is None or process.stdout is None:
            raise LocalCloudError("moto was not started")
        timer = threading.Timer(START_SECONDS, process.kill)
        timer.start()
        line = process.stdout.readline()
        timer.cancel()
        if line.strip() != b"ready":
            tail = self._log.read_text("utf-8", "replace")[-LOG_TAIL_CHARACTERS:]
            raise LocalCloudError(f"moto did not start: {tail}")

    @property
    def process_id(self) -> int | None:
        """The process' id, once it is started."""
        return None if self._process is None else self._process.pid

    @property
    def alive(self) -> bool:
        """True while the process runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Close its standard input, which ends it; kill it if that does not."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return
        process.stdin.close()
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", ""),
            "AWS_ACCESS_KEY_ID": self._credentials.access_key,
            "AWS_SECRET_ACCESS_KEY": self._credentials.secret_key,
            "AWS_DEFAULT_REGION": self._account.region,
            "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
            "MOTO_ACCOUNT_ID": self._account.account_id,
        }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
