"""Synthesises the cloud assembly once for each state of its sources, for tests and local cloud.

python -m infra.synth [--modules risk,servicing]      print the assembly's folder
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from infra.config import ROOT, existing_modules
from infra.local.errors import SynthesisFailed

ASSEMBLIES: Final = ROOT / ".build" / "assemblies"
KEPT_ASSEMBLIES: Final = 24
CHANGED: Final = "-changed"
SYNTHESIS_TIMEOUT_SECONDS: Final = 300
SOURCES: Final = ("infra", "functions", "layers", "statemachines", "cdk.json", "uv.lock")
NOT_SOURCES: Final = (
    "infra/local", "infra/cli", "infra/lint", "infra/synth.py", "infra/diagrams.py",
    "infra/openapi.py", "infra/runbook.py", "layers/models/training",
)  # fmt: skip
SKIPPED_FOLDERS: Final = frozenset({"__pycache__", ".mypy_cache", ".ruff_cache"})


def synthesise(out_dir: Path = ASSEMBLIES, modules: Iterable[str] | None = None) -> Path:
    """Answer the folder of an assembly of the sources as they are now, made or found.

    `modules` selects as `-c modules=` does; None means all. The assembly has passed cdk-nag.
    """
    return synthesise_all([modules], out_dir)[0]


def synthesise_all(
    selections: Sequence[Iterable[str] | None], out_dir: Path = ASSEMBLIES
) -> list[Path]:
    """Answer one assembly for each selection of modules; those not found are made together."""
    out_dir.mkdir(parents=True, exist_ok=True)
    sources = _sources_digest()
    wanted = {
        selected: out_dir / _identity(sources, selected) for selected in map(_selection, selections)
    }
    with (out_dir / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        missing = {one: path for one, path in wanted.items() if not path.is_dir()}
        with tempfile.TemporaryDirectory(dir=out_dir, prefix=".making-") as making:
            outdirs = {one: Path(making) / path.name for one, path in missing.items()}
            if outdirs:
                _run(outdirs)
            changed = bool(outdirs) and _sources_digest() != sources
            for one, outdir in outdirs.items():
                if changed:
                    wanted[one] = _not_to_be_found_again(wanted[one])
                outdir.rename(wanted[one])
        for path in wanted.values():
            path.touch()
        _forget_oldest(out_dir, keep=KEPT_ASSEMBLIES)
    return [wanted[_selection(modules)] for modules in selections]


def template_paths(assembly: Path) -> dict[str, Path]:
    """Map each module to its template; the stage's stacks are in a nested assembly."""
    found: dict[str, Path] = {}
    for manifest in sorted(assembly.rglob("manifest.json")):
        artifacts = json.loads(manifest.read_text(encoding="utf-8")).get("artifacts", {})
        for artifact in artifacts.values():
            if artifact["type"] == "aws:cloudformation:stack":
                module = artifact["properties"]["stackName"].split("-", 2)[2]
                found[module] = manifest.parent / artifact["properties"]["templateFile"]
    return found


def _not_to_be_found_again(assembly: Path) -> Path:
    """Name an assembly whose sources changed while it was made: it is of neither state."""
    changed = assembly.with_name(f"{assembly.name}{CHANGED}")
    shutil.rmtree(changed, ignore_errors=True)
    return changed


def _selection(modules: Iterable[str] | None) -> str:
    """Name a selection; whoever names every module gets what `all` gives."""
    chosen = existing_modules() if modules is None else set(modules)
    return "all" if chosen == existing_modules() else ",".join(sorted(chosen))


def _run(outdirs: Mapping[str, Path]) -> None:
    arguments: list[str] = []
    for selected, outdir in outdirs.items():
        arguments += ["--", f"modules={selected}", f"outdir={outdir}"]
    environment = {
        key: value
        for key, value in os.environ.items()
        # Another context would change the templates; without bytecode, importing aws_cdk with -O
        # takes 6 s each time.
        if not key.startswith("CDK_") and key != "PYTHONDONTWRITEBYTECODE"
    }
    done = subprocess.run(  # noqa: S603 (our own command line)
        # -O skips jsii's run-time type checks, which mypy and the tests make superfluous.
        [sys.executable, "-O", "-m", "infra.app", *arguments[1:]],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SYNTHESIS_TIMEOUT_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise SynthesisFailed(f"{done.stdout}\n{done.stderr}".strip())


def _identity(sources: str, selected: str) -> str:
    return hashlib.sha256(f"{sources}:{selected}".encode()).hexdigest()[:16]


def _sources_digest() -> str:
    digest = hashlib.sha256()
    for path in _source_files():
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _source_files() -> Iterator[Path]:
    excluded = tuple(ROOT / name for name in NOT_SOURCES)
    for name in SOURCES:
        start = ROOT / name
        if start.is_file():
            yield start
            continue
        for folder, folders, files in os.walk(start):
            here = Path(folder)
            folders[:] = sorted(
                one for one in folders if one not in SKIPPED_FOLDERS and here / one not in excluded
            )
            yield from (
                here / one
                for one in sorted(files)
                if not one.endswith(".pyc") and here / one not in excluded
            )


def _forget_oldest(out_dir: Path, *, keep: int) -> None:
    assemblies = [path for path in out_dir.iterdir() if not path.name.startswith(".")]
    by_age = sorted(assemblies, key=lambda path: path.stat().st_mtime, reverse=True)
    for old in by_age[keep:]:
        shutil.rmtree(old, ignore_errors=True)


def main() -> int:
    """Synthesise, or find, and print where."""
    parser = argparse.ArgumentParser(prog="python -m infra.synth", description=__doc__)
    parser.add_argument("--modules", help="comma-separated; all when left out")
    given = parser.parse_args().modules
    sys.stdout.write(f"{synthesise(modules=given.split(',') if given else None)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
