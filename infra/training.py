"""Runs a training in an environment of its own, which is made on first use and kept.

The training libraries are 900 MB that nothing else needs, so they are never installed into the
environment that the product runs in. uv installs them from the lock file where there is one; pip
installs the same requirements otherwise.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from infra.config import ROOT

GROUP: Final = "training"
ENVIRONMENT: Final = ROOT / ".build" / "training"
SOURCE_ROOTS: Final = (ROOT, ROOT / "functions", ROOT / "layers" / "core" / "python")
NEEDED: Final = ("onnx", "sklearn", "onnxruntime")
INSTALL_TIMEOUT_SECONDS: Final = 1_800
TRAINING_TIMEOUT_SECONDS: Final = 1_800
SHOWN_LINES: Final = 5

Say = Callable[[str], None]


class TrainingFailed(RuntimeError):
    """The training environment could not be made, or the training itself failed."""


def run_training(module: str, data: Path, output: Path, *, say: Say) -> dict[str, Any]:
    """Run a training module over a folder and answer the figures that it prints."""
    python = training_python(say)
    arguments = [
        str(python), "-m", module, "--data", str(data.resolve()), "--output", str(output.resolve()),
    ]  # fmt: skip
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(root) for root in SOURCE_ROOTS),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    printed = _run(arguments, "training", TRAINING_TIMEOUT_SECONDS, environment)
    try:
        figures: dict[str, Any] = json.loads(printed)
    except ValueError as error:
        raise TrainingFailed("the training printed no figures") from error
    return figures


def training_python(say: Say) -> Path:
    """Find or make the Python that has the training libraries."""
    if all(importlib.util.find_spec(name) for name in NEEDED):
        return Path(sys.executable)
    python = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin") / "python"
    ready = ENVIRONMENT / f".ready-{_requirements_digest()}"
    if python.exists() and ready.exists():
        return python
    say("Installing the training libraries (first use, 900 MB on disk) 首次使用，正在安装训练依赖")
    uv = _uv()
    if uv is not None:
        _install_with_uv(uv)
    else:
        _install_with_pip(python)
    ready.touch()
    return python


def _install_with_uv(uv: str) -> None:
    command = [
        uv, "sync", "--quiet", "--frozen", "--no-default-groups", "--group", GROUP,
        "--no-install-project", "--python", sys.executable,
    ]  # fmt: skip
    environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(ENVIRONMENT)}
    environment.pop("VIRTUAL_ENV", None)
    _run(command, "installing the training libraries", INSTALL_TIMEOUT_SECONDS, environment)


def _install_with_pip(python: Path) -> None:
    venv.create(ENVIRONMENT, with_pip=True, clear=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    wanted = [*command, *_requirements()]
    _run(wanted, "installing the training libraries", INSTALL_TIMEOUT_SECONDS, dict(os.environ))


def _requirements() -> list[str]:
    """The product's own dependencies and the training group, as pyproject.toml names them."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [*document["project"]["dependencies"], *document["dependency-groups"][GROUP]]


def _requirements_digest() -> str:
    """Another set of requirements, or another Python, is another environment."""
    locked = ROOT / "uv.lock"
    content = "\n".join(_requirements()).encode() + (
        locked.read_bytes() if locked.exists() else b""
    )
    return hashlib.sha256(content + sys.version.encode()).hexdigest()[:12]


def _uv() -> str | None:
    beside = ROOT / ".tools" / "bin" / "uv"
    return os.environ.get("UV") or (str(beside) if beside.is_file() else shutil.which("uv"))


def _run(command: Sequence[str], what: str, timeout: int, environment: dict[str, str]) -> str:
    try:
        done = subprocess.run(  # noqa: S603  (our own command line)
            command, cwd=ROOT, env=environment, capture_output=True, text=True,
            timeout=timeout, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TrainingFailed(f"{what} did not finish: {type(error).__name__}") from error
    if done.returncode != 0:
        last = " | ".join(done.stderr.strip().splitlines()[-SHOWN_LINES:])
        raise TrainingFailed(f"{what} failed: {last}")
    return done.stdout
