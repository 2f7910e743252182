"""The fork server itself: one thread, so that forks are safe."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_fork_server_has_one_thread_after_preloading() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "infra.local.zygote"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as zygote:
        assert zygote.stdout is not None
        assert zygote.stdin is not None
        ready = json.loads(zygote.stdout.readline())
        threads = len(list(Path(f"/proc/{zygote.pid}/task").iterdir()))
        zygote.stdin.close()

    assert (ready, threads, zygote.returncode) == ({"ready": True}, 1, 0)
