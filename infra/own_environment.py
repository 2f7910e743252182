"""A Python with the libraries of one dependency group, made on first use and kept in `.build`.

Libraries that only a training or a benchmark needs are never installed into the environment that
the product runs in. uv installs them from the lock file where there is one; pip installs the same
requirements otherwise.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import tomllib
import venv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.config import ROOT

SOURCE_ROOTS: Final = (ROOT, ROOT / "functions", ROOT / "layers" / "core" / "python")
INSTALL_TIMEOUT_SECONDS: Final = 1_800
SHOWN_LINES: Final = 5
DIGEST_CHARACTERS: Final = 12
ONE_THREAD: Final = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "POLARS_MAX_THREADS": "1",
}

Say = Callable[[str], None]


class EnvironmentFailed(RuntimeError):
    """The environment could not be made, or what was run in it failed."""


@dataclass(frozen=True)
class OwnEnvironment:
    """The environment of one dependency group of pyproject.toml."""

    group: str
    what: str
    """What the libraries are for, in a word: `training`."""
    needed: tuple[str, ...]
    """Modules by which an environment that has them already is known."""
    size: str

    @property
    def folder(self) -> Path:
        """Where it is kept."""
        return ROOT / ".build" / self.group

    def existing(self) -> Path | None:
        """The Python that has the libraries already, if one does."""
        if all(importlib.util.find_spec(name) for name in self.needed):
            return Path(sys.executable)
        return self._python if self._python.exists() and self._ready.exists() else None

    def python(self, say: Say) -> Path:
        """Find or make the Python that has the libraries."""
        found = self.existing()
        if found is not None:
            return found
        say(
            f"Installing the {self.what} libraries (first use, {self.size} on disk) "
            "首次使用，正在安装依赖"
        )
        uv = uv_command()
        if uv is not None:
            self._install_with_uv(uv)
        else:
            self._install_with_pip(self._python)
        self._ready.touch()
        return self._python

    def run(self, python: Path, arguments: Sequence[str], timeout_seconds: int) -> str:
        """Run a module of this project with one thread and answer what it prints."""
        environment = {
            **os.environ,
            **ONE_THREAD,
            "PYTHONPATH": os.pathsep.join(str(root) for root in SOURCE_ROOTS),
        }
        return run([str(python), "-m", *arguments], self.what, timeout_seconds, environment)

    def follow(
        self, python: Path, arguments: Sequence[str], timeout_seconds: int, said: Say
    ) -> str:
        """The same, telling each line of its standard error while it runs."""
        environment = {
            **os.environ,
            **ONE_THREAD,
            "PYTHONPATH": os.pathsep.join(str(root) for root in SOURCE_ROOTS),
        }
        return follow(
            [str(python), "-m", *arguments], self.what, timeout_seconds, environment, said
        )

    def requirements(self) -> list[str]:
        """The product's own dependencies and the group's, as pyproject.toml names them."""
        document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        return [*document["project"]["dependencies"], *document["dependency-groups"][self.group]]

    def _install_with_uv(self, uv: str) -> None:
        command = [
            uv, "sync", "--quiet", "--frozen", "--no-default-groups", "--group", self.group,
            "--no-install-project", "--python", sys.executable,
        ]  # fmt: skip
        environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(self.folder)}
        environment.pop("VIRTUAL_ENV", None)
        run(command, self._installing, INSTALL_TIMEOUT_SECONDS, environment)

    def _install_with_pip(self, python: Path) -> None:
        venv.create(self.folder, with_pip=True, clear=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        wanted = [*command, *self.requirements()]
        run(wanted, self._installing, INSTALL_TIMEOUT_SECONDS, os.environ)

    @property
    def _python(self) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin") / "python"

    @property
    def _ready(self) -> Path:
        return self.folder / f".ready-{self._digest()}"

    @property
    def _installing(self) -> str:
        return f"installing the {self.what} libraries"

    def _digest(self) -> str:
        """Another set of requirements, or another Python, is another environment."""
        locked = ROOT / "uv.lock"
        content = "\n".join(self.requirements()).encode()
        content += locked.read_bytes() if locked.exists() else b""
        digest = hashlib.sha256(content + sys.version.encode()).hexdigest()
        return digest[:DIGEST_CHARACTERS]


def uv_command() -> str | None:
    """The uv beside the project, the one that the environment names, or one on the PATH."""
    beside = ROOT / ".tools" / "bin" / "uv"
    return os.environ.get("UV") or (str(beside) if beside.is_file() else shutil.which("uv"))


def run(command: Sequence[str], what: str, timeout: int, environment: Mapping[str, str]) -> str:
    """Run our own command line and answer what it prints; trouble is `EnvironmentFailed`."""
    try:
        done = subprocess.run(  # noqa: S603  (our own command line)
            command, cwd=ROOT, env=environment, capture_output=True, text=True,
            timeout=timeout, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EnvironmentFailed(f"{what} did not finish: {type(error).__name__}") from error
    if done.returncode != 0:
        last = " | ".join(done.stderr.strip().splitlines()[-SHOWN_LINES:])
        raise EnvironmentFailed(f"{what} failed: {last}")
    return done.stdout


def follow(
    command: Sequence[str], what: str, timeout: int, environment: Mapping[str, str], said: Say
) -> str:
    """Run our own command line, telling its standard error line by line; answer what it prints."""
    last: list[str] = []
    with tempfile.TemporaryFile("w+", encoding="utf-8") as printed:
        try:
            process = subprocess.Popen(  # noqa: S603  (our own command line)
                command, cwd=ROOT, env=environment, stdout=printed, stderr=subprocess.PIPE,
                text=True, encoding="utf-8",
            )  # fmt: skip
        except OSError as error:
            raise EnvironmentFailed(f"{what} did not start: {type(error).__name__}") from error
        late = threading.Timer(timeout, process.kill)
        late.start()
        try:
            for line in process.stderr or ():
                said(line.rstrip())
                last = [*last, line.strip()][-SHOWN_LINES:]
            code = process.wait()
        finally:
            late.cancel()
            process.kill()
        if code != 0:
            raise EnvironmentFailed(f"{what} failed: {' | '.join(last)}")
        printed.seek(0)
        return printed.read()
