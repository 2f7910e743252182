"""What running clouds leave in the state directory so that other processes find them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PATTERN = "cloud-*.json"
LOGS = "logs"


def announce(state_dir: Path, description: Mapping[str, Any]) -> Path:
    """Say that this process serves a cloud; the caller removes the file at the end."""
    found = state_dir / f"cloud-{os.getpid()}.json"
    temporary = found.with_suffix(".writing")
    temporary.write_text(json.dumps({**description, "pid": os.getpid()}, indent=2), "utf-8")
    temporary.rename(found)
    return found


def newest(state_dir: Path) -> dict[str, Any] | None:
    """What the youngest living cloud says of itself, or None when none lives."""
    living = sorted(_living(state_dir), key=lambda pair: pair[0])
    return living[-1][1] if living else None


def forget_old_logs(state_dir: Path) -> None:
    """Begin with empty logs, unless another living cloud writes to them."""
    if newest(state_dir) is None:
        for log in (state_dir / LOGS).glob("*.log"):
            log.unlink(missing_ok=True)


def _living(state_dir: Path) -> Iterator[tuple[float, dict[str, Any]]]:
    for path in state_dir.glob(PATTERN):
        try:
            description = json.loads(path.read_text("utf-8"))
            started = path.stat().st_mtime
            os.kill(int(description["pid"]), 0)
        except (OSError, ValueError, KeyError):
            continue  # killed before it could clean up, or just being removed
        yield started, description
